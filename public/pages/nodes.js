import { html, nothing } from 'lit'
import { api } from '../api.js'
import { rowMenu } from '../components/row-menu.js'
import { ask } from '../components/tako-ask.js'
import '../components/tako-state.js'
import '../components/tako-time.js'
import { meter } from '../components/worker-look.js'
import { pageStyles } from '../page-styles.js'
import { refusal } from '../permissions.js'
import { attempt } from './editing.js'
import { LoadedPage } from './loaded-page.js'
import { styles } from './nodes.styles.js'

pageStyles('tako-page-nodes', styles)

/** @typedef {import('../api.js').Resource} Resource */

/**
 * The processes that serve this Tako, and how many tasks each executes at once.
 * @extends {LoadedPage<Resource[]>}
 */
class TakoPageNodes extends LoadedPage {
  static properties = { isBusy: { state: true }, fault: { state: true } }

  refreshMs = 5000

  constructor() {
    super()
    this.isBusy = false
    /** @type {import('../api.js').ApiError | undefined} */
    this.fault = undefined
  }

  /** @param {AbortSignal} signal @returns {Promise<Resource[]>} */
  async load(signal) {
    return (await api.get('/octopusservernodes?take=1000', signal)).Items
  }

  /** @param {Resource[]} nodes */
  content(nodes) {
    const isStopped = nodes.some(isOn) && nodes.filter(isOn).every(isDraining)
    return html`
      <div class="page nodes">
        <header class="page-head"><div><h1>Nodes</h1><p>The processes of this server. Each executes at most so many tasks at once; more wait.</p></div></header>
        ${this.problem()}
        ${this.fault ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
        ${isStopped ? html`<p class="note waiting problem">Every node is draining: what is queued waits until one takes tasks again.</p>` : nothing}
        <div class="panel"><table class="table cards">
          <caption class="visually-hidden">Server nodes</caption>
          <thead><tr><th scope="col">Name</th><th scope="col">State</th><th scope="col">Tasks now</th><th scope="col">At most</th><th scope="col" class="right">Last seen</th><td></td></tr></thead>
          <tbody>${nodes.map((node) => this.#row(node))}</tbody></table>
          ${nodes.length === 0 ? html`<p class="panel-body quiet">No node has reported yet.</p>` : nothing}
        </div>
      </div>`
  }

  /** @param {Resource} node */
  #row(node) {
    const why = refusal(this.me, undefined, 'ConfigureServer')
    const { Name, MaxConcurrentTasks, RunningTaskCount } = node
    const { state, word } = lookOf(node)
    return html`<tr>
      <th scope="row">${Name}</th>
      <td data-column="State"><tako-state state=${state}>${word}</tako-state></td>
      <td data-column="Tasks now" class="load"><span class="number">${RunningTaskCount}</span>${meter(RunningTaskCount, MaxConcurrentTasks)}</td>
      <td data-column="At most"><input class="input" type="number" min="1" max="200" aria-label="Tasks at once on ${Name}" title=${why || nothing} ?disabled=${Boolean(why)} .value=${String(MaxConcurrentTasks)} @change=${(/** @type {Event & { target: HTMLInputElement }} */ event) => void this.#setCap(node, event.target)}></td>
      <td data-column="Last seen" class="right"><tako-time .at=${node.LastSeen}></tako-time></td>
      <td class="acts">${rowMenu(`More about ${Name}`, [
        {
          name: isDraining(node) ? 'Stop draining' : 'Drain',
          act: () => void this.#change(node, { IsInMaintenanceMode: !isDraining(node) }),
          refusal: why,
        },
        {
          name: 'Remove…',
          act: () => void this.#remove(node),
          refusal: why || (isOn(node) ? 'Only one that is not seen can be removed.' : ''),
          isDanger: true,
        },
      ])}</td>
    </tr>`
  }

  /** @param {Resource} node @param {HTMLInputElement} input */
  async #setCap(node, input) {
    if (!input.reportValidity()) return
    await this.#change(node, { MaxConcurrentTasks: Number(input.value) })
  }

  /**
   * @param {Resource} node
   * @param {Partial<Resource>} changes
   */
  async #change(node, changes) {
    await attempt(this, () => api.put(`/octopusservernodes/${node.Id}`, { ...node, ...changes }))
    await this.reload()
  }

  /** @param {Resource} node */
  async #remove({ Id, Name }) {
    const isSure = await ask({
      title: `Remove ${Name}?`,
      text: html`<p>It leaves this list. The tasks that it had are with other nodes, or are taken by them. If it starts again, it is back.</p>`,
      verb: `Remove ${Name}`,
      isDanger: true,
    })
    if (!isSure) return
    await attempt(this, () => api.delete(`/octopusservernodes/${Id}`))
    await this.reload()
  }
}

const isOn = (/** @type {Resource} */ { IsOffline }) => !IsOffline
const isDraining = (/** @type {Resource} */ { IsInMaintenanceMode }) => Boolean(IsInMaintenanceMode)

/** @param {Resource} node @returns {import('../components/worker-look.js').Look} */
function lookOf(node) {
  const { RunningTaskCount: running } = node
  if (!isOn(node)) return { state: 'failed', word: 'Not seen' }
  if (!isDraining(node)) return { state: 'success', word: 'Healthy' }
  return running > 0
    ? { state: 'executing', word: `Draining, ${running} left` }
    : { state: 'cancelled', word: 'Drained' }
}

customElements.define('tako-page-nodes', TakoPageNodes)
