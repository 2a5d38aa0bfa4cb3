import { html, LitElement, nothing } from 'lit'
import './elements/dropdown.js'
import { button } from './form.js'
import { icon } from './icons.js'
import { newTemplate, templateDialog } from './template-dialog.js'
import './tako-problem.js'

/**
 * @typedef {import('./template-dialog.js').Template} Template
 * @typedef {{ Name: string, Value: string | null, HasValue: boolean, State: 'filled' | 'default' | 'missing' | 'empty' }} Value
 * @typedef {{ EnvironmentId: string, Name: string, Values: Value[] }} Place
 * @typedef {{ EnvironmentId: string, Values: { Name: string, Value: string | null, HasValue: boolean }[] }} Changes
 */

/**
 * What each environment is asked for, and what it has: templates down, environments across. Wishes:
 * `templates-changed` with all templates, `values-changed` with the changes.
 */
export class TakoVariableTemplates extends LitElement {
  static properties = {
    templates: { attribute: false },
    places: { attribute: false },
    pools: { attribute: false },
    whyNotDeclare: {},
    whyNotFill: {},
    isBusy: { type: Boolean },
    fault: { attribute: false },
    drafts: { state: true },
    edited: { state: true },
  }

  constructor() {
    super()
    /** @type {Template[]} */
    this.templates = []
    /** @type {Place[]} */
    this.places = []
    /** @type {{ Id: string, Name: string }[]} */
    this.pools = []
    /** Why templates may not be declared, '' when they may. */
    this.whyNotDeclare = ''
    this.whyNotFill = ''
    this.isBusy = false
    /** @type {Error | undefined} */
    this.fault = undefined
    /** New values by environment and template, as `key` makes it; null takes one away. @type {Map<string, string | null>} */
    this.drafts = new Map()
    /** @type {{ at: number, template: Template } | null} what is in the dialog; `at` is -1 when it is new */
    this.edited = null
  }

  createRenderRoot() {
    return this
  }

