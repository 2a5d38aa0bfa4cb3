import '../components/elements/dropdown.js'
import { html, nothing } from 'lit'
import { ApiError } from '../api.js'
import { button } from '../components/form.js'
import { icon } from '../components/icons.js'
import '../components/tako-save-bar.js'
import '../components/tako-variable-form.js'
import '../components/tako-variable-templates.js'
import { toast } from '../components/toast.js'
import { scopeChips, shownValue } from '../components/variable-parts.js'
import { newVariable, resultsOf } from '../components/variable-scope.js'
import { counted } from '../format.js'
import { holdLeaving, setQuery } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { may, refusal } from '../permissions.js'
import { ProjectPage } from './project-page.js'
import { styles } from './variables.styles.js'

pageStyles('tako-page-variables', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {import('../components/variable-scope.js').Variable} Variable
 * @typedef {import('../components/variable-scope.js').Result} Result
 * @typedef {{ key: string, variable: Variable }} Draft a value being edited; the key stays while all else changes
 * @typedef {{ project: Resource, group: Resource | null, set: Resource, values: Resource, pools: Resource[] }} Data
 */

/**
 * The variables of a project, edited as a whole.
 * @extends {ProjectPage<Data>}
 */
class TakoPageVariables extends ProjectPage {
  static properties = {
    drafts: { state: true },
    edited: { state: true },
    isBusy: { state: true },
    fault: { state: true },
    isFilling: { state: true },
    templateFault: { state: true },
    stale: { state: true },
  }

  tab = 'Variables'
  name = 'variables-page'

  constructor() {
    super()
    /** @type {Draft[]} */
    this.drafts = []
    /** @type {{ key: string, variable: Variable } | null} the value in the dialog; its key is '' when it is new */
    this.edited = null
    this.isBusy = false
    /** @type {ApiError | undefined} */
    this.fault = undefined
    /** Whether templates or their values are being saved. */
    this.isFilling = false
    /** @type {ApiError | undefined} */
    this.templateFault = undefined
    /** @type {Resource | null} what somebody else has saved meanwhile */
    this.stale = null
    /** @type {Resource | undefined} the set that the drafts began with */
    this.base = undefined
    this.lastKey = 0
  }

  connectedCallback() {
    super.connectedCallback()
    this.release = holdLeaving(() =>
      this.#changedNames().length > 0 || this.#areValuesChanged
        ? 'The changes of the variables are not saved.'
        : undefined,
    )
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.release?.()
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const { project, group } = await this.project(signal)
    const [set, values] = await Promise.all([
      this.api.get(`/variables/${project.VariableSetId}`, signal),
      this.api.get(`/projects/${project.Id}/templatevalues`, signal),
    ])
    const hasPool = set.Templates.some((/** @type {Resource} */ { Type }) => Type === 'WorkerPool')
    const mayView = may(this.me, this.space, 'WorkerView')
    const pools = hasPool && mayView ? await this.api.get('/workerpools/all', signal) : []
    return { project, group, set, values, pools }
  }

  get #areValuesChanged() {
    const templates =
      /** @type {import('../components/tako-variable-templates.js').TakoVariableTemplates | null} */ (
        this.querySelector('tako-variable-templates')
      )
    return templates?.isChanged ?? false
  }

  loaded(/** @type {Data} */ { set }) {
    if (this.base && this.#changedNames().length > 0) return
    this.#take(set)
  }

  /** @param {import('../live.js').Change} change */
  isTouched(change) {
    if (change.Kind === 'Environment') return true
    return (
      super.isTouched(change) ||
      (['VariableSet', 'TemplateValues', 'Lifecycle'].includes(change.Kind) &&
        change.ProjectId === this.data?.project.Id)
    )
  }

  #take(/** @type {Resource} */ set) {
    this.base = set
    const sorted = [...set.Variables].sort((a, b) => a.Name.localeCompare(b.Name))
    this.drafts = sorted.map((variable) => ({ key: variable.Id ?? this.#newKey(), variable }))
    this.stale = null
    this.fault = undefined
  }

  #newKey() {
    this.lastKey += 1
    return `new-${this.lastKey}`
  }

  /** Names whose values differ from those that are saved. */
  #changedNames() {
    const saved = /** @type {Variable[]} */ (this.base?.Variables ?? [])
    const names = new Set(
      this.drafts.filter((draft) => this.#isChanged(draft)).map(({ variable }) => variable.Name),
    )
    for (const variable of saved) {
      if (!this.drafts.some(({ key }) => key === variable.Id)) names.add(variable.Name)
    }
    return [...names]
  }

  #isChanged(/** @type {Draft} */ { key, variable }) {
    const saved = /** @type {Variable[]} */ (this.base?.Variables ?? []).find(
      ({ Id }) => Id === key,
    )
    return !saved || JSON.stringify(saved) !== JSON.stringify(variable)
  }

  /** @param {Data} data */
  body(data) {
    const why = this.refusal('VariableEdit')
    return html`
      ${this.stale ? this.#staleNote(this.stale) : nothing}
      ${this.drafts.length === 0 ? this.#empty(why) : this.#table(data, why)}
      ${this.#templates(data, why)}
      ${this.#bar()}
      ${
        this.edited
          ? html`<tako-variable-form .variable=${this.edited.variable} .scopeValues=${data.set.ScopeValues} ?isNew=${!this.edited.key}
              @variable-changed=${(/** @type {CustomEvent<Variable>} */ event) => this.#change(event.detail)}
              @closed=${() => {
                this.edited = null
              }}></tako-variable-form>`
          : nothing
      }`
  }

  /** @param {Data} data @param {string} why */
  #templates({ set, values, pools }, why) {
    return html`<tako-variable-templates .templates=${set.Templates} .places=${values.Environments} .pools=${pools}
      .whyNotDeclare=${why} .whyNotFill=${refusal(this.me, this.space, 'VariableEdit')} ?isBusy=${this.isFilling} .fault=${this.templateFault}
      @templates-changed=${(/** @type {CustomEvent<Resource[]>} */ { detail: Templates }) => this.#declare(Templates)}
      @values-changed=${(/** @type {CustomEvent<Resource[]>} */ { detail: Environments }) => this.#fill(Environments)}></tako-variable-templates>`
  }

  /** The variables stay as they are saved; what is being edited goes on. @param {Resource[]} Templates */
  #declare(Templates) {
    const saved = /** @type {Resource} */ (this.base)
    return this.#filling(async () => {
      const set = await this.api.put(`/variables/${saved.Id}`, { ...saved, Templates })
      this.base = { ...saved, Templates: set.Templates, Version: set.Version }
      await this.reload()
      toast('The templates are saved.')
    })
  }

  /** @param {Resource[]} Environments */
  #fill(Environments) {
    return this.#filling(async () => {
      const path = `/projects/${this.data?.project.Id}/templatevalues`
      const Version = this.data?.values.Version
      const values = await this.api.put(path, { Version, Environments })
      if (this.data) this.data = { ...this.data, values }
      toast('The values are saved.')
    })
  }

  /** @param {() => Promise<void>} action */
  async #filling(action) {
    if (this.isFilling) return
    this.isFilling = true
    this.templateFault = undefined
    try {
      await action()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.templateFault = error
    } finally {
      this.isFilling = false
    }
  }

  #empty(/** @type {string} */ why) {
    return html`<section class="panel empty-panel"><h2>No variable yet.</h2>
      <p class="quiet">A variable is a value that scripts read by name, and that may differ from one environment to the next: an address, a password, how many of something.</p>
      ${button({ label: html`${icon('plus')}Add variable`, kind: 'primary', refusal: why, onclick: () => this.#add('') })}</section>`
  }

  #table(/** @type {Data} */ data, /** @type {string} */ why) {
    const find = (this.query.get('find') ?? '').toLowerCase()
    const groups = this.#groups().filter(([name, drafts]) =>
      `${name} ${JSON.stringify(drafts.map(({ variable }) => variable.Value))}`
        .toLowerCase()
        .includes(find),
    )
    const environments = /** @type {Resource[]} */ (data.set.ScopeValues.Environments ?? [])
    const environment = environments.find(({ Id }) => Id === this.query.get('env'))
    return html`
      <div class="row wrap toolbar">
        <label class="search"><span class="visually-hidden">Filter variables</span>${icon('search')}<input class="input" type="search" placeholder="Filter by name or value" .value=${this.query.get('find') ?? ''}
          @input=${(/** @type {Event & { target: HTMLInputElement }} */ event) => setQuery({ find: event.target.value })}></label>
        <span class="push"></span>
        ${button({ label: html`${icon('plus')}Add variable`, refusal: why, onclick: () => this.#add('') })}
      </div>
      ${environments.length > 0 ? this.#preview(data, environment) : nothing}
      <div class="panel table-panel">
        <table class="table variables">
          <caption class="visually-hidden">Variables of ${data.project.Name}</caption>
          <thead><tr><th scope="col">Name</th><th scope="col">Value</th><th scope="col">Applies to</th>${environment ? html`<th scope="col" class="result">In ${environment.Name}</th>` : nothing}<th><span class="visually-hidden">Actions</span></th></tr></thead>
          ${groups.map(([name, drafts]) => this.#group(data, name, drafts, environment, why))}
        </table>
        ${groups.length === 0 ? html`<p class="panel-body quiet">No variable is called ‘${find}’. <button class="button bare compact" type="button" @click=${() => setQuery({ find: '' })}>Clear filter</button></p>` : nothing}
      </div>`
  }

  #preview(/** @type {Data} */ data, /** @type {Resource | undefined} */ environment) {
    const { Environments, Channels = [], Actions = [] } = data.set.ScopeValues
    const select = (
      /** @type {string} */ name,
      /** @type {string} */ label,
      /** @type {string} */ any,
      /** @type {Resource[]} */ values,
    ) => html`
      <select class="input" aria-label=${label} @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => setQuery({ [name]: event.target.value })}>
        <option value="">${any}</option>${values.map(({ Id, Name }) => html`<option value=${Id} ?selected=${Id === this.query.get(name)}>${Name}</option>`)}</select>`
    return html`
      <section class="preview" aria-labelledby="preview-title">
        <h2 id="preview-title">${icon('eye')}What applies in</h2>
        ${select('env', 'Environment', 'No environment', Environments)}
        ${environment && Channels.length > 1 ? select('channel', 'Channel', 'Any channel', Channels) : nothing}
        ${environment && Actions.length > 0 ? select('step', 'Step', 'Any step', Actions) : nothing}
        ${environment ? html`<button class="button bare compact push" type="button" @click=${() => setQuery({ env: '', channel: '', step: '' })}>${icon('close')}Show all alike</button>` : nothing}
      </section>`
  }

  /** @returns {[string, Draft[]][]} */
  #groups() {
    /** @type {Map<string, [string, Draft[]]>} */
    const groups = new Map()
    for (const draft of this.drafts) {
      const { Name } = draft.variable
      const group = groups.get(Name.toLowerCase()) ?? [Name, []]
      group[1].push(draft)
      groups.set(Name.toLowerCase(), group)
    }
    return [...groups.values()]
  }

  /** @param {Data} data @param {string} name @param {Draft[]} drafts @param {Resource | undefined} environment @param {string} why */
  #group(data, name, drafts, environment, why) {
    const context = {
      environment: environment?.Id ?? '',
      channel: this.query.get('channel') ?? '',
      step: this.query.get('step') ?? '',
    }
    const results = environment
      ? resultsOf(
          drafts.map(({ variable }) => variable),
          context,
        )
      : []
    const about = drafts.find(({ variable }) => variable.Description)?.variable.Description
    return html`<tbody>${drafts.map((draft, at) => {
      const { variable } = draft
      const result = results[at]
      const actions = /** @type {Resource[]} */ (data.set.ScopeValues.Actions ?? [])
      return html`
        <tr class=${result === 'out' ? 'out' : ''}>
          ${at === 0 ? html`<th scope="rowgroup" rowspan=${drafts.length}><span class="mono">${name}</span>${about ? html`<small>${about}</small>` : nothing}</th>` : nothing}
          <td class="value">${this.#isChanged(draft) ? html`<i class="dot" title="Changed"></i>` : nothing}${
            why
              ? shownValue(variable)
              : html`<button class="value-button" type="button" aria-label="Change this value of ${name}" @click=${() => this.#edit(draft)}>${shownValue(variable)}</button>`
          }</td>
          <td>${scopeChips(variable, data.set.ScopeValues)}</td>
          ${result ? html`<td class="result">${resultText(result, variable, actions)}</td>` : nothing}
          <td class="right">${why ? nothing : this.#menu(draft, name)}</td>
        </tr>`
    })}</tbody>`
  }

  #menu(/** @type {Draft} */ draft, /** @type {string} */ name) {
    return html`
      <wa-dropdown placement="bottom-end" @wa-select=${(
        /** @type {CustomEvent<{ item: { value: string } }>} */ event,
      ) => {
        const { value } = event.detail.item
        if (value === 'edit') this.#edit(draft)
        if (value === 'add') this.#add(name)
        if (value === 'remove') this.#remove(draft)
      }}>
        <button slot="trigger" class="button bare square compact" type="button" aria-label="More about this value of ${name}">${icon('more')}</button>
        <wa-dropdown-item value="edit">Change</wa-dropdown-item>
        <wa-dropdown-item value="add">Add another value</wa-dropdown-item>
        <wa-dropdown-item value="remove" variant="danger">Remove</wa-dropdown-item>
      </wa-dropdown>`
  }

  #bar() {
    const names = this.#changedNames()
    if (names.length === 0) return nothing
    const text = `${counted(names.length, 'variable')} changed: ${names.slice(0, 3).join(', ')}${names.length > 3 ? ' and others' : ''}`
    return html`<tako-save-bar .text=${text} .isBusy=${this.isBusy} .error=${this.fault}
      @save=${() => this.#save()} @discard=${() => this.#take(/** @type {Resource} */ (this.data?.set))}></tako-save-bar>`
  }

  #staleNote(/** @type {Resource} */ latest) {
    return html`
      <div class="note waiting stale" role="alert">${icon('warning')}<span>Somebody else has saved these variables meanwhile.</span><span class="push"></span>
        <button class="button compact" type="button" @click=${() => this.#take(latest)}>Take theirs</button>
        <button class="button compact" type="button" @click=${() => this.#keepMine(latest)}>Keep mine on top</button>
      </div>`
  }

  #add(/** @type {string} */ name) {
    this.edited = { key: '', variable: newVariable(name) }
  }

  #edit(/** @type {Draft} */ draft) {
    this.edited = { ...draft }
  }

  #change(/** @type {Variable} */ variable) {
    const key = this.edited?.key
    if (key) {
      this.drafts = this.drafts.map((draft) => (draft.key === key ? { key, variable } : draft))
      return
    }
    const at = this.drafts.findLastIndex(
      (draft) => draft.variable.Name.toLowerCase() === variable.Name.toLowerCase(),
    )
    const draft = { key: this.#newKey(), variable }
    this.drafts =
      at < 0
        ? [...this.drafts, draft]
        : [...this.drafts.slice(0, at + 1), draft, ...this.drafts.slice(at + 1)]
  }

  #remove(/** @type {Draft} */ draft) {
    const at = this.drafts.indexOf(draft)
    this.drafts = this.drafts.filter((other) => other !== draft)
    toast(`A value of ${draft.variable.Name} removed.`, {
      undo: () => {
        this.drafts = [...this.drafts.slice(0, at), draft, ...this.drafts.slice(at)]
      },
    })
  }

  #keepMine(/** @type {Resource} */ latest) {
    if (this.base) this.base = { ...this.base, Version: latest.Version }
    this.stale = null
    void this.#save()
  }

  async #save() {
    if (this.isBusy || !this.base) return
    this.isBusy = true
    this.fault = undefined
    const path = `/variables/${this.base.Id}`
    try {
      const set = await this.api.put(path, {
        ...this.base,
        Variables: this.drafts.map(({ variable }) => variable),
      })
      if (this.data) this.data = { ...this.data, set }
      this.#take(set)
      toast('The variables are saved.')
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.status === 409) this.stale = await this.api.get(path)
      else this.fault = error
    } finally {
      this.isBusy = false
    }
  }
}

/** @param {Result} result @param {Variable} variable @param {Resource[]} actions */
function resultText(result, { Scope }, actions) {
  const steps = (Scope.Action ?? []).map((id) => actions.find(({ Id }) => Id === id)?.Name ?? id)
  switch (result) {
    case 'applies':
      return html`<span class="applies">${icon('success')}Applies</span>`
    case 'step':
      return html`<span class="applies">${icon('success')}In ${steps.join(', ')}</span>`
    case 'asked':
      return html`<span class="asked">${icon('person')}Is asked</span>`
    case 'beaten':
      return html`<span class="quiet" title="A value with a narrower scope comes first">Beaten</span>`
    default:
      return html`<span class="visually-hidden">Does not apply</span><span class="quiet" aria-hidden="true">–</span>`
  }
}

customElements.define('tako-page-variables', TakoPageVariables)
