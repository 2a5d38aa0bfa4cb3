import { html, nothing } from 'lit'
import { icon } from './icons.js'

/**
 * A labelled field with its help and its fault below: `field({ id: 'name', label: 'Name', error }, html`<input id="name" …>`)`.
 * The control takes `aria-describedby=${describes(options)}`.
 * @typedef {{ id: string, label: string, help?: unknown, error?: string | undefined }} FieldOptions
 * @param {FieldOptions} options
 * @param {unknown} control
 */
export const field = ({ id, label, help, error }, control) => html`
  <div class="field">
    <label for=${id}>${label}</label>
    ${control}
    ${error ? html`<span class="error" id="${id}-error">${icon('failed')}${error}</span>` : nothing}
    ${help ? html`<span class="help" id="${id}-help">${help}</span>` : nothing}
  </div>`

/** The ids of what describes a field's control. @param {FieldOptions} options */
export const describes = ({ id, help, error }) =>
  [error && `${id}-error`, help && `${id}-help`].filter(Boolean).join(' ') || nothing

/**
 * A field for a line of text, and the sort of it.
 * @param {FieldOptions & { value?: string, name?: string, type?: string, placeholder?: string, maxlength?: number, required?: boolean, autocomplete?: string, autofocus?: boolean, disabled?: boolean, mono?: boolean, list?: string, oninput?: (value: string) => void }} options
 */
export const textField = (options) =>
  field(
    options,
    html`<input class="input ${options.mono ? 'mono' : ''}" id=${options.id} name=${options.name ?? options.id}
      type=${options.type ?? 'text'} .value=${options.value ?? ''} placeholder=${options.placeholder ?? nothing}
      maxlength=${options.maxlength ?? nothing} ?required=${options.required} ?autofocus=${options.autofocus} ?disabled=${options.disabled}
      autocomplete=${options.autocomplete ?? 'off'} list=${options.list ?? nothing} spellcheck="false"
      aria-invalid=${options.error ? 'true' : nothing} aria-describedby=${describes(options)}
      @input=${(/** @type {Event & { target: HTMLInputElement }} */ event) => options.oninput?.(event.target.value)}>`,
  )

/**
 * A field for several lines.
 * @param {FieldOptions & { value?: string, rows?: number, disabled?: boolean, oninput?: (value: string) => void }} options
 */
export const areaField = (options) =>
  field(
    options,
    html`<textarea class="input area" id=${options.id} name=${options.id} rows=${options.rows ?? 3} .value=${options.value ?? ''} ?disabled=${options.disabled}
      aria-describedby=${describes(options)}
      @input=${(/** @type {Event & { target: HTMLTextAreaElement }} */ event) => options.oninput?.(event.target.value)}></textarea>`,
  )

/**
 * A box to tick, its words beside it.
 * @param {{ id: string, label: unknown, help?: unknown, checked: boolean, disabled?: boolean, onchange: (checked: boolean) => void }} options
 */
export const checkbox = ({ id, label, help, checked, disabled = false, onchange }) => html`
  <div class="check">
    <input type="checkbox" id=${id} .checked=${checked} ?disabled=${disabled} aria-describedby=${help ? `${id}-help` : nothing}
      @change=${(/** @type {Event & { target: HTMLInputElement }} */ event) => onchange(event.target.checked)}>
    <label for=${id}>${label}</label>
    ${help ? html`<span class="help" id="${id}-help">${help}</span>` : nothing}
  </div>`

/**
 * A choice of one in a list: `selectField({ …, options: [['', 'None'], …], chosen: '' })`.
 * @param {FieldOptions & { options: [value: string, text: string][], chosen: string, disabled?: boolean, onchange: (value: string) => void }} options
 */
export const selectField = (options) =>
  field(
    options,
    html`<select class="input" id=${options.id} name=${options.id} ?disabled=${options.disabled} aria-describedby=${describes(options)}
      @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => options.onchange(event.target.value)}>
      ${options.options.map(([value, text]) => html`<option value=${value} ?selected=${value === options.chosen}>${text}</option>`)}</select>`,
  )

/**
 * Several boxes of which any may be ticked; the ids of the ticked ones are told.
 * @param {{ legend: string, help?: unknown, name: string, all: { Id: string, Name: string }[], chosen: string[], disabled?: boolean, onchange: (ids: string[]) => void }} options
 */
export const boxes = ({ legend, help, name, all, chosen, disabled = false, onchange }) => html`
  <fieldset class="box-set" aria-describedby=${help ? `${name}-help` : nothing}>
    <legend>${legend}</legend>
    <div class="boxes">${all.map(({ Id, Name }) => {
      const isChosen = chosen.includes(Id)
      const toggle = () => onchange(isChosen ? chosen.filter((id) => id !== Id) : [...chosen, Id])
      return html`<label class="box"><input type="checkbox" name=${name} .checked=${isChosen} ?disabled=${disabled} @change=${toggle}>${Name}</label>`
    })}</div>
    ${help ? html`<p class="help" id="${name}-help">${help}</p>` : nothing}
  </fieldset>`

/**
 * A button that may be refused: then it stays focusable, and says why in its name.
 * @param {{ label: unknown, name?: string, refusal?: string, kind?: string, onclick: (event: Event) => void }} options
 */
export const button = ({ label, name, refusal = '', kind = '', onclick }) => html`
  <button class="button ${kind}" type="button" aria-disabled=${refusal ? 'true' : nothing} title=${refusal || nothing}
    aria-label=${name ? `${name}${refusal && `: ${refusal}`}` : nothing}
    @click=${(/** @type {Event} */ event) => {
      if (!refusal) onclick(event)
    }}>${label}</button>`
