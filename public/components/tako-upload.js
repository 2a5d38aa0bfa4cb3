import { html, LitElement, nothing } from 'lit'
import { size } from '../format.js'
import { icon } from './icons.js'
import './tako-state.js'

/**
 * A file on its way: `share` goes from 0 to 1; `fault` is the server's sentence.
 * @typedef {{ key: number, name: string, bytes: number, share: number, state: 'waiting' | 'sending' | 'done' | 'failed',
 *   fault?: string, href?: string, mayReplace?: boolean }} Sending
 */

/**
 * Takes files that are dropped or picked (`files-chosen` with the files), and shows how far each is.
 * `stopped`, `replaced` and `cleared` carry the key of a file.
 */
export class TakoUpload extends LitElement {
  static properties = {
    sendings: { attribute: false },
    refusal: {},
    what: {},
    hint: { attribute: false },
    accept: {},
    isOver: { state: true },
  }

  constructor() {
    super()
    /** @type {Sending[]} */
    this.sendings = []
    /** Why nothing may be uploaded, or ''. */
    this.refusal = ''
    /** What the files are, in the plural. */
    this.what = 'packages'
    /** What else is to be known of them. @type {unknown} */
    this.hint = html`Their names say what they are: <code>Acme.Web.1.0.0.zip</code>`
    /** Which files the browser offers: '.zip,.tar'; '' all. */
    this.accept = ''
    this.isOver = false
  }

  createRenderRoot() {
    return this
  }

  /** Opens the list of files, as the button of the page does. */
  pick() {
    this.querySelector('input')?.click()
  }

  render() {
    if (this.refusal) return nothing
    return html`
      <div class="drop ${this.isOver ? 'over' : ''}"
        @dragover=${(/** @type {DragEvent} */ event) => this.#over(event)} @dragleave=${() => {
          this.isOver = false
        }} @drop=${(/** @type {DragEvent} */ event) => this.#drop(event)}>
        <p class="quiet small">${icon('package')}<span>Drop ${this.what} here, or <label class="pick" tabindex="-1">choose files<input class="visually-hidden" type="file" multiple accept=${this.accept || nothing} aria-label="Choose ${this.what} to upload" @change=${(/** @type {Event & { target: HTMLInputElement }} */ event) => this.#picked(event.target)}></label>. ${this.hint}</span></p>
        ${this.sendings.length > 0 ? html`<ul class="sendings" aria-label="Uploads">${this.sendings.map((sending) => this.#row(sending))}</ul>` : nothing}
      </div>`
  }

  #row(/** @type {Sending} */ sending) {
    const { key, name, bytes, share, state, fault, href } = sending
    const percent = Math.floor(share * 100)
    const isOpen = state === 'waiting' || state === 'sending'
    const text = {
      waiting: 'waits',
      sending: share < 1 ? `${percent}%` : 'is being checked',
      done: 'uploaded',
      failed: '',
    }[state]
    const looks = /** @type {const} */ ({
      waiting: 'queued',
      sending: 'executing',
      done: 'success',
      failed: 'failed',
    })
    return html`
      <li>
        <tako-state state=${looks[state]}><span class="visually-hidden">${state}:</span></tako-state>
        <span class="what">${href ? html`<a href=${href}>${name}</a>` : html`<b>${name}</b>`} <span class="quiet small number">${size(bytes)}</span>${fault ? html`<small role="alert">${fault}</small>` : nothing}</span>
        ${isOpen ? html`<span class="progress" role="progressbar" aria-label="Upload of ${name}" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${percent} style="--done:${percent}%"><i></i></span>` : nothing}
        <span class="small quiet number">${text}</span>
        ${sending.mayReplace ? html`<button class="button compact" type="button" @click=${() => this.#tell('replaced', key)}>Replace it</button>` : nothing}
        <button class="button bare square compact" type="button" aria-label=${isOpen ? `Stop the upload of ${name}` : `Clear ${name} from this list`} @click=${() => this.#tell(isOpen ? 'stopped' : 'cleared', key)}>${icon('close')}</button>
      </li>`
  }

  #over(/** @type {DragEvent} */ event) {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    this.isOver = true
  }

  #drop(/** @type {DragEvent} */ event) {
    event.preventDefault()
    this.isOver = false
    this.#choose([...(event.dataTransfer?.files ?? [])])
  }

  #picked(/** @type {HTMLInputElement} */ input) {
    this.#choose([...(input.files ?? [])])
    // The same file may be chosen again.
    input.value = ''
  }

  #choose(/** @type {File[]} */ files) {
    if (files.length > 0) this.dispatchEvent(new CustomEvent('files-chosen', { detail: files }))
  }

  /** @param {string} name @param {number} key */
  #tell(name, key) {
    this.dispatchEvent(new CustomEvent(name, { detail: key }))
  }
}

customElements.define('tako-upload', TakoUpload)
