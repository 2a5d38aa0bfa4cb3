import { html, LitElement } from 'lit'
import { icon } from './icons.js'

const SHOWN_MS = 4000

/** A line to copy, such as a command, with its button: `<tako-copy-line label="The command" .text=${command}></tako-copy-line>`. */
export class TakoCopyLine extends LitElement {
  static properties = { text: {}, label: {}, isCopied: { state: true } }

  constructor() {
    super()
    this.text = ''
    this.label = ''
    this.isCopied = false
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined
  }

  createRenderRoot() {
    return this
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    clearTimeout(this.timer)
  }

  render() {
    return html`<div class="copy-line">
      <code tabindex="0" role="region" aria-label=${this.label}>${this.text}</code>
      <button class="button compact" type="button" @click=${() => void this.#copy()}>${icon(this.isCopied ? 'check' : 'copy')}${this.isCopied ? 'Copied' : 'Copy'}</button>
    </div>`
  }

  async #copy() {
    // Without HTTPS there is no clipboard: then the line is marked, to be copied by hand.
    if (!navigator.clipboard) return this.#mark()
    await navigator.clipboard.writeText(this.text)
    this.isCopied = true
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      this.isCopied = false
    }, SHOWN_MS)
  }

  #mark() {
    const line = this.querySelector('code')
    if (line) getSelection()?.selectAllChildren(line)
  }
}

customElements.define('tako-copy-line', TakoCopyLine)
