import { html, nothing } from 'lit'
import { api } from '../api.js'
import '../components/tako-state.js'
import '../components/tako-time.js'
import { wordOfTask } from '../components/states.js'
import { stateOf } from '../format.js'
import { LoadedPage } from './loaded-page.js'

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ pools: Resource[], workers: Resource[], check: Resource | undefined }} Data
 */

/**
 * The pools of a space with their workers. The built-in worker is a part of the server, and in the default pool.
 * @extends {LoadedPage<Data>}
 */
class TakoPageWorkers extends LoadedPage {
  /** @param {import('../live.js').Change} change */
  isTouched({ Kind }) {
    return Kind === 'WorkerPool' || Kind === 'Worker'
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const inSpace = api.space(this.space)
    const [pools, workers, checks] = await Promise.all([
      inSpace.get('/workerpools/all', signal),
      inSpace.get('/workers/all', signal),
      api.get('/tasks?name=Health&take=1', signal),
    ])
    return { pools, workers, check: checks.Items[0] }
  }

  /** @param {Data} data */
  content({ pools, workers, check }) {
    return html`
      <div class="page workers">
        <header class="page-head"><div><h1>Workers and pools</h1><p>Steps run on a worker of their pool: each in a folder and a process group of its own.</p></div></header>
        ${this.problem()}
        ${pools.map((pool) => {
          const own = workers.filter((worker) => worker.WorkerPoolIds?.includes(pool.Id))
          return html`
            <section class="panel" style="margin-bottom:var(--space-4)" aria-labelledby=${pool.Id}>
              <header class="panel-head"><h2 id=${pool.Id}>${pool.Name}</h2>${pool.IsDefault ? html`<span class="chip accent">Default</span>` : nothing}<span class="quiet small">${pool.Description}</span></header>
              ${pool.IsDefault || own.length ? this.#table(pool, own, check) : html`<p class="panel-body"><b>No worker here yet.</b> Steps that ask for ${pool.Name} fail until there is one.</p>`}
            </section>`
        })}
      </div>`
  }

  /**
   * @param {Resource} pool
   * @param {Resource[]} workers
   * @param {Resource | undefined} check
   */
  #table(pool, workers, check) {
    return html`
      <table class="table cards">
        <caption class="visually-hidden">Workers of ${pool.Name}</caption>
        <thead><tr><th scope="col">Worker</th><th scope="col">Health</th><th scope="col">Last check</th></tr></thead>
        <tbody>
          ${pool.IsDefault ? builtIn(check) : nothing}
          ${workers.map(({ Name, HealthStatus }) => html`<tr><th scope="row">${Name}</th><td data-column="Health">${HealthStatus}</td><td data-column="Last check"></td></tr>`)}
        </tbody>
      </table>`
  }
}

/** @param {Resource | undefined} check the last check of it that one may see */
function builtIn(check) {
  const task = /** @type {any} */ (check)
  return html`
    <tr>
      <th scope="row">Built-in worker <span class="quiet">a process of this server</span></th>
      <td data-column="Health">${check ? html`<tako-state state=${stateOf(task)}>${check.State === 'Success' ? 'Healthy' : wordOfTask(task)}</tako-state>` : html`<span class="quiet">not known to you</span>`}</td>
      <td data-column="Last check">${check ? html`<tako-time .at=${check.CompletedTime ?? check.QueueTime} suffix="ago"></tako-time>, <a href="/configuration/tasks/${check.Id}">which shells it has</a>` : nothing}</td>
    </tr>`
}

customElements.define('tako-page-workers', TakoPageWorkers)
