import '@awesome.me/webawesome/dist/components/switch/switch.js'
import { html, LitElement, nothing } from 'lit'
import { describes, field } from './form.js'
import { icon } from './icons.js'
import {
  BODY,
  CONDITIONS,
  isPlainScript,
  kindOf,
  RETRIES,
  SYNTAX,
  SYNTAXES,
  TIME_LIMIT,
} from './process-model.js'
import './tako-code.js'

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
    /** @type {Named[]} */
    this.environments = []
    /** @type {Named[]} */
    this.channels = []
    /** @type {{ name?: string }} */
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
    const isEnabled = !this.#action?.IsDisabled
    return html`
      <form class="panel step-form" aria-label="Step ${this.number}, ${step.Name}" @submit=${(/** @type {Event} */ event) => event.preventDefault()}>
        <header class="panel-head">
          <h2>${this.number}. ${step.Name || 'No name yet'}</h2><span class="chip">${icon('script')}${kindOf(step)}</span>
          <span class="push"></span>
          <wa-switch size="s" ?checked=${isEnabled} ?disabled=${Boolean(this.refusal)}
            @change=${(/** @type {InputChange} */ event) => this.#changeAction({ IsDisabled: !event.target.checked })}>Enabled</wa-switch>
          ${this.menu}
        </header>
        <div class="panel-body">${isPlainScript(step) ? this.#script() : this.#strange()}</div>
      </form>`
  }

  #strange() {
    return html`<p class="note">${icon('info')}<span>This step was made by a client of the API, and has more than this form can show
      (${this.step.Actions.map(({ ActionType }) => ActionType).join(', ')}). It is kept as it is. It may be moved, switched off and removed here.</span></p>`
  }

  #script() {
    const options = { id: 'step-name', label: 'Name', error: this.faults.name }
    return html`
      <div class="name-field">${field(
        options,
        html`<input class="input" id="step-name" .value=${this.step.Name} maxlength="200" autocomplete="off" spellcheck="false" ?disabled=${Boolean(this.refusal)}
          aria-invalid=${this.faults.name ? 'true' : nothing} aria-describedby=${describes(options)}
          @input=${(/** @type {InputChange} */ event) => this.#rename(event.target.value)}>`,
      )}</div>
      ${this.#where()}
      ${this.#editor()}
      ${this.#conditions()}`
  }

  #where() {
    if (!this.pools) return nothing
    const chosen = this.#action?.WorkerPoolId ?? ''
    const standard = this.pools.find(({ IsDefault }) => IsDefault)
    return html`
      <fieldset>
        <legend>Where it runs</legend>
        <div class="name-field">${field(
          {
            id: 'step-pool',
            label: 'Worker pool',
            help: 'The script runs once, on a worker of this pool.',
          },
          html`<select class="input" id="step-pool" aria-describedby="step-pool-help" ?disabled=${Boolean(this.refusal)}
            @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => this.#changeAction({ WorkerPoolId: event.target.value || null })}>
            <option value="" ?selected=${!chosen}>The default pool${standard ? `: ${standard.Name}` : ''}</option>
            ${this.pools.map(({ Id, Name }) => html`<option value=${Id} ?selected=${Id === chosen}>${Name}</option>`)}
          </select>`,
        )}</div>
      </fieldset>`
  }

  #editor() {
    const properties = this.#action?.Properties ?? {}
    const syntax = properties[SYNTAX] ?? 'PowerShell'
    return html`
      <fieldset>
        <legend>Script</legend>
        <div class="editor">
          <div class="editor-head" role="group" aria-label="Language">
            ${SYNTAXES.map(([value, name]) => html`<button type="button" aria-pressed=${value === syntax} ?disabled=${Boolean(this.refusal)} @click=${() => this.#changeProperty(SYNTAX, value)}>${name}</button>`)}
            <span class="push quiet">Ctrl Space for variables</span>
          </div>
          <tako-code label="Script" .value=${properties[BODY] ?? ''} syntax=${syntax} .names=${this.names} ?isReadOnly=${Boolean(this.refusal)}
            @change=${(/** @type {CustomEvent<string>} */ event) => this.#changeProperty(BODY, event.detail)}></tako-code>
        </div>
        ${this.#unknownNames(properties[BODY] ?? '')}
      </fieldset>`
  }

  #unknownNames(/** @type {string} */ body) {
    const known = this.names.map(({ name }) => name.toLowerCase())
    const used = [...body.matchAll(/#\{([\w.-]+)\}/g)].map((match) => match[1] ?? '')
    const unknown = [...new Set(used)].filter(
      (name) => !/^octopus\./i.test(name) && !known.includes(name.toLowerCase()),
    )
    if (unknown.length === 0) return nothing
    return html`<p class="help">${icon('warning')}<span>No variable of this project is called ${unknown.map((name, at) => html`${at ? ', ' : ''}<code>${name}</code>`)}. What has no value stays as it is written.</span></p>`
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
    const keepsEmpty = name === BODY
    this.#changeAction({
      Properties: value || keepsEmpty ? { ...this.#action?.Properties, [name]: value } : others,
    })
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
