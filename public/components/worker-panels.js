import { html, nothing } from 'lit'
import { counted } from '../format.js'
import { button } from './form.js'
import { rowMenu } from './row-menu.js'
import './tako-state.js'
import './tako-time.js'
import { figuresOf, fingerprint, isWaiting, meter, systemOf } from './worker-look.js'

/**
 * @typedef {import('./worker-look.js').Worker} Worker
 * @typedef {Record<string, any> & { Id: string, Name: string, WorkerPoolIds: string[], CreatedBy: string, Expires: string }} Token
 */

/** What all workers of a space have in common, in numbers. @param {Worker[]} workers */
export function workerFigures(workers) {
  const { workers: all, waiting, ready, slots, used, failed, warned } = figuresOf(workers)
  if (all === 0) return nothing
  return html`
    <dl class="figures panel">
      <div><dt>Slots in use</dt><dd><b class="number">${used}</b> of ${slots} ${meter(used, slots)}</dd></div>
      <div><dt>Ready</dt><dd><b class="number">${ready}</b> of ${counted(all, 'worker')}</dd></div>
      <div><dt>Need a look</dt><dd class="look">
        ${failed ? html`<tako-state state="failed">${failed} not well</tako-state>` : nothing}
        ${warned ? html`<tako-state state="warnings">${warned} with warnings</tako-state>` : nothing}
        ${waiting ? html`<tako-state state="waiting">${counted(waiting, 'waits', 'wait')}</tako-state>` : nothing}
        ${failed + warned + waiting === 0 ? html`<span>none</span>` : nothing}
      </dd></div>
    </dl>`
}

/**
 * Workers that a person has to decide on; nothing when there are none.
 * @param {Worker[]} workers
 * @param {{ refusal: string, approve: (worker: Worker) => void, refuse: (worker: Worker) => void }} options
 */
export function waitingWorkers(workers, { refusal, approve, refuse }) {
  const waiting = workers.filter(isWaiting)
  if (waiting.length === 0) return nothing
  return html`
    <section class="panel waiting-ones" aria-labelledby="waiting-ones">
      <header class="panel-head"><tako-state state="waiting"><h2 id="waiting-ones">Wait for approval</h2></tako-state><span class="push quiet small">They get no work and no secret.</span></header>
      <table class="table cards">
        <caption class="visually-hidden">Workers that wait for approval</caption>
        <thead><tr><th scope="col">Worker</th><th scope="col">Fingerprint</th><td></td></tr></thead>
        <tbody>${waiting.map(
          (worker) => html`<tr>
            <th scope="row">${worker.Name}<small class="quiet">${systemOf(worker)}</small></th>
            <td data-column="Fingerprint">${fingerprint(worker.Fingerprint ?? '')}</td>
            <td class="acts">
              ${button({ label: 'Approve…', name: `Approve ${worker.Name}`, kind: 'compact', refusal, onclick: () => approve(worker) })}
              ${rowMenu(`More about ${worker.Name}`, [{ name: 'Refuse…', act: () => refuse(worker), refusal, isDanger: true }])}
            </td>
          </tr>`,
        )}</tbody>
      </table>
    </section>`
}

/**
 * Tokens that nobody has used yet; nothing when there are none.
 * @param {Token[]} tokens
 * @param {{ nameOf: (poolId: string) => string, withdraw: (token: Token) => void }} options
 */
export function openTokens(tokens, { nameOf, withdraw }) {
  if (tokens.length === 0) return nothing
  return html`
    <section class="panel tokens" aria-labelledby="tokens">
      <header class="panel-head"><h2 id="tokens">Tokens not used yet</h2></header>
      <table class="table cards">
        <caption class="visually-hidden">Tokens for new workers that nobody has used yet</caption>
        <thead><tr><th scope="col">Note</th><th scope="col">Worker pools</th><th scope="col">Made by</th><th scope="col">Expires</th><td></td></tr></thead>
        <tbody>${tokens.map(
          (token) => html`<tr>
            <th scope="row">${token.Name || html`<span class="quiet">No note</span>`}</th>
            <td data-column="Worker pools">${token.WorkerPoolIds.map(nameOf).join(', ')}</td>
            <td data-column="Made by">${token.CreatedBy}</td>
            <td data-column="Expires"><tako-time .at=${token.Expires}></tako-time></td>
            <td class="acts"><button class="button compact" type="button" aria-label="Withdraw the token ${token.Name}" @click=${() => withdraw(token)}>Withdraw</button></td>
          </tr>`,
        )}</tbody>
      </table>
    </section>`
}
