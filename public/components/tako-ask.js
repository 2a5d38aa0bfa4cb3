import './elements/dialog.js'
import { html, nothing, render } from 'lit'

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {unknown} text what goes and what stays
 * @property {string} verb on the button that does it
 * @property {string} [stay] on the button that leaves all as it is, where "Cancel" would be read as the verb; '': none
 * @property {boolean} [isDanger]
 * @property {string} [typed] what must be typed first, for what cannot be undone
 */

/**
 * Asks before something is done, and answers whether it may: `if (await ask({ title: 'Delete Test?', … })) …`.
 * The first focus is on Cancel.
 * @param {Question} question
 * @returns {Promise<boolean>}
 */
export function ask({ title, text, verb, stay = 'Cancel', isDanger = false, typed }) {
  const host = document.createElement('div')
  document.body.append(host)
  let answer = false
  let isTyped = !typed

  return new Promise((resolve) => {
    const dialog = () =>
      /** @type {HTMLElement & { open: boolean }} */ (host.querySelector('wa-dialog'))
    const close = (/** @type {boolean} */ isSure) => {
      answer = isSure
      dialog().open = false
    }
    const draw = () =>
      render(
        html`
          <wa-dialog class="ask" label=${title} @wa-after-hide=${(/** @type {Event} */ event) => {
            if (event.target !== event.currentTarget) return
            host.remove()
            resolve(answer)
          }}>
            <div class="ask-text">${text}</div>
            ${
              typed
                ? html`<div class="field"><label for="ask-typed">Type <b>${typed}</b> to go on</label>
                  <input class="input" id="ask-typed" autocomplete="off" spellcheck="false" @input=${(
                    /** @type {Event & { target: HTMLInputElement }} */ event,
                  ) => {
                    isTyped = event.target.value.trim() === typed
                    draw()
                  }}></div>`
                : nothing
            }
            ${stay ? html`<button slot="footer" class="button" type="button" autofocus @click=${() => close(false)}>${stay}</button>` : nothing}
            <button slot="footer" class="button ${isDanger ? 'danger' : 'primary'}" type="button" aria-disabled=${isTyped ? nothing : 'true'}
              @click=${() => {
                if (isTyped) close(true)
              }}>${verb}</button>
          </wa-dialog>`,
        host,
      )
    draw()
    void customElements.whenDefined('wa-dialog').then(() => {
      dialog().open = true
    })
  })
}
