import '@awesome.me/webawesome/dist/components/switch/switch.js'
import { html, LitElement, nothing } from 'lit'
import { describes, field } from './form.js'
import { icon } from './icons.js'
import { CONDITIONS, formOf, iconOf, kindOf, RETRIES, TIME_LIMIT } from './process-model.js'
import './tako-package-fields.js'
import './tako-script-fields.js'
import './tako-step-pool.js'

/**
 * @typedef {import('./process-model.js').Step} Step
 * @typedef {{ Id: string, Name: string, IsDefault?: boolean }} Named
 * @typedef {Event & { target: HTMLInputElement }} InputChange
 */

/** The form of one step. `step-changed` is sent with the new step. */
export class TakoStepForm extends LitElement {
  static properties = {
    step: { attribute: false },
    number: { type: Number },
    names: { attribute: false },
    pools: { attribute: false },
    workers: { attribute: false },
    shelf: { attribute: false },
    environments: { attribute: false },
    channels: { attribute: false },
    faults: { attribute: false },
    refusal: {},
    menu: { attribute: false },
    opened: { state: true },
  }

  constructor() {
    super()
    /** @type {Step} */
    this.step = { Name: '', Actions: [] }
    this.number = 1
    /** @type {import('./tako-code.js').Name[]} */
    this.names = []
    /** @type {Named[] | null} null when they may not be seen */
    this.pools = null
    /** @type {import('./worker-look.js').Worker[]} */
    this.workers = []
    /** @type {import('./package-field.js').Shelf} */
    this.shelf = { feeds: [], found: [] }
    /** @type {Named[]} */
    this.environments = []
    /** @type {Named[]} */
    this.channels = []
    /** @type {{ name?: string, packages?: string }} */
    this.faults = {}
    /** Why nothing may be changed, or ''. */
    this.refusal = ''
    /** @type {unknown} what else may be done with the step */
    this.menu = nothing
    /** Which of the rare settings is open. */
    this.opened = ''
  }

  createRenderRoot() {
    return this
  }

