import './elements/dialog.js'
import { html, nothing } from 'lit'
import './tako-problem.js'

/**
 * A form in a dialog, with its faults above the fields. It is there as long as it is drawn; `onclosed` is called
 * when it was closed, by Esc or by a button.
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.verb on the button that sends
 * @param {boolean} options.isBusy
 * @param {(Error & { errors?: string[] }) | undefined} options.error
 * @param {() => void} options.onsend
 * @param {() => void} options.onclosed
 * @param {unknown} fields
 */
export const formDialog = ({ title, verb, isBusy, error, onsend, onclosed }, fields) => html`
  <wa-dialog open label=${title} @wa-after-hide=${(/** @type {Event} */ event) => {
    if (event.target === event.currentTarget) onclosed()
  }}>
    <form class="form" id="dialog-form" aria-label=${title} @submit=${(
      /** @type {Event} */ event,
    ) => {
      event.preventDefault()
      if (!isBusy) onsend()
    }}>
      ${error ? html`<tako-problem .error=${error} .isFinal=${true}></tako-problem>` : nothing}
      ${fields}
    </form>
    <button slot="footer" class="button" type="button" @click=${closeDialog}>Cancel</button>
    <button slot="footer" class="button primary" type="submit" form="dialog-form" ?disabled=${isBusy}>${verb}</button>
  </wa-dialog>`

/** Closes the dialog that a button is in. @param {Event} event */
export function closeDialog(event) {
  const dialog =
    event.target instanceof Element ? event.target.closest('wa-dialog, wa-drawer') : null
  if (dialog) /** @type {HTMLElement & { open: boolean }} */ (dialog).open = false
}
