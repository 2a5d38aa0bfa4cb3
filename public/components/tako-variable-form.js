import './elements/dialog.js'
import { html, LitElement, nothing } from 'lit'
import { areaField, checkbox, describes, field, textField } from './form.js'

/**
 * @typedef {import('./variable-scope.js').Variable} Variable
 * @typedef {import('./variable-parts.js').ScopeValues} ScopeValues
 * @typedef {'text' | 'secret' | 'prompt'} Kind
 */

/** @type {[string, string][]} */
const CONTROLS = [
  ['SingleLineText', 'One line of text'],
  ['MultiLineText', 'Several lines of text'],
  ['Checkbox', 'Yes or no'],
  ['Select', 'One of a list'],
  ['Sensitive', 'A secret'],
]
const CONTROL = 'Octopus.ControlType'
const OPTIONS = 'Octopus.SelectOptions'

/** The dialog for one value of a variable. Sends `variable-changed` with the value, or `closed`. */
export class TakoVariableForm extends LitElement {
  static properties = {
    variable: { attribute: false },
    scopeValues: { attribute: false },
    isNew: { type: Boolean },
    draft: { state: true },
    kind: { state: true },
    secret: { state: true },
    fault: { state: true },
  }

  constructor() {
    super()
    /** @type {Variable | undefined} */
    this.variable = undefined
    /** @type {ScopeValues} */
    this.scopeValues = {}
    this.isNew = false
    /** @type {Variable | undefined} */
    this.draft = undefined
    /** @type {Kind} */
    this.kind = 'text'
    this.secret = ''
    this.fault = ''
  }

  createRenderRoot() {
    return this
  }

  willUpdate(/** @type {Map<string, unknown>} */ changes) {
    if (!changes.has('variable') || !this.variable) return
    this.draft = structuredClone(this.variable)
    this.kind = this.variable.IsSensitive ? 'secret' : this.variable.Prompt ? 'prompt' : 'text'
    this.secret = this.variable.IsSensitive ? (this.variable.Value ?? '') : ''
    this.fault = ''
  }

  render() {
    const { draft } = this
    if (!draft) return nothing
    return html`
      <wa-dialog class="variable-form" open label=${this.isNew ? 'Add value' : `Value of ${this.variable?.Name}`}
        @wa-after-hide=${(/** @type {Event} */ event) => {
          if (event.target === event.currentTarget) this.dispatchEvent(new Event('closed'))
        }}>
        <form @submit=${(/** @type {Event} */ event) => {
          event.preventDefault()
          this.#done()
        }}>
          ${textField({
            id: 'variable-name',
            label: 'Name',
            value: draft.Name,
            mono: true,
            error: this.fault || undefined,
            autofocus: this.isNew && !draft.Name,
            placeholder: 'Database.Host',
            oninput: (Name) => this.#change({ Name }),
          })}
          ${this.#kinds()}
          ${this.kind === 'secret' ? this.#secretField() : this.#valueField(draft)}
          ${this.kind === 'prompt' ? this.#promptFields(draft) : nothing}
          ${this.kind === 'secret' ? this.#promotion(draft) : nothing}
          ${this.#scope('Environment', 'Environments', 'Environments')}
          ${this.#scope('Action', 'Actions', 'Steps')}
          ${(this.scopeValues.Channels?.length ?? 0) > 1 ? this.#scope('Channel', 'Channels', 'Channels') : nothing}
          ${areaField({ id: 'variable-description', label: 'Description', rows: 2, value: draft.Description ?? '', oninput: (Description) => this.#change({ Description }) })}
          <button type="submit" hidden></button>
        </form>
        <button slot="footer" class="button" type="button" @click=${() => this.#close()}>Cancel</button>
        <button slot="footer" class="button primary" type="button" @click=${() => this.#done()}>${this.isNew ? 'Add' : 'Change'}</button>
      </wa-dialog>`
  }

