import './elements/dialog.js'
import { html, LitElement, nothing } from 'lit'
import { boxes, checkbox } from './form.js'
import { closeDialog } from './form-dialog.js'
import './tako-problem.js'
import { fingerprint } from './worker-look.js'

/**
 * The dialog by which a worker without a token is let in: one compares its fingerprint with the one that the
 * machine shows, and chooses its pools. `approved` is sent with the pools' ids, `closed` when it was closed.
 */
export class TakoApproveWorker extends LitElement {
  static properties = {
    worker: { attribute: false },
    pools: { attribute: false },
    chosen: { attribute: false },
    isBusy: { type: Boolean },
    error: { attribute: false },
    isCompared: { state: true },
  }

  constructor() {
    super()
    /** @type {import('./worker-look.js').Worker | undefined} */
    this.worker = undefined
    /** @type {{ Id: string, Name: string }[]} */
    this.pools = []
    /** @type {string[]} */
    this.chosen = []
    this.isBusy = false
    /** @type {import('./tako-problem.js').TakoProblem['error']} */
    this.error = undefined
    this.isCompared = false
  }

  createRenderRoot() {
    return this
  }

  get #refusal() {
    if (!this.isCompared) return 'Compare the fingerprint first.'
    return this.chosen.length > 0 ? '' : 'Choose a pool: a worker in none gets no work.'
  }

  render() {
    const { worker } = this
    if (!worker) return nothing
    const refusal = this.#refusal
    return html`
      <wa-dialog open label="Approve ${worker.Name}?" @wa-after-hide=${(
        /** @type {Event} */ event,
      ) => {
        if (event.target === event.currentTarget) this.dispatchEvent(new Event('closed'))
      }}>
        <form class="form" id="approve-worker" aria-label="Approve ${worker.Name}" @submit=${(
          /** @type {Event} */ event,
        ) => {
          event.preventDefault()
          if (!refusal && !this.isBusy)
            this.dispatchEvent(new CustomEvent('approved', { detail: this.chosen }))
        }}>
          ${this.error ? html`<tako-problem .error=${this.error} .isFinal=${true}></tako-problem>` : nothing}
          <p class="small">A machine that calls itself <b>${worker.Name}</b> wants to run steps of this space, and to get their secrets. The command shows this fingerprint on the machine:</p>
          ${fingerprint(worker.Fingerprint ?? '', 'large')}
          ${checkbox({
            id: 'approve-compared',
            label: 'I have read it on the machine, and it is the same',
            help: 'If it differs, somebody else asks in its name: refuse it.',
            checked: this.isCompared,
            onchange: (isCompared) => {
              this.isCompared = isCompared
            },
          })}
          ${boxes({
            legend: 'Worker pools',
            name: 'approve-pool',
            all: this.pools,
            chosen: this.chosen,
            onchange: (ids) => {
              this.chosen = ids
            },
          })}
        </form>
        <button slot="footer" class="button" type="button" autofocus @click=${closeDialog}>Cancel</button>
        <button slot="footer" class="button primary" type="submit" form="approve-worker" title=${refusal || nothing}
          aria-label=${refusal ? `Approve: ${refusal}` : nothing} aria-disabled=${refusal || this.isBusy ? 'true' : nothing}>Approve</button>
      </wa-dialog>`
  }
}

customElements.define('tako-approve-worker', TakoApproveWorker)
