import { html, LitElement, nothing } from 'lit'
import { button } from './form.js'
import { icon } from './icons.js'
import './tako-problem.js'

/**
 * @typedef {import('./import-sender.js').Preview['Values']} Values
 * @typedef {import('./import-sender.js').AskedValue} AskedValue
 * @typedef {{ EnvironmentId: string, Values: { Name: string, Value: string, HasValue: boolean }[] }} Filled
 */

/** @type {Record<import('./import-sender.js').ValueState, [import('./icons.js').IconName, string]>} */
const LOOKS = {
  filled: ['success', 'Filled'],
  default: ['info', 'Default'],
  missing: ['warning', 'Missing'],
  empty: ['pending', 'Left empty'],
}
const KINDS = { String: 'text', Sensitive: 'secret', WorkerPool: 'worker pool' }

/** Values that some environment lacks. @param {Values} values */
export const missingValues = ({ Templates }) =>
  Templates.flatMap(({ States }) => States.filter((state) => state === 'missing')).length

/**
 * The values that a release asks for, templates down, environments across. What was filled in is never shown
 * again. Wishes: `values-filled` with what was typed; `typed` when that begins or ends.
 */
export class TakoImportValues extends LitElement {
  static properties = {
    values: { attribute: false },
    pools: { attribute: false },
    refusal: {},
    isBusy: { type: Boolean },
    fault: { attribute: false },
    drafts: { state: true },
  }

  constructor() {
    super()
    /** @type {Values} */
    this.values = { Environments: [], Templates: [] }
    /** @type {{ Id: string, Name: string }[]} */
    this.pools = []
    /** Why nothing may be filled in, or ''. */
    this.refusal = ''
    this.isBusy = false
    /** @type {Error | undefined} */
    this.fault = undefined
    /** What was typed and is not saved, by environment and template. @type {Map<string, string>} */
    this.drafts = new Map()
  }

  createRenderRoot() {
    return this
  }

  /** Forgets what was typed: it is saved now. */
  clear() {
    this.#draft(new Map())
  }

  render() {
    const { Environments, Templates } = this.values
    return html`
      <section class="panel" id="values" aria-labelledby="values-title">
        <header class="panel-head"><h2 id="values-title">Values for this space</h2><span class="quiet small">A missing value stops the deployment there, not the import</span></header>
        ${this.fault ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
        ${Environments.length === 0 && Templates.length > 0 ? html`<p class="panel-body quiet">Choose a lifecycle first: it says which environments there are.</p>` : nothing}
        <form class="values-scroll" @submit=${(/** @type {Event} */ event) => {
          event.preventDefault()
          this.#save()
        }}>
          <table class="table values">
            <caption class="visually-hidden">Values that are asked for, by environment</caption>
            <thead><tr><th scope="col">Name</th>${Environments.map(({ Name }) => html`<th scope="col">${Name}</th>`)}</tr></thead>
            <tbody>${Templates.map((template) => this.#row(template))}</tbody>
          </table>
          ${
            this.drafts.size > 0
              ? html`<footer class="panel-body row wrap"><span class="push"></span>
                  <button class="button" type="button" ?disabled=${this.isBusy} @click=${() => this.clear()}>Discard values</button>
                  ${button({ label: this.isBusy ? 'Saving…' : 'Save values', kind: 'primary', refusal: this.refusal, onclick: () => this.#save() })}</footer>`
              : nothing
          }
        </form>
      </section>`
  }

  /** @param {AskedValue} template */
  #row(template) {
    const { Name, Label, HelpText, Type, IsRequired } = template
    const about = [Label, HelpText, KINDS[Type], IsRequired ? '' : 'optional']
    return html`<tr>
      <th scope="row"><span class="mono">${Name}</span><small>${about.filter(Boolean).join(' · ')}</small></th>
      ${this.values.Environments.map((place, at) => this.#cell(template, place, template.States[at] ?? 'empty'))}</tr>`
  }

  /** @param {AskedValue} template @param {{ Id: string, Name: string }} place @param {import('./import-sender.js').ValueState} state */
  #cell({ Name, Type }, place, state) {
    const [look, word] = LOOKS[state]
    const id = key(place.Id, Name)
    const label = `${Name} in ${place.Name}`
    const draft = this.drafts.get(id) ?? ''
    const set = (/** @type {string} */ text) => {
      const drafts = new Map(this.drafts)
      // An empty field leaves what there is.
      if (text) drafts.set(id, text)
      else drafts.delete(id)
      this.#draft(drafts)
    }
    return html`<td class=${state} data-column=${place.Name}>
      <span class="value-state small">${icon(look)}${word}</span>
      ${
        Type === 'WorkerPool'
          ? html`<select class="input" aria-label=${label} ?disabled=${Boolean(this.refusal)} @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => set(event.target.value)}>
              <option value="" .selected=${draft === ''}>${state === 'filled' ? 'As it is' : 'Choose a worker pool'}</option>
              ${this.pools.map((pool) => html`<option value=${pool.Id} .selected=${pool.Id === draft}>${pool.Name}</option>`)}</select>`
          : html`<input class="input mono" type=${Type === 'Sensitive' ? 'password' : 'text'} aria-label=${label} autocomplete=${Type === 'Sensitive' ? 'new-password' : 'off'} spellcheck="false"
              placeholder=${PLACEHOLDERS[state]} .value=${draft} ?disabled=${Boolean(this.refusal)} title=${this.refusal || nothing}
              @input=${(/** @type {Event & { target: HTMLInputElement }} */ event) => set(event.target.value)}>`
      }</td>`
  }

  /** @param {Map<string, string>} drafts */
  #draft(drafts) {
    this.drafts = drafts
    this.dispatchEvent(new CustomEvent('typed', { detail: drafts.size }))
  }

  #save() {
    if (this.isBusy || this.refusal || this.drafts.size === 0) return
    const { Environments, Templates } = this.values
    /** @type {Filled[]} */
    const detail = Environments.flatMap(({ Id }) => {
      const Values = Templates.flatMap(({ Name }) => {
        const Value = this.drafts.get(key(Id, Name))
        return Value === undefined ? [] : [{ Name, Value, HasValue: true }]
      })
      return Values.length > 0 ? [{ EnvironmentId: Id, Values }] : []
    })
    this.dispatchEvent(new CustomEvent('values-filled', { detail }))
  }
}

const PLACEHOLDERS = {
  filled: 'Type another one',
  default: 'Instead of the default',
  missing: 'Needed',
  empty: 'Optional',
}

const key = (/** @type {string} */ environment, /** @type {string} */ name) =>
  `${environment}\n${name}`

customElements.define('tako-import-values', TakoImportValues)
