import { html, LitElement, nothing } from 'lit'
import { rowMenu } from './row-menu.js'
import './tako-state.js'
import './tako-time.js'
import { counted } from '../format.js'
import { lookOf, readinessOf, slotsOf, systemOf, tasksOf } from './worker-look.js'

/**
 * @typedef {import('./worker-look.js').Worker} Worker
 * @typedef {{ Id: string, Name: string, Description?: string, IsDefault: boolean }} Pool
 * @typedef {{ name: string, act: () => void, refusal?: string, isDanger?: boolean } | null} Item of a menu
 */

/** A worker pool with its workers: how each is, how much it has to do, and what runs there now. */
export class TakoPool extends LitElement {
  static properties = {
    pool: { attribute: false },
    workers: { attribute: false },
    taskNames: { attribute: false },
    base: {},
    version: {},
    menu: { attribute: false },
    workerMenu: { attribute: false },
    empty: { attribute: false },
  }

  constructor() {
    super()
    /** @type {Pool} */
    this.pool = { Id: '', Name: '', IsDefault: false }
    /** @type {Worker[]} */
    this.workers = []
    /** What tasks are called, by their ids. @type {Map<string, string>} */
    this.taskNames = new Map()
    /** The address of the space. */
    this.base = ''
    /** The server's version: a worker with another is marked. */
    this.version = ''
    /** What may be done with the pool. @type {Item[]} */
    this.menu = []
    /** What may be done with a worker. @type {(worker: Worker) => Item[]} */
    this.workerMenu = () => []
    /** What to do when nobody is here. @type {unknown} */
    this.empty = nothing
  }

  createRenderRoot() {
    return this
  }

  render() {
    const { pool, workers } = this
    return html`
      <section class="panel pool" aria-labelledby=${pool.Id}>
        <header class="panel-head">
          <h2 id=${pool.Id}>${pool.Name}</h2>
          ${pool.IsDefault ? html`<span class="chip accent">Default</span>` : nothing}
          <span class="quiet small about">${pool.Description}</span>
          <span class="push quiet small">${workers.length > 0 ? readinessOf(workers, pool.IsDefault) : nothing}</span>
          ${rowMenu(`More about ${pool.Name}`, this.menu)}
        </header>
        ${workers.length > 0 ? this.#table() : this.#empty()}
      </section>`
  }

  #empty() {
    const { IsDefault, Name } = this.pool
    return html`
      <div class="panel-body nobody">
        <p><b>No worker here yet.</b> ${IsDefault ? 'Until there is one, the built-in worker of the server runs the steps.' : `Steps that ask for ${Name} wait for one, then fail.`}</p>
        ${this.empty}
      </div>`
  }

  #table() {
    return html`
      <table class="table cards">
        <caption class="visually-hidden">Workers of ${this.pool.Name}</caption>
        <thead><tr><th scope="col">Worker</th><th scope="col">Health</th><th scope="col">Slots</th><th scope="col">Runs now</th><th scope="col">System</th><th scope="col">Version</th><th scope="col" class="right">Last seen</th><td></td></tr></thead>
        <tbody>${this.workers.map((worker) => this.#row(worker))}</tbody>
      </table>`
  }

  #row(/** @type {Worker} */ worker) {
    const { state, word } = lookOf(worker)
    const { Id, Name, StatusSummary, Version, LastSeen, IsDisabled } = worker
    const isOther = Boolean(Version && this.version && Version !== this.version)
    return html`
      <tr class=${IsDisabled ? 'off' : ''}>
        <th scope="row"><a href="${this.base}/infrastructure/workers/${Id}">${Name}</a></th>
        <td data-column="Health"><tako-state state=${state}>${word}</tako-state>${['failed', 'warnings'].includes(state) && StatusSummary ? html`<small class="why">${StatusSummary}</small>` : nothing}</td>
        <td data-column="Slots">${slotsOf(worker)}</td>
        <td data-column="Runs now" class="runs">${this.#runs(worker)}</td>
        <td data-column="System" class="quiet">${systemOf(worker)}</td>
        <td data-column="Version" class="number">${Version}${isOther ? html`<small>the server has ${this.version}</small>` : nothing}</td>
        <td data-column="Last seen" class="right number quiet">${LastSeen ? html`<tako-time .at=${LastSeen}></tako-time>` : 'never'}</td>
        <td class="acts">${rowMenu(`More about ${Name}`, this.workerMenu(worker))}</td>
      </tr>`
  }

  #runs(/** @type {Worker} */ worker) {
    const ids = tasksOf(worker)
    if (ids.length === 0) return html`<span class="quiet">Nothing</span>`
    const shown = ids.slice(0, 3)
    const rest = ids.length - shown.length
    return html`${shown.map((id) => {
      const name = this.taskNames.get(id) ?? id
      return html`<a class="plain" title=${name} href="${this.base}/tasks/${id}">${name}</a>`
    })}${rest > 0 ? html`<a href="${this.base}/infrastructure/workers/${worker.Id}">and ${counted(rest, 'more task')}</a>` : nothing}`
  }
}

customElements.define('tako-pool', TakoPool)
