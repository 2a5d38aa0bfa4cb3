import { html, LitElement, nothing } from 'lit'
import { icon } from './icons.js'

/** What failed and what to do: the server's sentence, its faults, and "Try again" (event `retry`). */
export class TakoProblem extends LitElement {
  static properties = { error: { attribute: false }, isFinal: { type: Boolean } }

  constructor() {
    super()
    /** @type {(Error & { errors?: string[], requestId?: string, status?: number }) | undefined} */
    this.error = undefined
    /** Trying again would not help, as in a form. */
    this.isFinal = false
  }

  createRenderRoot() {
    return this
  }

  render() {
    if (!this.error) return nothing
    const { message, errors = [], requestId, status } = this.error
    const sentences = errors.length ? errors : [message]
    const isHopeless = this.isFinal || status === 403 || status === 404
    return html`
      <div class="note failed problem" role="alert">
        ${icon('failed')}
        <div>
          ${sentences.map((sentence) => html`<p>${sentence}</p>`)}
          ${requestId ? html`<p class="quiet small">Request ${requestId}</p>` : nothing}
          ${isHopeless ? nothing : html`<button class="button compact" type="button" @click=${this.#retry}>Try again</button>`}
        </div>
      </div>`
  }

  #retry() {
    this.dispatchEvent(new Event('retry'))
  }
}

customElements.define('tako-problem', TakoProblem)
