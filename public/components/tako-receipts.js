import { html, LitElement, nothing } from 'lit'
import { icon } from './icons.js'
import './tako-problem.js'

/** @typedef {{ RemoteSpace: string, Accepted: number, Unchanged: number, Unknown: number }} Taken what has come of a file */

/**
 * How far a file of receipts is: nobody has given one, it is being checked, it was taken, or refused.
 * @typedef {{ isBusy?: boolean, taken?: Taken, fault?: Error & { errors?: string[] } }} Progress
 */

/** Takes a file of receipts that is dropped or picked (`file-chosen` with the file), and says what has come of it. */
export class TakoReceipts extends LitElement {
  static properties = {
    refusal: {},
    progress: { attribute: false },
    isOver: { state: true },
  }

  constructor() {
    super()
    /** Why no receipts may be imported, or ''. */
    this.refusal = ''
    /** @type {Progress} */
    this.progress = {}
    this.isOver = false
  }

  createRenderRoot() {
    return this
  }

  /** Opens the list of files, as a button of the page does. */
  pick() {
    this.querySelector('input')?.click()
  }

  render() {
    if (this.refusal) return nothing
    const { isBusy, taken, fault } = this.progress
    return html`
      <div class="drop ${this.isOver ? 'over' : ''}" @dragover=${this.#over} @dragleave=${() => {
        this.isOver = false
      }} @drop=${this.#drop}>
        <p class="quiet small">${icon('mail')}<span>Drop a file of receipts here, or <label class="pick">choose it<input class="visually-hidden" type="file" accept=".takoreceipts" aria-label="Choose a file of receipts" @change=${this.#picked}></label>. The other space exports it: <code>.takoreceipts</code></span></p>
        <div role="status">${isBusy ? html`<p class="small">The receipts are being checked…</p>` : taken ? html`<p class="small">${textOf(taken)}</p>` : nothing}</div>
        ${fault ? html`<tako-problem .error=${fault} .isFinal=${true}></tako-problem>` : nothing}
      </div>`
  }

  #over = (/** @type {DragEvent} */ event) => {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    this.isOver = true
  }

  #drop = (/** @type {DragEvent} */ event) => {
    event.preventDefault()
    this.isOver = false
    this.#choose(event.dataTransfer?.files[0])
  }

  #picked = (/** @type {Event & { target: HTMLInputElement }} */ { target }) => {
    this.#choose(target.files?.[0])
    // The same file may be chosen again.
    target.value = ''
  }

  /** @param {File | undefined} file */
  #choose(file) {
    if (file && !this.progress.isBusy)
      this.dispatchEvent(new CustomEvent('file-chosen', { detail: file }))
  }
}

/** @param {Taken} taken */
function textOf({ RemoteSpace, Accepted, Unchanged, Unknown }) {
  const counts = [
    `${Accepted} new`,
    `${Unchanged} known`,
    ...(Unknown > 0 ? [`${Unknown} about bundles that this space has not sent there`] : []),
  ]
  return `Receipts of ${RemoteSpace}: ${counts.join(', ')}.`
}

customElements.define('tako-receipts', TakoReceipts)
