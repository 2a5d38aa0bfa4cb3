import { html, nothing } from 'lit'
import { counted } from '../format.js'
import { icon } from './icons.js'
import './tako-time.js'

/** @typedef {{ TrustId: string, RemoteSpace: string, Highest: number, Acknowledged: number, ExportedAt: string | null, Waiting: number }} Summary the receipts for one source */

/**
 * The receipts that the sources of releases do not have yet as far as this space knows, each with a link to their file.
 * @param {Summary[]} summaries
 * @param {(trustId: string) => string} hrefOf the address of the file for a source
 */
export function receiptsToCarry(summaries, hrefOf) {
  const there = summaries.filter(({ Highest, Acknowledged }) => Highest > Acknowledged)
  if (there.length === 0) return nothing
  return html`
    <section class="panel receipts" aria-labelledby="receipts-title">
      <header class="panel-head"><h2 id="receipts-title">Receipts to send back</h2></header>
      <table class="table cards">
        <caption class="visually-hidden">What became of releases here, for the spaces that sent them</caption>
        <thead><tr><th scope="col">For</th><th scope="col">Not carried yet</th><th scope="col">Last taken</th><td></td></tr></thead>
        <tbody>${there.map(
          ({ TrustId, RemoteSpace, ExportedAt, Waiting }) => html`
            <tr>
              <th scope="row"><span class="from">${icon('chain')}${RemoteSpace}</span></th>
              <td data-column="Not carried yet">${Waiting > 0 ? counted(Waiting, 'receipt') : html`<span class="quiet">None</span>`}</td>
              <td data-column="Last taken">${ExportedAt ? html`<tako-time .at=${ExportedAt} suffix="ago"></tako-time>` : html`<span class="quiet">Never</span>`}</td>
              <td class="acts"><a class="button compact" href=${hrefOf(TrustId)} download aria-label="Export receipts for ${RemoteSpace}">${icon('download')}Export receipts</a></td>
            </tr>`,
        )}</tbody>
      </table>
    </section>`
}
