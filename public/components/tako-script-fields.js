import { html, LitElement, nothing } from 'lit'
import { textField } from './form.js'
import { icon } from './icons.js'
import { packageField, patternsField, patternsText } from './package-field.js'
import {
  FILE_NAME,
  othersOf,
  PARAMETERS,
  primaryOf,
  SOURCE,
  withPrimary,
  withSource,
} from './package-model.js'
import { BODY, SYNTAX, SYNTAXES } from './process-model.js'
import './tako-code.js'
import './tako-package-references.js'

/** @typedef {import('./process-model.js').Action} Action */

/**
 * What a script step runs: a script that stands here, or a file of a package; and the packages beside it.
 * `action-changed` is sent with what is different in the action.
 */
export class TakoScriptFields extends LitElement {
  static properties = {
    action: { attribute: false },
    names: { attribute: false },
    shelf: { attribute: false },
    fault: {},
    refusal: {},
    isOpen: { state: true },
  }

  constructor() {
    super()
    /** @type {Action} */
    this.action = { Name: '', ActionType: '', Properties: {} }
    /** @type {import('./tako-code.js').Name[]} */
    this.names = []
    /** @type {import('./package-field.js').Shelf} */
    this.shelf = { feeds: [], found: [] }
    /** What its packages lack, or ''. */
    this.fault = ''
    /** Why nothing may be changed, or ''. */
    this.refusal = ''
    /** Whether the files are shown in which variables are replaced. */
    this.isOpen = false
  }

  createRenderRoot() {
    return this
  }

  get #feedId() {
    return this.shelf.feeds[0]?.Id ?? 'feeds-builtin'
  }

  render() {
    const source = this.action.Properties[SOURCE] ?? 'Inline'
    return html`
      <fieldset>
        <legend>Script</legend>
        <div class="boxes sources">
          ${this.#source('Inline', 'It stands here', source)}
          ${this.#source('Package', 'It is a file of a package', source)}
        </div>
        ${source === 'Package' ? this.#file() : this.#editor()}
      </fieldset>
      <tako-package-references .action=${this.action} .shelf=${this.shelf} .refusal=${this.refusal}
        @references-changed=${(/** @type {CustomEvent<import('./package-model.js').Reference[]>} */ event) => this.#setReferences(event.detail)}></tako-package-references>
      ${this.action.Packages?.length ? this.#files() : nothing}
      ${this.fault ? html`<p class="help">${icon('warning')}<span>${this.fault}</span></p>` : nothing}`
  }

  /** @param {'Inline' | 'Package'} value @param {string} text @param {string} chosen */
  #source(value, text, chosen) {
    return html`<label class="box"><input type="radio" name="script-source" .checked=${value === chosen} ?disabled=${Boolean(this.refusal)} @change=${() => this.#tell(withSource(this.action, value, this.#feedId))}>${text}</label>`
  }

  #editor() {
    const properties = this.action.Properties
    const syntax = properties[SYNTAX] ?? 'PowerShell'
    return html`
      <div class="editor">
        <div class="editor-head" role="group" aria-label="Language">
          ${SYNTAXES.map(([value, name]) => html`<button type="button" aria-pressed=${value === syntax} ?disabled=${Boolean(this.refusal)} @click=${() => this.#set({ [SYNTAX]: value })}>${name}</button>`)}
          <span class="push quiet">Ctrl Space for variables</span>
        </div>
        <tako-code label="Script" .value=${properties[BODY] ?? ''} syntax=${syntax} .names=${this.#names} ?isReadOnly=${Boolean(this.refusal)}
          @change=${(/** @type {CustomEvent<string>} */ event) => this.#set({ [BODY]: event.detail })}></tako-code>
      </div>
      ${this.#unknownNames(properties[BODY] ?? '')}`
  }

  /** The variables, and where the packages of the step are. */
  get #names() {
    const paths = othersOf(this.action).map(({ Name, Properties }) => ({
      name: `Octopus.Action.Package[${Name}].${Properties.Extract === 'False' ? 'PackageFilePath' : 'ExtractedPath'}`,
      detail: 'where the package is',
    }))
    return paths.length > 0 ? [...this.names, ...paths] : this.names
  }

  #file() {
    const { action } = this
    const properties = action.Properties
    const primary = primaryOf(action) ?? { PackageId: '', FeedId: this.#feedId }
    return html`
      <div class="fields">
        ${packageField({
          id: 'script-package',
          label: 'Package',
          value: primary,
          shelf: this.shelf,
          disabled: Boolean(this.refusal),
          onchange: (changes) => this.#tell(withPrimary(action, changes, this.#feedId)),
          onsearch: (term, feedId) => this.#search(term, feedId),
        })}
        ${textField({ id: 'script-file', label: 'File in the package', value: properties[FILE_NAME] ?? '', placeholder: 'scripts/migrate.sh', mono: true, disabled: Boolean(this.refusal), help: 'Its ending says which language it is: .sh, .py, .ps1 or .csx.', oninput: (text) => this.#set({ [FILE_NAME]: text.trim() }) })}
        ${textField({ id: 'script-parameters', label: 'Parameters', value: properties[PARAMETERS] ?? '', mono: true, disabled: Boolean(this.refusal), help: 'Appended to the command line as they stand. #{…} is replaced.', oninput: (text) => this.#set({ [PARAMETERS]: text }) })}
      </div>`
  }

  /** In which files of the packages variables are replaced. */
  #files() {
    return html`
      <div class="rows"><div class="setting">
        <div class="setting-line"><span class="what">Variables in files</span><span>${patternsText(this.action, 'substitute') || 'None'}</span>
          <button type="button" class="button bare compact" aria-expanded=${this.isOpen} aria-label="${this.isOpen ? 'Close' : this.refusal ? 'Show' : 'Change'}: Variables in files" @click=${() => {
            this.isOpen = !this.isOpen
          }}>${this.isOpen ? 'Close' : this.refusal ? 'Show' : 'Change'}</button>
        </div>
        ${
          this.isOpen
            ? html`<div class="setting-choices narrow-left">${patternsField({
                action: this.action,
                key: 'substitute',
                label: 'Files to put variables in',
                help: 'In these, #{Name} is replaced by the value of the variable.',
                example: 'settings/*.json',
                disabled: Boolean(this.refusal),
                onchange: (Properties) => this.#tell({ Properties }),
              })}</div>`
            : nothing
        }
      </div></div>`
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

  /** @param {import('./package-model.js').Reference[]} references */
  #setReferences(references) {
    const primary = primaryOf(this.action)
    this.#tell({ Packages: primary ? [primary, ...references] : references })
  }

  /** @param {Record<string, string>} changes of the properties; an empty one goes, but for the script itself */
  #set(changes) {
    const all = Object.entries({ ...this.action.Properties, ...changes })
    const Properties = Object.fromEntries(
      all.filter(([name, value]) => value !== '' || name === BODY || !(name in changes)),
    )
    this.#tell({ Properties })
  }

  /** @param {Partial<Action>} detail */
  #tell(detail) {
    this.dispatchEvent(new CustomEvent('action-changed', { detail }))
  }

  #search(/** @type {string} */ term, /** @type {string} */ feedId) {
    const detail = { term, feedId }
    this.dispatchEvent(new CustomEvent('package-search', { detail, bubbles: true }))
  }
}

customElements.define('tako-script-fields', TakoScriptFields)
