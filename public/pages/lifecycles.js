import { html, nothing } from 'lit'
import { api } from '../api.js'
import { areaField, button, textField } from '../components/form.js'
import { formDialog } from '../components/form-dialog.js'
import { icon } from '../components/icons.js'
import { lifecycleLine } from '../components/lifecycle-line.js'
import { counted } from '../format.js'
import { navigate } from '../navigation.js'
import { refusal } from '../permissions.js'
import { attempt } from './editing.js'
import { LoadedPage } from './loaded-page.js'

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ lifecycles: Resource[], names: Map<string, string>, far: Set<string>, used: Map<string, number> }} Data
 */

/**
 * The lifecycles of a space, each as its line of phases.
 * @extends {LoadedPage<Data>}
 */
class TakoPageLifecycles extends LoadedPage {
  static properties = { draft: { state: true }, isBusy: { state: true }, fault: { state: true } }

  constructor() {
    super()
    /** @type {{ Name: string, Description: string } | undefined} */
    this.draft = undefined
    this.isBusy = false
    /** @type {import('../api.js').ApiError | undefined} */
    this.fault = undefined
  }

  /** @param {import('../live.js').Change} change */
  isTouched({ Kind }) {
    return ['Lifecycle', 'Environment', 'Project'].includes(Kind)
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const inSpace = api.space(this.space)
    const [lifecycles, environments, projects] = await Promise.all([
      inSpace.get('/lifecycles/all', signal),
      inSpace.get('/environments/all', signal),
      inSpace.get('/projects/all', signal),
    ])
    /** @type {Map<string, number>} */
    const used = new Map()
    for (const { LifecycleId } of projects) used.set(LifecycleId, (used.get(LifecycleId) ?? 0) + 1)
    const names = new Map(environments.map((/** @type {Resource} */ { Id, Name }) => [Id, Name]))
    const far = new Set(
      environments.flatMap((/** @type {Resource} */ { Id, Remote }) => (Remote ? [Id] : [])),
    )
    return { lifecycles, names, far, used }
  }

  /** @param {Data} data */
  content({ lifecycles, names, far, used }) {
    const why = refusal(this.me, this.space, 'LifecycleCreate')
    const base = `/${this.space.Slug}/library/lifecycles`
    return html`
      <div class="page lifecycles">
        <header class="page-head">
          <div><h1>Lifecycles</h1><p>Through which environments a release goes, and in which order.</p></div>
          ${button({ label: html`${icon('plus')}Add lifecycle`, name: 'Add lifecycle', kind: 'primary', refusal: why, onclick: () => this.#open() })}
        </header>
        ${this.problem()}
        ${lifecycles.length === 0 ? html`<section class="panel empty-panel"><h2>No lifecycle yet.</h2><p>Every project follows one, so no project can be added until there is one.</p></section>` : nothing}
        ${lifecycles.map(({ Id, Name, Description, Phases }) => {
          const count = used.get(Id) ?? 0
          return html`
            <section class="panel" style="margin-bottom:var(--space-4)" aria-labelledby=${Id}>
              <header class="panel-head"><h2 id=${Id}><a class="plain" href="${base}/${Id}">${Name}</a></h2><span class="quiet small">${Description}</span><span class="push quiet small">${count ? `used by ${counted(count, 'project')}` : 'not used'}</span></header>
              <div class="panel-body">${lifecycleLine(Phases, names, far)}</div>
            </section>`
        })}
        ${this.draft ? this.#dialog(this.draft, base) : nothing}
      </div>`
  }

  /**
   * @param {{ Name: string, Description: string }} draft
   * @param {string} base
   */
  #dialog(draft, base) {
    return formDialog(
      {
        title: 'Add lifecycle',
        verb: 'Add lifecycle',
        isBusy: this.isBusy,
        error: this.fault,
        onsend: () => void this.#create(draft, base),
        onclosed: () => {
          this.draft = undefined
        },
      },
      html`
        ${textField({ id: 'lifecycle-name', label: 'Name', value: draft.Name, maxlength: 50, required: true, autofocus: true, placeholder: 'Careful', help: 'Its phases come next.', oninput: (Name) => this.#change({ Name }) })}
        ${areaField({ id: 'lifecycle-description', label: 'Description', rows: 2, value: draft.Description, oninput: (Description) => this.#change({ Description }) })}`,
    )
  }

  /** @param {Partial<{ Name: string, Description: string }>} changes */
  #change(changes) {
    if (this.draft) this.draft = { ...this.draft, ...changes }
  }

  #open() {
    this.fault = undefined
    this.draft = { Name: '', Description: '' }
  }

  /**
   * @param {{ Name: string, Description: string }} draft
   * @param {string} base
   */
  async #create(draft, base) {
    await attempt(this, async () => {
      const lifecycle = await api.space(this.space).post('/lifecycles', { ...draft, Phases: [] })
      await navigate(`${base}/${lifecycle.Id}`)
    })
  }
}

customElements.define('tako-page-lifecycles', TakoPageLifecycles)
