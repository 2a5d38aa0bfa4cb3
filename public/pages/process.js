import '../components/elements/dropdown.js'
import { html, nothing } from 'lit'
import { ApiError } from '../api.js'
import { button } from '../components/form.js'
import { icon } from '../components/icons.js'
import {
  changesOf,
  changesText,
  copyOf,
  faultOf,
  faultsOf,
  iconOf,
  kindOf,
  newStep,
  notesOf,
} from '../components/process-model.js'
import { processReview } from '../components/process-review.js'
import { ask } from '../components/tako-ask.js'
import '../components/tako-save-bar.js'
import '../components/tako-step-form.js'
import { toast } from '../components/toast.js'
import { holdLeaving } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { may } from '../permissions.js'
import { styles } from './process.styles.js'
import { ProjectPage } from './project-page.js'
import { systemNames } from './system-names.js'

pageStyles('tako-page-process', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {import('../components/process-model.js').Draft} Draft
 * @typedef {import('../components/process-model.js').Step} Step
 * @typedef {{ project: Resource, group: Resource | null, process: Resource, environments: Resource[],
 *   channels: Resource[], pools: Resource[] | null, workers: Resource[], feeds: Resource[], names: import('../components/tako-code.js').Name[] }} Data
 */

/**
 * The steps of a project, edited as a whole.
 * @extends {ProjectPage<Data>}
 */
class TakoPageProcess extends ProjectPage {
  static properties = {
    drafts: { state: true },
    chosen: { state: true },
    isBusy: { state: true },
    fault: { state: true },
    stale: { state: true },
    dragged: { state: true },
    over: { state: true },
    found: { state: true },
  }

  tab = 'Process'
  name = 'process'

  constructor() {
    super()
    /** @type {Draft[]} */
    this.drafts = []
    /** The key of the step that is shown; '' on a phone: the list. */
    this.chosen = ''
    this.isBusy = false
    /** @type {ApiError | undefined} */
    this.fault = undefined
    /** @type {Resource | null} what somebody else has saved meanwhile */
    this.stale = null
    this.dragged = ''
    this.over = -1
    /** Packages that the last search has found. @type {Resource[]} */
    this.found = []
    this.lastKey = 0
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.searching = undefined
  }

  connectedCallback() {
    super.connectedCallback()
    this.release = holdLeaving(() =>
      this.#changes().isAny ? 'The changes of the process are not saved.' : undefined,
    )
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.release?.()
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const { project, group } = await this.project(signal)
    const mayViewWorkers = may(this.me, this.space, 'WorkerView')
    const [process, environments, channels, pools, workers, feeds, variables] = await Promise.all([
      this.api.get(`/deploymentprocesses/${project.DeploymentProcessId}`, signal),
      this.api.get('/environments/all', signal),
      this.api.get(`/projects/${project.Id}/channels?take=2147483647`, signal),
      mayViewWorkers ? this.api.get('/workerpools/all', signal) : null,
      mayViewWorkers ? this.api.get('/workers/all', signal) : [],
      may(this.me, this.space, 'FeedView')
        ? this.api.get('/feeds?take=2147483647', signal)
        : { Items: [] },
      may(this.me, this.space, 'VariableView')
        ? this.api.get(`/variables/${project.VariableSetId}`, signal)
        : { Variables: [] },
    ])
    return {
      project,
      group,
      process,
      environments,
      channels: channels.Items,
      pools,
      workers,
      feeds: feeds.Items.filter((/** @type {Resource} */ { FeedType }) => FeedType === 'BuiltIn'),
      names: namesOf(variables.Variables),
    }
  }

  loaded(/** @type {Data} */ data) {
    if (this.#isDirty) return
    this.#take(data.process)
  }

  /** @param {import('../live.js').Change} change */
  isTouched(change) {
    return (
      super.isTouched(change) ||
      (change.Kind === 'DeploymentProcess' && change.ProjectId === this.data?.project.Id)
    )
  }

  /** The process that the drafts began with. */
  get #base() {
    return /** @type {Resource} */ (this.base ?? this.data?.process)
  }

  get #isDirty() {
    return Boolean(this.base) && this.#changes().isAny
  }

  #changes() {
    return changesOf(this.drafts, this.base?.Steps ?? [])
  }

  /** @param {Resource} process */
  #take(process) {
    const index = this.drafts.findIndex(({ key }) => key === this.chosen)
    /** @type {Resource | undefined} */
    this.base = process
    const kept = new Map(this.drafts.map(({ key, step }) => [step.Id, key]))
    this.drafts = process.Steps.map((/** @type {Step} */ step) => ({
      key: kept.get(step.Id) ?? this.#newKey(),
      step: structuredClone(step),
    }))
    this.stale = null
    this.fault = undefined
    if (this.drafts.some(({ key }) => key === this.chosen)) return
    const named = this.drafts.find(({ step }) => isNamed(step, this.params.step ?? ''))
    const isWide = matchMedia('(min-width: 721px)').matches
    this.chosen = named?.key ?? this.drafts[Math.max(0, index)]?.key ?? ''
    if (!named && !isWide && index < 0) this.chosen = ''
  }

  #newKey() {
    this.lastKey += 1
    return `step-${this.lastKey}`
  }

  /** @param {Data} data */
  body(data) {
    const why = this.refusal('ProcessEdit')
    if (this.drafts.length === 0 && !this.#changes().isAny) return this.#empty(why)
    const shown = this.drafts.find(({ key }) => key === this.chosen)
    return html`
      ${this.stale ? this.#staleNote(this.stale) : nothing}
      <div class="split ${shown ? 'at-step' : 'at-list'}">
        ${this.#list(data, why)}
        <div class="one">${shown ? this.#form(data, shown, why) : html`<p class="quiet">Choose a step.</p>`}</div>
      </div>
      ${this.#bar()}`
  }

  #empty(/** @type {string} */ why) {
    return html`
      <section class="panel empty-panel">
        <h2>No step yet.</h2>
        <p class="quiet">The process says what runs at each deployment, in which order. A step runs a script or deploys a package, on a worker; a release keeps the process as it is when the release is created.</p>
        <div class="row wrap">
          ${button({ label: html`${icon('script')}Run a script`, name: why ? 'Run a script' : '', kind: 'primary', refusal: why, onclick: () => this.#add('script') })}
          ${button({ label: html`${icon('package')}Deploy a package`, name: why ? 'Deploy a package' : '', refusal: why, onclick: () => this.#add('package') })}
        </div>
      </section>`
  }

  #list(/** @type {Data} */ data, /** @type {string} */ why) {
    const { marks } = this.#changes()
    const environmentName = (/** @type {string} */ id) =>
      data.environments.find(({ Id }) => Id === id)?.Name ?? id
    return html`
      <section class="list" aria-label="Steps">
        <ol @dragover=${(/** @type {DragEvent} */ event) => this.#dragOver(event)} @drop=${(/** @type {DragEvent} */ event) => this.#drop(event)}>
          ${this.drafts.map(({ key, step }, at) => {
            const notes = notesOf(step, environmentName)
            const isOff = step.Actions.every((action) => action.IsDisabled)
            return html`<li data-at=${at} class=${this.dragged && this.over === at ? 'over' : this.dragged && this.over === this.drafts.length && at === this.drafts.length - 1 ? 'over-end' : ''}>
              <button type="button" class="step ${isOff ? 'off' : ''}" aria-current=${key === this.chosen ? 'true' : nothing} draggable=${why ? 'false' : 'true'}
                @click=${() => this.#choose(key)} @keydown=${(/** @type {KeyboardEvent} */ event) => this.#moveKey(event, at)}
                @dragstart=${() => {
                  this.dragged = key
                }} @dragend=${() => {
                  this.dragged = ''
                  this.over = -1
                }}>
                <span class="grip" title="Drag, or Alt and arrow keys">${why ? nothing : icon('grip')}</span>
                <span class="n">${at + 1}</span>
                <span class="name">${step.Name || 'No name yet'}${marks.has(key) ? html`<i class="dot"></i><span class="visually-hidden">changed</span>` : nothing}
                  <small>${isOff ? 'Switched off' : kindOf(step)}${notes.map((note) => html` · <em>${note}</em>`)}</small></span>
                ${icon(iconOf(step))}
              </button></li>`
          })}
        </ol>
        ${why ? html`<p class="quiet small">${why}</p>` : this.#addMenu()}
        <p class="quiet small">A release keeps the process it was made with. Changes here show in the next release.</p>
      </section>`
  }

  #addMenu() {
    return html`
      <wa-dropdown @wa-select=${(/** @type {CustomEvent<{ item: { value: import('../components/process-model.js').StepKind } }>} */ event) => this.#add(event.detail.item.value)}>
        <button slot="trigger" type="button" class="button add">${icon('plus')}Add step</button>
        <wa-dropdown-item value="script"><span slot="icon">${icon('script')}</span>Run a script</wa-dropdown-item>
        <wa-dropdown-item value="package"><span slot="icon">${icon('package')}</span>Deploy a package</wa-dropdown-item>
      </wa-dropdown>`
  }

  #form(/** @type {Data} */ data, /** @type {Draft} */ draft, /** @type {string} */ why) {
    const at = this.drafts.indexOf(draft)
    return html`
      <button type="button" class="button bare back" @click=${() => {
        this.chosen = ''
      }}>${icon('left')}All steps</button>
      <tako-step-form .step=${draft.step} .number=${at + 1} .names=${data.names} .pools=${data.pools} .workers=${data.workers} .shelf=${{ feeds: data.feeds, found: this.found }} .environments=${data.environments} .channels=${data.channels}
        .faults=${faultsOf(draft.step, this.drafts)} .refusal=${why} .menu=${why ? nothing : this.#menu(at)}
        @package-search=${(/** @type {CustomEvent<{ term: string, feedId: string }>} */ event) => this.#search(event.detail)}
        @step-changed=${(/** @type {CustomEvent<Step>} */ event) => this.#change(draft.key, event.detail)}></tako-step-form>`
  }

  #menu(/** @type {number} */ at) {
    const step = this.drafts[at]
    if (!step) return nothing
    return html`
      <wa-dropdown placement="bottom-end" @wa-select=${(/** @type {CustomEvent<{ item: { value: string } }>} */ event) => this.#act(event.detail.item.value, at)}>
        <button slot="trigger" type="button" class="button bare square compact" aria-label="More about ${step.step.Name}">${icon('more')}</button>
        ${at > 0 ? html`<wa-dropdown-item value="up">Move up</wa-dropdown-item>` : nothing}
        ${at < this.drafts.length - 1 ? html`<wa-dropdown-item value="down">Move down</wa-dropdown-item>` : nothing}
        <wa-dropdown-item value="copy">Duplicate</wa-dropdown-item>
        <wa-dropdown-item value="remove" variant="danger">Remove</wa-dropdown-item>
      </wa-dropdown>`
  }

  #bar() {
    const changes = this.#changes()
    if (!changes.isAny) return nothing
    const fault = this.drafts.map(({ step }) => faultOf(step, this.drafts)).find(Boolean)
    return html`
      <tako-save-bar .text=${changesText(changes, this.drafts)} .isBusy=${this.isBusy} .error=${this.fault}
        .refusal=${fault ?? ''}
        .more=${html`<button class="button" type="button" @click=${() => this.#review()}>Review changes</button>`}
        @save=${() => this.#save()} @discard=${() => this.#take(/** @type {Resource} */ (this.data?.process))}></tako-save-bar>`
  }

  #staleNote(/** @type {Resource} */ latest) {
    const by = latest.LastModifiedBy ?? 'Somebody else'
    return html`
      <div class="note waiting stale" role="alert">${icon('warning')}<span>${by} has saved this process meanwhile.</span><span class="push"></span>
        <button class="button compact" type="button" @click=${() => this.#show('What was saved meanwhile', this.#base.Steps, latest.Steps)}>See the difference</button>
        <button class="button compact" type="button" @click=${() => this.#take(latest)}>Take theirs</button>
        <button class="button compact" type="button" @click=${() => this.#keepMine(latest)}>Keep mine on top</button>
      </div>`
  }

  #add(/** @type {import('../components/process-model.js').StepKind} */ kind) {
    const names = this.drafts.map((draft) => draft.step.Name)
    const step = newStep(kind, names)
    this.#insert(step, this.drafts.length)
    void this.updateComplete.then(async () => {
      const form = /** @type {import('../components/tako-step-form.js').TakoStepForm | null} */ (
        this.querySelector('tako-step-form')
      )
      await form?.updateComplete
      const name = form?.querySelector('input')
      name?.focus()
      name?.select()
    })
  }

  /** Looks for packages while one types; what is typed on makes the answer before it nothing. */
  #search(/** @type {{ term: string, feedId: string }} */ { term, feedId }) {
    if (!this.data?.feeds.some(({ Id }) => Id === feedId)) return
    clearTimeout(this.searching)
    this.searching = setTimeout(async () => {
      const query = `term=${encodeURIComponent(term)}&take=20`
      const asked = this.searching
      const { Items } = await this.api.get(`/feeds/${feedId}/packages/search?${query}`)
      if (asked === this.searching) this.found = Items
    }, 200)
  }

  #insert(/** @type {Step} */ step, /** @type {number} */ at) {
    const key = this.#newKey()
    this.drafts = [...this.drafts.slice(0, at), { key, step }, ...this.drafts.slice(at)]
    this.chosen = key
  }

  #act(/** @type {string} */ action, /** @type {number} */ at) {
    const draft = this.drafts[at]
    if (!draft) return
    if (action === 'up') this.#move(at, at - 1)
    if (action === 'down') this.#move(at, at + 1)
    if (action === 'copy')
      this.#insert(
        copyOf(
          draft.step,
          this.drafts.map(({ step }) => step.Name),
        ),
        at + 1,
      )
    if (action === 'remove') this.#remove(at, draft)
  }

  #remove(/** @type {number} */ at, /** @type {Draft} */ draft) {
    this.drafts = this.drafts.filter((other) => other !== draft)
    this.chosen = this.drafts[Math.min(at, this.drafts.length - 1)]?.key ?? ''
    toast(`${draft.step.Name} removed.`, {
      undo: () => {
        this.drafts = [...this.drafts.slice(0, at), draft, ...this.drafts.slice(at)]
        this.chosen = draft.key
      },
    })
  }

  #change(/** @type {string} */ key, /** @type {Step} */ step) {
    this.drafts = this.drafts.map((draft) => (draft.key === key ? { key, step } : draft))
  }

  #choose(/** @type {string} */ key) {
    this.chosen = key
    const step = this.drafts.find((draft) => draft.key === key)?.step
    // Between steps nothing is left behind, so the address changes without the question about leaving.
    if (step?.Slug) history.replaceState(null, '', `${this.address}/process/${step.Slug}`)
  }

  #move(/** @type {number} */ from, /** @type {number} */ to) {
    const draft = this.drafts[from]
    if (!draft || to < 0 || to >= this.drafts.length) return
    const others = this.drafts.filter((other) => other !== draft)
    this.drafts = [...others.slice(0, to), draft, ...others.slice(to)]
  }

  #moveKey(/** @type {KeyboardEvent} */ event, /** @type {number} */ at) {
    if (!event.altKey || this.refusal('ProcessEdit')) return
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (!step) return
    event.preventDefault()
    const { key } = /** @type {Draft} */ (this.drafts[at])
    this.#move(at, at + step)
    void this.updateComplete.then(() => {
      const index = this.drafts.findIndex((draft) => draft.key === key)
      const rows = /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll('.list .step'))
      rows[index]?.focus()
    })
  }

  #dragOver(/** @type {DragEvent} */ event) {
    const item = event.target instanceof Element ? event.target.closest('li') : null
    if (!this.dragged || !item) return
    event.preventDefault()
    const { top, height } = item.getBoundingClientRect()
    this.over = Number(item.dataset.at) + (event.clientY > top + height / 2 ? 1 : 0)
  }

  #drop(/** @type {DragEvent} */ event) {
    event.preventDefault()
    const from = this.drafts.findIndex(({ key }) => key === this.dragged)
    this.#move(from, from < this.over ? this.over - 1 : this.over)
    this.dragged = ''
    this.over = -1
  }

  #review() {
    this.#show(
      'Changes of the process',
      this.#base.Steps,
      this.drafts.map(({ step }) => step),
    )
  }

  #show(/** @type {string} */ title, /** @type {Step[]} */ before, /** @type {Step[]} */ after) {
    void ask({ title, text: processReview(before, after), verb: 'Close', stay: '' })
  }

  #keepMine(/** @type {Resource} */ latest) {
    this.base = { ...this.#base, Version: latest.Version }
    this.stale = null
    void this.#save()
  }

  async #save() {
    const faulty = this.drafts.some(({ step }) => faultOf(step, this.drafts))
    if (this.isBusy || faulty) return
    this.isBusy = true
    this.fault = undefined
    const at = this.drafts.findIndex(({ key }) => key === this.chosen)
    const path = `/deploymentprocesses/${this.#base.Id}`
    try {
      const saved = await this.api.put(path, {
        ...this.#base,
        Steps: this.drafts.map(({ step }) => step),
      })
      if (this.data) this.data = { ...this.data, process: saved }
      this.#take(saved)
      this.chosen = this.drafts[at]?.key ?? this.chosen
      toast('The process is saved.')
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.status === 409) this.stale = await this.api.get(path)
      else this.fault = error
    } finally {
      this.isBusy = false
    }
  }
}

/** @param {Step} step @param {string} name */
const isNamed = (step, name) => Boolean(name) && (step.Slug === name || step.Name === name)

/** @param {Record<string, any>[]} variables the set's, as the API has them */
function namesOf(variables) {
  /** @type {Map<string, string[]>} */
  const values = new Map()
  for (const { Name, Value, IsSensitive } of variables) {
    values.set(Name, [...(values.get(Name) ?? []), IsSensitive ? 'secret' : (Value ?? 'asked')])
  }
  const own = [...values].map(([name, texts]) => ({
    name,
    detail: texts.length > 1 ? `${texts.length} values` : (texts[0] ?? '').slice(0, 40),
  }))
  return [...own, ...systemNames]
}

customElements.define('tako-page-process', TakoPageProcess)