  #kinds() {
    /** @type {[Kind, string][]} */
    const kinds = [
      ['text', 'Text'],
      ['secret', 'Secret'],
      ['prompt', 'Asked at deployment'],
    ]
    return html`<div class="field"><span class="label" id="kind-label">Kind</span><div class="kinds" role="radiogroup" aria-labelledby="kind-label">${kinds.map(
      ([kind, text]) =>
        html`<label class="box"><input type="radio" name="kind" .checked=${kind === this.kind} @change=${() => {
          this.kind = kind
        }}>${text}</label>`,
    )}</div></div>`
  }

  #valueField(/** @type {Variable} */ draft) {
    const options = {
      id: 'variable-value',
      label: this.kind === 'prompt' ? 'Value when nothing else is given' : 'Value',
      help: 'May hold others: #{Database.Host}',
    }
    return field(
      options,
      html`<textarea class="input area mono" id="variable-value" rows="2" spellcheck="false" .value=${draft.Value ?? ''} aria-describedby=${describes(options)}
        @input=${(/** @type {Event & { target: HTMLTextAreaElement }} */ event) => this.#change({ Value: event.target.value })}></textarea>`,
    )
  }

  #secretField() {
    const isKept = !this.isNew && this.variable?.IsSensitive
    const options = {
      id: 'variable-secret',
      label: 'Secret value',
      help: isKept
        ? 'Empty keeps the one that is there. It is never shown again.'
        : 'It is sealed when it is saved, never shown again, and masked in logs.',
    }
    return field(
      options,
      html`<textarea class="input area mono masked" id="variable-secret" rows="2" spellcheck="false" autocomplete="off" .value=${this.secret} aria-describedby=${describes(options)}
        placeholder=${isKept ? '••••••••••' : ''}
        @input=${(/** @type {Event & { target: HTMLTextAreaElement }} */ event) => {
          this.secret = event.target.value
        }}></textarea>`,
    )
  }

  #promotion(/** @type {Variable} */ { NotPromoted = false }) {
    return checkbox({
      ...{ id: 'variable-not-promoted', label: 'Not promoted', checked: NotPromoted },
      help: 'It stays in this space: whoever gets a release of this project is asked for a value of their own.',
      onchange: (checked) => this.#change({ NotPromoted: checked }),
    })
  }

  #promptFields(/** @type {Variable} */ draft) {
    const prompt = draft.Prompt ?? {}
    const settings = prompt.DisplaySettings ?? {}
    const control = settings[CONTROL] ?? 'SingleLineText'
    const change = (/** @type {import('./variable-scope.js').Prompt} */ changes) =>
      this.#change({ Prompt: { ...prompt, ...changes } })
    return html`
      ${textField({ id: 'prompt-label', label: 'Question', value: prompt.Label ?? '', placeholder: 'How long may it be read-only?', oninput: (Label) => change({ Label }) })}
      ${textField({ id: 'prompt-help', label: 'Help below it', value: prompt.Description ?? '', oninput: (Description) => change({ Description }) })}
      ${field(
        { id: 'prompt-control', label: 'Answer' },
        html`<select class="input" id="prompt-control" @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => change({ DisplaySettings: { ...settings, [CONTROL]: event.target.value } })}>
          ${CONTROLS.map(([value, text]) => html`<option value=${value} ?selected=${value === control}>${text}</option>`)}</select>`,
      )}
      ${
        control === 'Select'
          ? areaField({
              id: 'prompt-options',
              label: 'The list, one in each line',
              value: settings[OPTIONS] ?? '',
              oninput: (text) =>
                change({ DisplaySettings: { ...settings, [CONTROL]: control, [OPTIONS]: text } }),
            })
          : nothing
      }
      ${checkbox({ id: 'prompt-required', label: 'An answer is required', checked: prompt.Required ?? false, onchange: (Required) => change({ Required }) })}`
  }

  /** @param {string} kind @param {string} list @param {string} title */
  #scope(kind, list, title) {
    const values = this.scopeValues[list] ?? []
    if (values.length === 0) return nothing
    const chosen = this.draft?.Scope[kind] ?? []
    const set = (/** @type {string[]} */ ids) => {
      const { [kind]: _old, ...others } = this.draft?.Scope ?? {}
      this.#change({ Scope: ids.length > 0 ? { ...others, [kind]: ids } : others })
    }
    return html`<div class="field"><span class="label" id="scope-${kind}">${title}</span><div class="boxes" role="group" aria-labelledby="scope-${kind}">${values.map(
      ({ Id, Name }) => {
        const isChosen = chosen.includes(Id)
        return html`<label class="box"><input type="checkbox" .checked=${isChosen} @change=${() => set(isChosen ? chosen.filter((id) => id !== Id) : [...chosen, Id])}>${Name}</label>`
      },
    )}</div><span class="help">${chosen.length > 0 ? 'Only in these.' : 'None ticked: everywhere.'}</span></div>`
  }

  #change(/** @type {Partial<Variable>} */ changes) {
    if (this.draft) this.draft = { ...this.draft, ...changes }
  }

  #done() {
    const { draft, kind } = this
    if (!draft) return
    if (!draft.Name.trim()) {
      this.fault = 'A variable needs a name.'
      return
    }
    const wasSecret = !this.isNew && this.variable?.IsSensitive
    const detail = {
      ...draft,
      Name: draft.Name.trim(),
      IsSensitive: kind === 'secret',
      Type: kind === 'secret' ? 'Sensitive' : draft.Type === 'Sensitive' ? 'String' : draft.Type,
      // An empty field keeps a secret that is stored; the server reads null so.
      Value: kind === 'secret' ? this.secret || (wasSecret ? null : '') : (draft.Value ?? ''),
      Prompt:
        kind === 'prompt'
          ? {
              Label: '',
              Description: '',
              Required: false,
              DisplaySettings: { [CONTROL]: 'SingleLineText' },
              ...draft.Prompt,
            }
          : null,
    }
    this.dispatchEvent(new CustomEvent('variable-changed', { detail }))
    this.#close()
  }

  #close() {
    const dialog = /** @type {HTMLElement & { open: boolean } | null} */ (
      this.querySelector('wa-dialog')
    )
    if (dialog) dialog.open = false
  }
}

customElements.define('tako-variable-form', TakoVariableForm)