  get #action() {
    return this.step.Actions[0]
  }

  /** @returns {Record<string, string[]>} */
  get #lists() {
    return this.#action ?? {}
  }

  render() {
    const { step } = this
    const kind = formOf(step)
    const isEnabled = !this.#action?.IsDisabled
    return html`
      <form class="panel step-form" aria-label="Step ${this.number}, ${step.Name}" @submit=${(/** @type {Event} */ event) => event.preventDefault()}>
        <header class="panel-head">
          <h2>${this.number}. ${step.Name || 'No name yet'}</h2><span class="chip">${icon(iconOf(step))}${kindOf(step)}</span>
          <span class="push"></span>
          <wa-switch size="s" ?checked=${isEnabled} ?disabled=${Boolean(this.refusal)}
            @change=${(/** @type {InputChange} */ event) => this.#changeAction({ IsDisabled: !event.target.checked })}>Enabled</wa-switch>
          ${this.menu}
        </header>
        <div class="panel-body">${kind ? this.#fields(kind) : this.#strange()}</div>
      </form>`
  }

  #strange() {
    return html`<p class="note">${icon('info')}<span>This step was made by a client of the API, and has more than this form can show
      (${this.step.Actions.map(({ ActionType }) => ActionType).join(', ')}). It is kept as it is. It may be moved, switched off and removed here.</span></p>`
  }

  /** @param {import('./process-model.js').StepKind} kind */
  #fields(kind) {
    const options = { id: 'step-name', label: 'Name', error: this.faults.name }
    const change = (/** @type {CustomEvent<Record<string, unknown>>} */ event) =>
      this.#changeAction(event.detail)
    const fault = this.faults.packages ?? ''
    return html`
      <div class="name-field">${field(
        options,
        html`<input class="input" id="step-name" .value=${this.step.Name} maxlength="200" autocomplete="off" spellcheck="false" ?disabled=${Boolean(this.refusal)}
          aria-invalid=${this.faults.name ? 'true' : nothing} aria-describedby=${describes(options)}
          @input=${(/** @type {InputChange} */ event) => this.#rename(event.target.value)}>`,
      )}</div>
      ${
        this.pools
          ? html`<tako-step-pool .action=${this.#action} .pools=${this.pools} .workers=${this.workers} .names=${this.names} .refusal=${this.refusal} @action-changed=${change}></tako-step-pool>`
          : nothing
      }
      ${
        kind === 'script'
          ? html`<tako-script-fields .action=${this.#action} .names=${this.names} .shelf=${this.shelf} .fault=${fault} .refusal=${this.refusal} @action-changed=${change}></tako-script-fields>`
          : html`<tako-package-fields .action=${this.#action} .names=${this.names} .shelf=${this.shelf} .fault=${fault} .refusal=${this.refusal} @action-changed=${change}></tako-package-fields>`
      }
      ${this.#conditions()}`
  }

  #conditions() {
    const { step } = this
    const action = this.#action
    const retries = Number(action?.Properties[RETRIES] ?? 0)
    const limit = action?.Properties[TIME_LIMIT] ?? ''
    return html`
      <fieldset class="conditions">
        <legend>When it runs</legend>
        <div class="rows">
          ${this.#row('condition', 'Run when', CONDITIONS[step.Condition] ?? `A variable says so: ${step.Condition}`, () => this.#conditionChoices())}
          ${this.#row('start', 'Starts', step.StartTrigger === 'StartWithPrevious' ? 'Together with the step before it' : 'After the step before it', () => this.#startChoices())}
          ${this.#row('environments', 'Environments', this.#environmentsText(), () => this.#environmentChoices())}
          ${this.channels.length > 1 || action?.Channels?.length ? this.#row('channels', 'Channels', this.#channelsText(), () => this.#channelChoices()) : nothing}
          ${this.#row('limits', 'Retries, time limit', `${retries ? `${retries} at most` : 'None'}, ${limit ? `${limit} min` : 'no limit'}`, () => this.#limits(retries, limit))}
        </div>
      </fieldset>`
  }

  #row(
    /** @type {string} */ name,
    /** @type {string} */ title,
    /** @type {string} */ text,
    /** @type {() => unknown} */ choices,
  ) {
    const isOpen = this.opened === name
    return html`
      <div class="setting">
        <div class="setting-line"><span class="what">${title}</span><span>${text}</span>
          ${
            this.refusal
              ? nothing
              : html`<button type="button" class="button bare compact" aria-expanded=${isOpen} aria-label="${isOpen ? 'Close' : 'Change'}: ${title}" @click=${() => {
                  this.opened = isOpen ? '' : name
                }}>${isOpen ? 'Close' : 'Change'}</button>`
          }
        </div>
        ${isOpen ? html`<div class="setting-choices">${choices()}</div>` : nothing}
      </div>`
  }

  #conditionChoices() {
    return Object.entries(CONDITIONS).map(([value, text]) =>
      radio('condition', text, this.step.Condition === value, () =>
        this.#change({ Condition: value }),
      ),
    )
  }

  #startChoices() {
    const isWith = this.step.StartTrigger === 'StartWithPrevious'
    return html`
      ${radio('start', 'After the step before it', !isWith, () => this.#change({ StartTrigger: 'StartAfterPrevious' }))}
      ${radio('start', 'Together with the step before it', isWith, () => this.#change({ StartTrigger: 'StartWithPrevious' }))}`
  }

  #environmentsText() {
    const { Environments = [], ExcludedEnvironments = [] } = this.#lists
    if (Environments.length > 0) return `Only ${this.#namesOf(this.environments, Environments)}`
    if (ExcludedEnvironments.length > 0)
      return `All but ${this.#namesOf(this.environments, ExcludedEnvironments)}`
    return 'All'
  }

  #environmentChoices() {
    const { Environments = [], ExcludedEnvironments = [] } = this.#lists
    if (this.environments.length === 0)
      return html`<p class="quiet small">There is no environment yet.</p>`
    return html`<p class="quiet small">Ticked ones run it. None ticked: all do.</p>
      ${this.#boxes('environment', this.environments, Environments, (ids) => this.#changeAction({ Environments: ids }))}
      <p class="quiet small">Never in</p>
      ${this.#boxes('never', this.environments, ExcludedEnvironments, (ids) => this.#changeAction({ ExcludedEnvironments: ids }))}`
  }

  #channelsText() {
    const chosen = this.#action?.Channels ?? []
    return chosen.length > 0 ? `Only ${this.#namesOf(this.channels, chosen)}` : 'All'
  }

  #channelChoices() {
    const chosen = this.#action?.Channels ?? []
    return this.#boxes('channel', this.channels, chosen, (ids) =>
      this.#changeAction({ Channels: ids }),
    )
  }

  #limits(/** @type {number} */ retries, /** @type {string} */ limit) {
    return html`<div class="pair">
      ${field(
        { id: 'step-retries', label: 'Retries after a failure' },
        html`<select class="input" id="step-retries" @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => this.#changeProperty(RETRIES, event.target.value === '0' ? '' : event.target.value)}>
          ${[0, 1, 2, 3].map((number) => html`<option value=${number} ?selected=${number === retries}>${number === 0 ? 'None' : number}</option>`)}</select>`,
      )}
      ${field(
        {
          id: 'step-limit',
          label: 'Time limit in minutes',
          help: 'Empty: no limit. Each attempt has this time.',
        },
        html`<input class="input" id="step-limit" type="number" min="1" step="1" .value=${limit} aria-describedby="step-limit-help"
          @change=${(/** @type {InputChange} */ event) => this.#changeProperty(TIME_LIMIT, event.target.value)}>`,
      )}</div>`
  }

  /** @param {string} name @param {Named[]} all @param {string[]} chosen @param {(ids: string[]) => void} change */
  #boxes(name, all, chosen, change) {
    return html`<div class="boxes">${all.map(({ Id, Name }) => {
      const isChosen = chosen.includes(Id)
      const toggle = () => change(isChosen ? chosen.filter((id) => id !== Id) : [...chosen, Id])
      return html`<label class="box"><input type="checkbox" name=${name} .checked=${isChosen} @change=${toggle}>${Name}</label>`
    })}</div>`
  }

  /** @param {Named[]} all @param {string[]} ids */
  #namesOf(all, ids) {
    return ids.map((id) => all.find(({ Id }) => Id === id)?.Name ?? id).join(', ')
  }

  #rename(/** @type {string} */ Name) {
    // A step with one action is one thing to its readers, so both have one name.
    const Actions = this.step.Actions.map((action, at) => (at === 0 ? { ...action, Name } : action))
    this.#change({ Name, Actions })
  }

  #changeProperty(/** @type {string} */ name, /** @type {string} */ value) {
    const { [name]: _old, ...others } = this.#action?.Properties ?? {}
    this.#changeAction({ Properties: value ? { ...others, [name]: value } : others })
  }

  #changeAction(/** @type {Record<string, unknown>} */ changes) {
    const Actions = this.step.Actions.map((action, at) =>
      at === 0 ? { ...action, ...changes } : action,
    )
    this.#change({ Actions })
  }

  #change(/** @type {Record<string, unknown>} */ changes) {
    const detail = { ...this.step, ...changes }
    this.dispatchEvent(new CustomEvent('step-changed', { detail }))
  }
}

/** @param {string} name @param {string} text @param {boolean} isChosen @param {() => void} choose */
const radio = (name, text, isChosen, choose) => html`
  <label class="box"><input type="radio" name=${name} .checked=${isChosen} @change=${choose}>${text}</label>`

customElements.define('tako-step-form', TakoStepForm)
