import { html, nothing } from 'lit'
import { ago, exact, stateOf } from '../format.js'
import { icon } from './icons.js'
import { waitsFor, whyNoFile } from './promotion-facts.js'
import { promotionLook } from './remote-look.js'
import { wordOfTask } from './states.js'
import './tako-state.js'

/**
 * @typedef {import('./promotion-facts.js').Promotion} Promotion
 * @typedef {import('./line-model.js').Deployed} Deployed
 * @typedef {{ Id: string, RemoteSpace: string, Environment: { Name: string } | null, State: string, StartedAt: string | null, EndedAt: string | null,
 *   QueuedAt: string | null, IssuedAt: string, ReceivedAt: string, HasWarnings: boolean, Error: string,
 *   Tenants: { Total: number, Succeeded: number, Failed: number } | null, By: string | null }} Receipt
 * @typedef {{ at: string, space: string, state: import('./tako-state.js').State, what: string, more: string, by: string, title: string }} Happening
 */

/** @type {Record<string, string>} */
const WORDS = {
  Canceled: 'Cancelled',
  Queued: 'Queued',
  Executing: 'Deploying',
  Failed: 'Failed',
}

/** A receipt as what happened: by the other's clock. @param {Receipt} receipt @returns {Happening} */
function ofReceipt(receipt) {
  const { RemoteSpace, Environment, State, HasWarnings, Error: why, Tenants, By } = receipt
  const at = receipt.EndedAt ?? receipt.StartedAt ?? receipt.QueuedAt ?? receipt.IssuedAt
  const tenants = Tenants ? `${Tenants.Succeeded} of ${Tenants.Total} tenants` : ''
  return {
    ...{ at, space: RemoteSpace, by: By ?? '' },
    state: stateOf({ State, HasWarningsOrErrors: HasWarnings }),
    what: `${Environment ? `${Environment.Name}: ` : ''}${WORDS[State] ?? State} as reported by ${RemoteSpace}`,
    more: [tenants, HasWarnings ? 'with warnings' : '', why].filter(Boolean).join('; '),
    title: `${exact(at)}, by the clock of ${RemoteSpace}; heard ${ago(receipt.ReceivedAt)}`,
  }
}

/** @param {Promotion} promotion @param {string} space @returns {Happening} */
function ofPromotion(promotion, space) {
  const { Created, CreatedBy, RemoteSpace, Sequence, State, Error: why } = promotion
  const hasEndedHere = ['BuildFailed', 'Withdrawn', 'Recalled', 'Superseded', 'Expired'].includes(
    State,
  )
  const end = hasEndedHere ? promotionLook(promotion).word : ''
  return {
    ...{ at: Created, space, by: CreatedBy, title: exact(Created) },
    state: hasEndedHere ? promotionLook(promotion).state : 'remote',
    what: `Promoted to ${RemoteSpace}${Sequence > 0 ? ` with bundle ${Sequence}` : ''}`,
    more: [end, why].filter(Boolean).join(': '),
  }
}

/** @param {Deployed} deployed @param {string} space @param {string} place @returns {Happening} */
function ofDeployment({ Task, Deployment }, space, place) {
  const at = Task.CompletedTime ?? Task.StartTime ?? Task.QueueTime
  return {
    ...{ at, space, by: Deployment.DeployedBy ?? '', title: exact(at), state: stateOf(Task) },
    what: `Deployment to ${place}: ${wordOfTask(Task)}`,
    more: Task.State === 'Failed' ? (Task.ErrorMessage ?? '') : '',
  }
}

/**
 * How a release came here, and what its source claims of the time before.
 * @param {import('./release-origin.js').Remote} remote
 * @param {string} space
 * @returns {Happening[]}
 */
const ofImport = ({ RemoteSpace, ImportedAt, Revision, History }, space) => [
  {
    ...{ at: ImportedAt, space, state: 'success', by: '', title: exact(ImportedAt) },
    what: `Imported from ${RemoteSpace}`,
    more: Revision > 1 ? `revision ${Revision}` : '',
  },
  ...History.map(({ Space, Environment, State, StartedAt, EndedAt, By }) => {
    const at = EndedAt ?? StartedAt ?? ''
    return {
      ...{ at, space: Space, state: stateOf({ State }), by: By ?? '', more: '' },
      what: `Deployment to ${Environment}: ${wordOfTask({ State })}, as told with the bundle`,
      title: at && exact(at),
    }
  }),
]

/**
 * All that is known to have happened to a release, the newest first: deployments here, promotions, and receipts.
 * @param {{ space: string, remote: import('./release-origin.js').Remote | undefined, deployments: Deployed[], promotions: Promotion[],
 *   receipts: Receipt[], nameOf: (environmentId: string) => string }} facts
 */
export function journal({ space, remote, deployments, promotions, receipts, nameOf }) {
  const all = [
    ...(remote ? ofImport(remote, space) : []),
    ...receipts.map(ofReceipt),
    ...promotions.map((promotion) => ofPromotion(promotion, space)),
    ...deployments.map((one) => ofDeployment(one, space, nameOf(one.Deployment.EnvironmentId))),
  ].sort((a, b) => b.at.localeCompare(a.at))
  return html`
    <section class="panel journal" aria-labelledby="journal-title">
      <header class="panel-head"><h2 id="journal-title">What happened</h2></header>
      ${
        all.length === 0
          ? html`<p class="panel-body quiet">Nothing yet.</p>`
          : html`<table class="table"><caption class="visually-hidden">What happened, the newest first</caption>
        <thead class="visually-hidden"><tr><th scope="col">When</th><th scope="col">Where</th><th scope="col">What</th><th scope="col">By</th></tr></thead>
        <tbody>${all.map(row)}</tbody></table>`
      }
    </section>`
}

const row = (/** @type {Happening} */ { at, space, state, what, more, by, title }) => html`
  <tr><td class="quiet number" title=${title || nothing}>${at ? ago(at) : ''}</td><td>${space}</td>
    <td><tako-state state=${state}>${what}</tako-state>${more ? html`<small>${more}</small>` : nothing}</td><td class="quiet">${by}</td></tr>`

/**
 * What the promotions of a release wait for, with the file where carrying it helps.
 * @param {Promotion[]} promotions the newest to each space
 * @param {{ refusal: string, hrefOf: (promotion: Promotion) => string }} options
 */
export const waiting = (promotions, { refusal, hrefOf }) =>
  promotions.map((promotion) => {
    const text = waitsFor(promotion)
    if (!text) return nothing
    const helps = ['Built', 'Exported', 'Retrying', 'Undeliverable'].includes(promotion.State)
    const mayTake = helps && !refusal && !whyNoFile(promotion)
    return html`<p class="note waits">${icon('chain')}<span>${text}</span>${mayTake ? html`<a class="button compact push" href=${hrefOf(promotion)} download>${icon('download')}Bundle ${promotion.Sequence}</a>` : nothing}</p>`
  })