  /** What was wished has come about. @param {Map<string, unknown>} changes */
  willUpdate(changes) {
    if (changes.get('places'))
      this.drafts = new Map([...this.drafts].filter(([id]) => this.#isOpen(id)))
    if (changes.get('templates')) this.edited = null
  }

  /** Whether something that was typed is not saved. */
  get isChanged() {
    return this.drafts.size > 0
  }

  render() {
    const { templates, places, drafts } = this
    const add = button({
      label: html`${icon('plus')}Add template`,
      refusal: this.whyNotDeclare,
      onclick: () => this.#edit(-1, newTemplate()),
    })
    return html`
      <section class="panel templates" aria-labelledby="templates-title">
        <header class="panel-head"><h2 id="templates-title">Templates</h2><span class="push"></span>${add}</header>
        ${this.fault && !this.edited ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
        ${
          templates.length === 0
            ? html`<p class="panel-body quiet">A template is a value that each environment is asked for: an address, a password. Where a required one is missing, no release is deployed. Releases take their templates along when they are promoted.</p>`
            : html`<div class="templates-scroll"><table class="table">
                <caption class="visually-hidden">Values of the templates by environment</caption>
                <thead><tr><th scope="col">Template</th>${places.map(({ Name }) => html`<th scope="col">${Name}</th>`)}<th><span class="visually-hidden">Actions</span></th></tr></thead>
                <tbody>${templates.map((template, at) => this.#row(template, at))}</tbody></table></div>
              ${
                drafts.size > 0
                  ? html`<footer class="panel-body row wrap"><span class="push"></span>
                      <button class="button" type="button" ?disabled=${this.isBusy} @click=${() => {
                        this.drafts = new Map()
                      }}>Discard values</button>
                      ${button({ label: this.isBusy ? 'Saving…' : 'Save values', kind: 'primary', refusal: this.whyNotFill, onclick: () => this.#save() })}</footer>`
                  : nothing
              }`
        }
      </section>
      ${this.edited ? this.#dialog(this.edited) : nothing}`
  }

  /** @param {Template} template @param {number} at */
  #row(template, at) {
    const { Name, Label, HelpText, Type, IsRequired, DefaultValue } = template
    return html`<tr>
      <th scope="row"><span class="mono">${Name}</span>
        <small>${[Label, HelpText, Type === 'Sensitive' ? 'secret' : '', IsRequired ? '' : 'optional', DefaultValue ? `else ${DefaultValue}` : ''].filter(Boolean).join(' · ')}</small></th>
      ${this.places.map((place) => html`<td data-column=${place.Name}>${this.#cell(template, place)}</td>`)}
      <td class="right">${this.whyNotDeclare ? nothing : this.#menu(template, at)}</td></tr>`
  }

  /** @param {Template} template @param {Place} place */
  #cell({ Name, Type, DefaultValue }, place) {
    const value = place.Values.find((one) => one.Name === Name)
    const id = key(place, Name)
    const draft = this.drafts.get(id)
    const label = `${Name} in ${place.Name}`
    const isMissing = value?.State === 'missing' && !draft
    const set = (/** @type {string} */ text) => this.#draft(id, text, value)
    if (Type === 'WorkerPool') {
      const chosen = draft ?? value?.Value ?? ''
      return html`<select class="input" aria-label=${label} aria-invalid=${isMissing ? 'true' : nothing} ?disabled=${Boolean(this.whyNotFill)}
        @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => set(event.target.value)}>
        <option value="">${isMissing ? 'Needed' : 'None'}</option>${this.pools.map(({ Id, Name }) => html`<option value=${Id} ?selected=${Id === chosen}>${Name}</option>`)}</select>`
    }
    const isSecret = Type === 'Sensitive'
    const isKept = isSecret && value?.HasValue && draft !== null
    return html`<span class="template-cell"><input class="input mono" type=${isSecret ? 'password' : 'text'} aria-label=${label} autocomplete="off" spellcheck="false"
        aria-invalid=${isMissing ? 'true' : nothing} ?disabled=${Boolean(this.whyNotFill)}
        placeholder=${isKept ? '••••••••••' : isMissing ? 'Needed' : (DefaultValue ?? '')}
        .value=${draft ?? (isSecret ? '' : (value?.Value ?? ''))}
        @input=${(/** @type {Event & { target: HTMLInputElement }} */ event) => set(event.target.value)}>${
          isKept && !draft && !this.whyNotFill
            ? html`<button class="button bare square compact" type="button" aria-label="Take away ${label}" @click=${() => {
                this.drafts = new Map(this.drafts).set(id, null)
              }}>${icon('close')}</button>`
            : nothing
        }</span>`
  }

  /** @param {string} id @param {string} text @param {Value | undefined} value */
  #draft(id, text, value) {
    const drafts = new Map(this.drafts)
    // A text as it is saved is no change; an empty field keeps a secret.
    if (text === (value?.Value ?? '')) drafts.delete(id)
    else drafts.set(id, text === '' ? null : text)
    this.drafts = drafts
  }

  /** Whether the draft still says something that is not saved. @param {string} id */
  #isOpen(id) {
    for (const place of this.places)
      for (const { Name, Value, HasValue } of place.Values)
        if (key(place, Name) === id) {
          const draft = this.drafts.get(id)
          return draft === null ? HasValue : Value === null ? !HasValue : draft !== Value
        }
    return false
  }

  /** @param {Template} template @param {number} at */
  #menu(template, at) {
    return html`
      <wa-dropdown placement="bottom-end" @wa-select=${(
        /** @type {CustomEvent<{ item: { value: string } }>} */ event,
      ) => {
        if (event.detail.item.value === 'edit') this.#edit(at, template)
        else this.#wish(this.templates.toSpliced(at, 1))
      }}>
        <button slot="trigger" class="button bare square compact" type="button" aria-label="More about the template ${template.Name}">${icon('more')}</button>
        <wa-dropdown-item value="edit">Change</wa-dropdown-item>
        <wa-dropdown-item value="remove" variant="danger">Remove</wa-dropdown-item>
      </wa-dropdown>`
  }

  /** @param {number} at @param {Template} template */
  #edit(at, template) {
    this.edited = { at, template: { ...template } }
  }

  /** @param {{ at: number, template: Template }} edited */
  #dialog({ at, template }) {
    const isNew = at < 0
    return templateDialog({
      ...{ template, isNew, isBusy: this.isBusy, error: this.fault },
      onchange: (changes) => {
        if (this.edited) this.edited = { at, template: { ...template, ...changes } }
      },
      onsend: () =>
        this.#wish(isNew ? [...this.templates, template] : this.templates.with(at, template)),
      onclosed: () => {
        this.edited = null
      },
    })
  }

  /** @param {Template[]} detail */
  #wish(detail) {
    this.dispatchEvent(new CustomEvent('templates-changed', { detail }))
  }

  #save() {
    if (this.isBusy) return
    /** @type {Changes[]} */
    const detail = this.places.flatMap((place) => {
      const Values = place.Values.flatMap(({ Name }) => {
        const draft = this.drafts.get(key(place, Name))
        return draft === undefined ? [] : [{ Name, Value: draft, HasValue: draft !== null }]
      })
      return Values.length > 0 ? [{ EnvironmentId: place.EnvironmentId, Values }] : []
    })
    this.dispatchEvent(new CustomEvent('values-changed', { detail }))
  }
}

const key = (/** @type {Place} */ { EnvironmentId }, /** @type {string} */ name) =>
  `${EnvironmentId} ${name}`

customElements.define('tako-variable-templates', TakoVariableTemplates)
