import { html, nothing } from 'lit'
import { api } from '../api.js'
import { areaField, button, checkbox, textField } from '../components/form.js'
import { icon } from '../components/icons.js'
import {
  changesOf,
  FOREVER,
  faultOf,
  moved,
  newPhase,
  wayOf,
  withWay,
} from '../components/lifecycle-draft.js'
import { lifecycleLine } from '../components/lifecycle-line.js'
import { chainMark } from '../components/remote-look.js'
import { rowMenu } from '../components/row-menu.js'
import { ask } from '../components/tako-ask.js'
import '../components/tako-save-bar.js'
import { holdLeaving, navigate } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { refusal } from '../permissions.js'
import { attempt } from './editing.js'
import { styles } from './lifecycle.styles.js'
import { LoadedPage } from './loaded-page.js'

pageStyles('tako-page-lifecycle', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {import('../components/lifecycle-line.js').Phase} Phase
 * @typedef {{ lifecycle: Resource, environments: Resource[], projects: Resource[] }} Data
 */

/**
 * One lifecycle: its phases, edited in place and saved as a whole.
 * @extends {LoadedPage<Data>}
 */
class TakoPageLifecycle extends LoadedPage {
  static properties = { draft: { state: true }, isBusy: { state: true }, fault: { state: true } }

  #release = () => {}

  constructor() {
    super()
    /** What is edited. @type {Resource | undefined} */
    this.draft = undefined
    this.isBusy = false
    /** @type {import('../api.js').ApiError | undefined} */
    this.fault = undefined
  }

  get #api() {
    return api.space(this.space)
  }

  connectedCallback() {
    super.connectedCallback()
    this.#release = holdLeaving(() =>
      this.#changes ? 'What you have changed in this lifecycle is not saved.' : undefined,
    )
  }

  disconnectedCallback() {
    this.#release()
    super.disconnectedCallback()
  }

  get #changes() {
    return this.data && this.draft ? changesOf(this.data.lifecycle, this.draft) : ''
  }

  /** @param {import('../live.js').Change} change */
  isTouched({ Kind, Id }) {
    return (Kind === 'Lifecycle' && Id === this.params.id) || Kind === 'Environment'
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const path = `/lifecycles/${this.params.id}`
    const [lifecycle, environments, projects] = await Promise.all([
      this.#api.get(path, signal),
      this.#api.get('/environments/all', signal),
      this.#api.get(`${path}/projects`, signal),
    ])
    return { lifecycle, environments, projects }
  }

  /** @param {Data} data */
  loaded({ lifecycle }) {
    // What is typed stays: saving it meets the newer version, and is refused in words.
    if (!this.draft || !this.#changes || this.draft.Id !== lifecycle.Id)
      this.draft = structuredClone(lifecycle)
  }

  /** @param {Data} data */
  content({ lifecycle, environments, projects }) {
    const { draft } = this
    if (!draft) return nothing
    const edit = refusal(this.me, this.space, 'LifecycleEdit')
    const names = new Map(environments.map(({ Id, Name }) => [Id, Name]))
    const far = new Set(environments.flatMap(({ Id, Remote }) => (Remote ? [Id] : [])))
    return html`
      <div class="page lifecycle">
        <header class="page-head">
          <div>
            <nav class="crumbs" aria-label="Where you are"><a href=${this.#list}>Lifecycles</a></nav>
            <h1>${lifecycle.Name}</h1>
            <p>${projects.length === 0 ? 'No project follows it.' : html`Followed by ${projects.map(({ Name, Slug }, at) => html`${at ? ', ' : ''}<a href="/${this.space.Slug}/projects/${Slug}">${Name}</a>`)}.`}</p>
          </div>
          ${rowMenu(`More about ${lifecycle.Name}`, [
            {
              name: 'Delete…',
              act: () => void this.#delete(lifecycle),
              refusal: projects.length
                ? 'Projects follow it.'
                : refusal(this.me, this.space, 'LifecycleDelete'),
              isDanger: true,
            },
          ])}
        </header>
        ${this.problem()}
        <section class="panel preview" aria-label="The line of phases">${lifecycleLine(draft.Phases, names, far)}</section>
        <fieldset ?disabled=${Boolean(edit)}>
          <legend class="visually-hidden">Lifecycle</legend>
          <div class="names">
            ${textField({ id: 'name', label: 'Name', value: draft.Name, maxlength: 50, oninput: (Name) => this.#change({ Name }) })}
            ${areaField({ id: 'description', label: 'Description', rows: 1, value: draft.Description ?? '', oninput: (Description) => this.#change({ Description }) })}
          </div>
          ${draft.Phases.map((/** @type {Phase} */ phase, /** @type {number} */ at) => this.#phase(phase, at, environments))}
          ${button({ label: html`${icon('plus')}Add phase`, name: 'Add phase', refusal: edit || (environments.length ? '' : 'Add an environment first.'), onclick: () => this.#add() })}
          ${this.#retention(draft)}
        </fieldset>
        <tako-save-bar .text=${this.#changes} .isBusy=${this.isBusy} .error=${this.fault} .refusal=${edit || faultOf(draft)}
          @save=${() => void this.#save()} @discard=${() => {
            this.draft = structuredClone(lifecycle)
            this.fault = undefined
          }}></tako-save-bar>
      </div>`
  }

  get #list() {
    return `/${this.space.Slug}/library/lifecycles`
  }

  /**
   * @param {Phase} phase
   * @param {number} at
   * @param {Resource[]} environments
   */
  #phase(phase, at, environments) {
    const phases = this.#phases
    const name = phase.Name || `Phase ${at + 1}`
    const count = phase.AutomaticDeploymentTargets.length + phase.OptionalDeploymentTargets.length
    const set = (/** @type {Partial<Phase>} */ changes) =>
      this.#setPhase(at, { ...phase, ...changes })
    return html`
      <section class="panel phase" aria-label=${name}>
        <header class="panel-head">
          <span class="number" aria-hidden="true">${at + 1}</span>
          <input class="input" aria-label="Name of phase ${at + 1}" .value=${phase.Name} maxlength="50" @input=${(/** @type {Event & { target: HTMLInputElement }} */ event) => set({ Name: event.target.value })}>
          <span class="push"></span>
          <button class="button bare square compact" type="button" aria-label="Move ${name} up" ?disabled=${at === 0} @click=${() => this.#change({ Phases: moved(phases, at, at - 1) })}>${icon('up')}</button>
          <button class="button bare square compact" type="button" aria-label="Move ${name} down" ?disabled=${at === phases.length - 1} @click=${() => this.#change({ Phases: moved(phases, at, at + 1) })}>${icon('down')}</button>
          <button class="button bare square compact" type="button" aria-label="Remove ${name}" @click=${() => this.#change({ Phases: phases.toSpliced(at, 1) })}>${icon('trash')}</button>
        </header>
        <div class="phase-body">
          <table>
            <caption class="visually-hidden">Environments of ${name}</caption>
            <thead><tr><th scope="col">Environment</th><th scope="col">Deployed</th></tr></thead>
            <tbody>${environments.map(({ Id, Name, Remote }) => {
              const way = wayOf(phase, Id)
              return html`<tr><th scope="row">${Remote ? chainMark() : nothing}${Name}</th><td>
                <select class="input" aria-label="${Name} in ${name}" @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => this.#setPhase(at, withWay(phase, Id, /** @type {import('../components/lifecycle-draft.js').Way} */ (event.target.value)))}>
                  <option value="none" ?selected=${way === 'none'}>not here</option>
                  <option value="manual" ?selected=${way === 'manual'}>by hand</option>
                  <option value="automatic" ?selected=${way === 'automatic'}>automatically</option>
                </select></td></tr>`
            })}</tbody>
          </table>
          <div class="side">
            ${checkbox({ id: `optional-${at}`, label: 'Optional', help: 'A release may go past it.', checked: phase.IsOptionalPhase, onchange: (IsOptionalPhase) => set({ IsOptionalPhase }) })}
            <div class="field">
              <label for="least-${at}">Needed before the next phase</label>
              <select class="input" id="least-${at}" @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => set({ MinimumEnvironmentsBeforePromotion: Number(event.target.value) })}>
                <option value="0" ?selected=${phase.MinimumEnvironmentsBeforePromotion === 0}>all environments</option>
                ${Array.from({ length: Math.max(0, count - 1) }, (_, least) => html`<option value=${least + 1} ?selected=${phase.MinimumEnvironmentsBeforePromotion === least + 1}>${least + 1} of ${count}</option>`)}
              </select>
            </div>
            ${count === 0 ? html`<p class="note">${icon('info')}<span>No environment is chosen here.</span></p>` : nothing}
          </div>
        </div>
      </section>`
  }

  /** @param {Resource} draft */
  #retention(draft) {
    /** @type {import('../components/lifecycle-draft.js').Retention} */
    const policy = draft.ReleaseRetentionPolicy ?? FOREVER
    const isCount = !policy.ShouldKeepForever && policy.QuantityToKeep > 0
    const set = (/** @type {Partial<typeof policy>} */ changes) => {
      this.#change({ ReleaseRetentionPolicy: { ...policy, ...changes } })
    }
    return html`
      <section class="panel" style="margin-top:var(--space-5)" aria-labelledby="retention">
        <header class="panel-head"><h2 id="retention">How long releases are kept</h2></header>
        <div class="panel-body retention">
          <select class="input" aria-label="Keep releases" @change=${(
            /** @type {Event & { target: HTMLSelectElement }} */ event,
          ) => {
            if (event.target.value === 'forever') this.#change({ ReleaseRetentionPolicy: FOREVER })
            else
              set({
                ShouldKeepForever: false,
                Strategy: 'Count',
                QuantityToKeep: policy.QuantityToKeep || 30,
              })
          }}>
            <option value="forever" ?selected=${!isCount}>All of them, for ever</option>
            <option value="count" ?selected=${isCount}>The last</option>
          </select>
          ${
            isCount
              ? html`
                <input class="input" type="number" min="1" max="9999" aria-label="How many" .value=${String(policy.QuantityToKeep)} @change=${(/** @type {Event & { target: HTMLInputElement }} */ event) => set({ QuantityToKeep: Math.max(1, Math.round(Number(event.target.value)) || 1) })}>
                <select class="input" aria-label="Unit" @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => set({ Unit: event.target.value })}>
                  <option value="Days" ?selected=${policy.Unit === 'Days'}>days</option><option value="Items" ?selected=${policy.Unit === 'Items'}>releases</option>
                </select>`
              : nothing
          }
          <span class="quiet small">Releases that are deployed somewhere stay in any case.</span>
        </div>
      </section>`
  }

  /** @returns {Phase[]} */
  get #phases() {
    return this.draft?.Phases ?? []
  }

  /** @param {Partial<Resource>} changes */
  #change(changes) {
    if (this.draft) this.draft = { ...this.draft, ...changes }
  }

  /**
   * @param {number} at
   * @param {Phase} phase
   */
  #setPhase(at, phase) {
    this.#change({ Phases: this.#phases.with(at, phase) })
  }

  #add() {
    this.#change({ Phases: [...this.#phases, newPhase(`Phase ${this.#phases.length + 1}`)] })
    void this.updateComplete.then(() => {
      const names = this.querySelectorAll('.phase .panel-head .input')
      const last = names[names.length - 1]
      if (last instanceof HTMLInputElement) last.select()
    })
  }

  async #save() {
    const { draft } = this
    if (!draft) return
    await attempt(this, async () => {
      const saved = await this.#api.put(`/lifecycles/${draft.Id}`, draft)
      this.draft = structuredClone(saved)
      if (this.data) this.data = { ...this.data, lifecycle: saved }
    })
  }

  /** @param {Resource} lifecycle */
  async #delete({ Id, Name }) {
    const isSure = await ask({
      title: `Delete ${Name}?`,
      text: 'No project follows it, so nothing else changes.',
      verb: `Delete ${Name}`,
      isDanger: true,
    })
    if (!isSure) return
    if (this.data) this.draft = structuredClone(this.data.lifecycle)
    if (await attempt(this, () => this.#api.delete(`/lifecycles/${Id}`))) await navigate(this.#list)
  }
}

customElements.define('tako-page-lifecycle', TakoPageLifecycle)
