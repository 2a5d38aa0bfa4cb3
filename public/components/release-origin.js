import { html, nothing } from 'lit'
import { counted } from '../format.js'
import { icon } from './icons.js'
import './tako-time.js'

/**
 * What another space says of a release that it has made.
 * @typedef {{ Space: string, Environment: string, State: string, StartedAt: string | null, EndedAt: string | null, By: string | null }} Claim
 * @typedef {{ RemoteSpace: string, Revision: number, SourceVersion: string, ImportedAt: string, History: Claim[], Revisions: { Revision: number, ImportedAt: string }[] }} Remote
 */

/** The mark of what belongs to another space. @param {{ RemoteSpace: string } | undefined} remote */
export const originChip = (remote) =>
  remote
    ? html`<span class="chip origin" title="Built in ${remote.RemoteSpace}, imported here">${icon('chain')}${remote.RemoteSpace}</span>`
    : nothing

/** Deployments that the source claims: not this space's own, and not checked by it. @param {Pick<Remote, 'RemoteSpace' | 'History'>} remote */
export const claims = ({ RemoteSpace, History }) => html`
  <section class="panel claims" aria-label="As reported by ${RemoteSpace}">
    <header class="panel-head"><h2>${icon('chain')}As reported by ${RemoteSpace}</h2><span class="quiet small push">${counted(History.length, 'deployment')}</span></header>
    <p class="panel-body quiet small">What the release did before it came here. ${RemoteSpace} says so and has signed it; this space has not seen it.</p>
    ${History.length === 0 ? nothing : html`<ul class="claim-list">${History.toReversed().map(claim)}</ul>`}
  </section>`

const claim = (/** @type {Claim} */ { Space, Environment, State, StartedAt, EndedAt, By }) => {
  const at = EndedAt ?? StartedAt
  return html`<li><span>Deployed to <b>${Environment}</b>${at ? html` <tako-time .at=${at} suffix="ago"></tako-time>` : nothing}${By ? html` by ${By}` : nothing}</span>
    <span class="push quiet small">${wordOf(State)} at ${Space}</span></li>`
}

/** @type {Record<string, string>} */
const WORDS = { Success: 'success', Failed: 'failed', Canceled: 'cancelled', TimedOut: 'timed out' }
const wordOf = (/** @type {string} */ state) => WORDS[state] ?? state

/** Lines for the facts of a release. @param {Remote} remote @param {string} version */
export const originFacts = ({ RemoteSpace, Revision, SourceVersion, ImportedAt }, version) => html`
  <div><dt>From</dt><dd>${RemoteSpace}</dd></div>
  ${SourceVersion === version ? nothing : html`<div><dt>Called there</dt><dd>${SourceVersion}</dd></div>`}
  <div><dt>Imported</dt><dd><tako-time .at=${ImportedAt} suffix="ago"></tako-time></dd></div>
  ${Revision > 1 ? html`<div><dt>Revision</dt><dd>${Revision}</dd></div>` : nothing}`
