import { html, nothing } from 'lit'
import { icon } from './icons.js'
import { isThere, newsLine } from './promotion-facts.js'
import { promotionLook } from './remote-look.js'
import './tako-state.js'
import './tako-time.js'

/**
 * @typedef {import('./line-model.js').Lane} Lane
 * @typedef {import('./line-model.js').Branch} Branch
 * @typedef {import('./line-model.js').Station} Station
 * @typedef {import('./promotion-facts.js').Promotion} Promotion
 */

/**
 * One release over its spaces, from left to right.
 * @param {{ before: Lane[], here: Lane, branches: Branch[], imported: { ImportedAt: string, Revision: number } | undefined, label: string }} line
 */
export const promotionLine = ({ before, here, branches, imported, label }) => html`
  <ol class="line" aria-label=${label}>
    ${before.map((lane, at) => html`${laneOf(lane)}${at < before.length - 1 ? throughLink() : importedLink(imported)}`)}
    ${laneOf(here)}
    ${
      branches.length === 0
        ? nothing
        : html`<li class="branches" style="flex-grow:${Math.max(...branches.map(({ lane }) => lane.stations.length), 1)}"><ol>${branches.map(({ promotion, lane }) => html`<li class="branch"><ol>${promotionLink(promotion)}${laneOf(lane)}</ol></li>`)}</ol></li>`
    }
  </ol>`

/** @param {Lane} lane */
const laneOf = ({ space, isFar, news, newsAt, stations }) => html`
  <li class="lane panel ${isFar ? 'far' : ''}" style="flex-grow:${Math.max(stations.length, 1)}">
    <header><h2>${isFar ? icon('chain') : nothing}${space}</h2><span class="small quiet">${news}${newsAt ? html`, <tako-time .at=${newsAt} suffix="ago"></tako-time>` : nothing}</span></header>
    ${stations.length === 0 ? html`<p class="small quiet">${isFar ? 'It tells of no deployment.' : 'No phase of the lifecycle is in this space.'}</p>` : html`<ol class="stations">${stations.map(stationOf)}</ol>`}
  </li>`

/** @param {Station} station */
const stationOf = ({ name, note, isReached, stops }) => html`
  <li class="station ${isReached ? 'reached' : ''}">
    <h3>${name}${note ? html`<small>${note}</small>` : nothing}<span class="visually-hidden">${isReached ? ', reached' : ', not reached'}</span></h3>
    <ul>${stops.map(
      ({
        name: place,
        state,
        when,
        title,
        href,
      }) => html`<li class="stop ${state}" title=${title || nothing}>
      <tako-state state=${state}>${href ? html`<a class="plain" href=${href}>${place}</a>` : place}</tako-state><span class="small">${when}</span></li>`,
    )}</ul>
  </li>`

/** @param {string} look @param {unknown} content */
const link = (look, content) => html`
  <li class="link ${look}"><span class="thread" aria-hidden="true">${icon('mail')}</span><div class="said">${content}</div></li>`

/** What came here. @param {{ ImportedAt: string, Revision: number } | undefined} imported */
const importedLink = (imported) =>
  imported
    ? link(
        'success',
        html`<b>Bundle</b><tako-state state="success">Imported</tako-state>
    <small><tako-time .at=${imported.ImportedAt} suffix="ago"></tako-time></small>${imported.Revision > 1 ? html`<small>revision ${imported.Revision}</small>` : nothing}`,
      )
    : nothing

/** From one space that is told of to the next. */
const throughLink = () => link('success', html`<small>handed on</small>`)

/** What goes to another space. @param {Promotion | null} promotion null: it may go there yet */
function promotionLink(promotion) {
  if (!promotion) return link('', html`<small>Not promoted yet</small>`)
  const { state, word } = promotionLook(promotion)
  const isFailed = state === 'failed' && !isThere(promotion)
  // The lane says how it is deployed; what lies between is the bundle.
  const said = isThere(promotion)
    ? html`<tako-state state="success">Accepted</tako-state>`
    : html`<tako-state state=${state}>${word}</tako-state>`
  return link(
    isThere(promotion) ? 'success' : isFailed ? 'failed' : 'remote',
    html`<b>${promotion.Sequence > 0 ? `Bundle ${promotion.Sequence}` : 'Bundle'}</b>${said}${newsLine(promotion)}
      ${promotion.Revision > 1 ? html`<small>revision ${promotion.Revision}</small>` : nothing}
      <small>promoted <tako-time .at=${promotion.Created} suffix="ago"></tako-time></small>`,
  )
}
