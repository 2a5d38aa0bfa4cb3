import './elements/dropdown.js'
import { html, nothing } from 'lit'
import { icon } from './icons.js'

/**
 * The menu at the end of a row. What may not be done is listed with its reason.
 * @param {string} label `More about Production`
 * @param {({ name: string, act: () => void, refusal?: string, isDanger?: boolean } | null)[]} items null is left out
 */
export function rowMenu(label, items) {
  const there = items.filter((item) => item !== null)
  return html`
    <wa-dropdown placement="bottom-end" @wa-select=${(/** @type {CustomEvent<{ item: { value: string } }>} */ event) => there[Number(event.detail.item.value)]?.act()}>
      <button slot="trigger" class="button bare square compact" type="button" aria-label=${label}>${icon('more')}</button>
      ${there.map(({ name, refusal = '', isDanger = false }, at) => html`<wa-dropdown-item value=${at} variant=${isDanger ? 'danger' : 'default'} ?disabled=${Boolean(refusal)}>${name}${refusal ? html`<span slot="details" class="small">${refusal}</span>` : nothing}</wa-dropdown-item>`)}
    </wa-dropdown>`
}
