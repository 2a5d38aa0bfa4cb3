import { html, LitElement, nothing } from 'lit'
import { age, exact, isSpan } from '../format.js'

/** @type {Set<TakoTime>} */
const shown = new Set()
setInterval(() => {
  for (const element of shown) element.requestUpdate()
}, 30_000)

/** A moment as its age, renewed each 30 s: `<tako-time .at=${task.QueueTime}></tako-time>`. */
export class TakoTime extends LitElement {
  static properties = { at: {}, suffix: {} }

  constructor() {
    super()
    /** @type {string | undefined | null} */
    this.at = undefined
    /** Behind an age: 'ago'. */
    this.suffix = ''
  }

  createRenderRoot() {
    return this
  }

  connectedCallback() {
    super.connectedCallback()
    shown.add(this)
  }

  disconnectedCallback() {
    shown.delete(this)
    super.disconnectedCallback()
  }

  render() {
    if (!this.at) return nothing
    const text = age(this.at)
    const suffix = this.suffix && isSpan(text) ? ` ${this.suffix}` : ''
    return html`<time datetime=${this.at} title=${exact(this.at)}>${text}${suffix}</time>`
  }
}

customElements.define('tako-time', TakoTime)
