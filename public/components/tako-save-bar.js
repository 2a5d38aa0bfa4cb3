import { html, LitElement, nothing } from 'lit'

/** The bar that stays while something is not saved. Wishes: `save`, `discard`. Ctrl+S saves. */
export class TakoSaveBar extends LitElement {
  static properties = {
    text: {},
    isBusy: { type: Boolean },
    error: { attribute: false },
    refusal: {},
    more: { attribute: false },
  }

  constructor() {
    super()
    /** What has changed, in a few words; '' hides the bar. */
    this.text = ''
    this.isBusy = false
    /** @type {import('./tako-problem.js').TakoProblem['error']} */
    this.error = undefined
    /** Why it may not be saved. */
    this.refusal = ''
    /** Further buttons, before Discard. @type {unknown} */
    this.more = nothing
  }

  createRenderRoot() {
    return this
  }

  connectedCallback() {
    super.connectedCallback()
    addEventListener('keydown', this.#onKey)
  }

  disconnectedCallback() {
    removeEventListener('keydown', this.#onKey)
    super.disconnectedCallback()
  }

  render() {
    if (!this.text) return nothing
    const isOff = Boolean(this.refusal) || this.isBusy
    return html`
      <div class="save-bar" role="region" aria-label="Unsaved changes">
        <span><i class="dot"></i>${this.text}${this.refusal ? html`<span class="quiet">${this.refusal}</span>` : nothing}</span>
        ${this.error ? html`<span class="save-error" role="alert">${this.error.errors?.join(' ') || this.error.message}</span>` : nothing}
        <span class="push"></span>${this.more}
        <button class="button" type="button" ?disabled=${this.isBusy} @click=${() => this.#wish('discard')}>Discard</button>
        <button class="button primary" type="button" aria-disabled=${isOff ? 'true' : nothing} @click=${() => !isOff && this.#wish('save')}>
          ${this.isBusy ? 'Saving…' : 'Save'} <kbd aria-hidden="true">Ctrl S</kbd>
        </button>
      </div>`
  }

  /** @param {string} name */
  #wish(name) {
    this.dispatchEvent(new Event(name))
  }

  #onKey = (/** @type {KeyboardEvent} */ event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== 's') return
    event.preventDefault()
    if (this.text && !this.refusal && !this.isBusy) this.#wish('save')
  }
}

customElements.define('tako-save-bar', TakoSaveBar)
