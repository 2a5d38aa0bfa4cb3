import { html, nothing } from 'lit'
import { age, ago, exact } from '../format.js'
import { icon } from './icons.js'
import './tako-state.js'
import './tako-time.js'

/**
 * @typedef {{ State: string, RemoteSpace: string, At: string | null, ReceivedAt: string, Error: string }} News what
 *   another space tells of a deployment, or this server of its way there
 * @typedef {import('./tako-state.js').State} Look
 */

/** How each state of a promotion looks. None is green but what the other space has said to be. @type {Record<string, [Look, (space: string) => string]>} */
const LOOKS = {
  Created: ['remote', () => 'Being prepared'],
  Building: ['remote', () => 'Being built'],
  Built: ['remote', () => 'Waiting to be carried'],
  BuildFailed: ['failed', () => 'Could not be built'],
  Exported: ['remote', () => 'Waiting to be carried'],
  Sending: ['remote', (space) => `On its way to ${space}`],
  Retrying: ['remote', (space) => `Trying to reach ${space}`],
  Delivered: ['remote', (space) => `Delivered to ${space}`],
  Undeliverable: ['failed', (space) => `Not delivered to ${space}`],
  AwaitingReview: ['remote', (space) => `Awaiting review at ${space}`],
  Rejected: ['failed', (space) => `Rejected by ${space}`],
  Accepted: ['remote', (space) => `Accepted by ${space}`],
  Deploying: ['executing', (space) => `Deploying at ${space}`],
  Succeeded: ['success', (space) => `Success at ${space}`],
  Failed: ['failed', (space) => `Failed at ${space}`],
  Withdrawn: ['cancelled', () => 'Withdrawn'],
  Expired: ['failed', () => 'Expired'],
  Recalled: ['cancelled', () => 'Recalled'],
  Superseded: ['cancelled', () => 'Superseded'],
}

/** Whether nobody waits for more news of it. */
const ENDS = ['Succeeded', 'Failed', 'Rejected', 'BuildFailed', 'Withdrawn', 'Recalled']

/**
 * How a deployment to another space looks: its state, the words for it, the time by the other's clock, how old the
 * news is, and all of that in a sentence.
 * @param {{ State: string, QueueTime?: string }} task its own task, or the item of a dashboard
 * @param {News | null | undefined} news
 * @returns {{ state: Look, word: string, when: string, title: string }}
 */
export function remoteLook(task, news) {
  if (!news) {
    const state = untold(task.State)
    return { state, word: state === 'remote' ? 'No news yet' : UNTOLD[state], when: '', title: '' }
  }
  const { State, RemoteSpace, At, ReceivedAt, Error: why } = news
  const { state, word } = promotionLook(news)
  const told = At
    ? `as reported by ${RemoteSpace}, ${exact(At)}; last news ${ago(ReceivedAt)}`
    : `since ${exact(ReceivedAt)}`
  return {
    state,
    word,
    when: At && ENDS.includes(State) ? age(At) : `as of ${ago(ReceivedAt)}`,
    title: [`${word}, ${told}.`, why].filter(Boolean).join(' '),
  }
}

/** How the state of a promotion looks. @param {{ State: string, RemoteSpace: string }} promotion @returns {{ state: Look, word: string }} */
export function promotionLook({ State, RemoteSpace }) {
  const [state, wordOf] = LOOKS[State] ?? ['remote', () => State]
  return { state, word: wordOf(RemoteSpace) }
}

const UNTOLD = /** @type {Record<Look, string>} */ ({
  queued: 'Queued',
  failed: 'Failed',
  cancelled: 'Cancelled',
})

/** Of what nothing is known, our own task tells whether it was begun at all. @param {string} state @returns {Look} */
function untold(state) {
  if (state === 'Queued') return 'queued'
  if (state === 'Failed' || state === 'TimedOut') return 'failed'
  return state === 'Canceled' ? 'cancelled' : 'remote'
}

/** The mark of what is in another space. @param {string} [space] whose it is, where that is known */
export const chainMark = (space) => html`
  <span class="chain" title=${space ? `At ${space}` : 'In another space'}>${icon('chain')}<span class="visually-hidden">${space ? `at ${space}` : 'in another space'}</span></span>`

/**
 * What another space has told last of a deployment, with its time and how old that is.
 * @param {{ State: string }} task
 * @param {News | null | undefined} news
 */
export function newsPanel(task, news) {
  if (!news) return nothing
  const { state, word } = remoteLook(task, news)
  return html`
    <section class="panel far-news" aria-label="What is known from ${news.RemoteSpace}"><div class="panel-body row wrap">
      <tako-state state=${state}><span>${state === 'remote' ? nothing : chainMark(news.RemoteSpace)}<strong>${word}</strong></span></tako-state>
      ${news.At ? html`<span>as reported by ${news.RemoteSpace}, <tako-time .at=${news.At} suffix="ago"></tako-time></span>` : nothing}
      <span class="quiet small">last news <tako-time .at=${news.ReceivedAt} suffix="ago"></tako-time></span>
      ${news.Error ? html`<span class="why">${news.Error}</span>` : nothing}
    </div></section>`
}
