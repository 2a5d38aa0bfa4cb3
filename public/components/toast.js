import { html, nothing, render } from 'lit'

const SHOWN_MS = 6000

/**
 * Tells, bottom right, of what was done elsewhere or can be undone. Never of errors.
 * @param {string} text
 * @param {{ undo?: () => void }} [options]
 */
export function toast(text, { undo } = {}) {
  let region = document.querySelector('.toasts')
  if (!region) {
    region = document.createElement('div')
    region.className = 'toasts'
    region.setAttribute('role', 'status')
    document.body.append(region)
  }
  const item = document.createElement('div')
  item.className = 'toast'
  region.append(item)
  const remove = () => item.remove()
  const undoIt = () => {
    remove()
    undo?.()
  }
  render(
    html`<span>${text}</span>${undo ? html`<button class="button compact bare" type="button" @click=${undoIt}>Undo</button>` : nothing}`,
    item,
  )
  let timer = setTimeout(remove, SHOWN_MS)
  const hold = () => clearTimeout(timer)
  const release = () => {
    clearTimeout(timer)
    timer = setTimeout(remove, SHOWN_MS)
  }
  for (const name of ['pointerenter', 'focusin']) item.addEventListener(name, hold)
  for (const name of ['pointerleave', 'focusout']) item.addEventListener(name, release)
}
