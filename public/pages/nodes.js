import { html, nothing } from 'lit'
import { api } from '../api.js'
import { icon } from '../components/icons.js'
import '../components/tako-state.js'
import '../components/tako-time.js'
import { refusal } from '../permissions.js'
import { attempt } from './editing.js'
import { LoadedPage } from './loaded-page.js'

/** @typedef {import('../api.js').Resource} Resource */

/**
 * The processes that serve this Tako, and how many tasks each executes at once.
 * @extends {LoadedPage<Resource[]>}
 */
class TakoPageNodes extends LoadedPage {
  static properties = { isBusy: { state: true }, fault: { state: true } }

  /** @type {ReturnType<typeof setInterval> | undefined} */
  #clock

  constructor() {
    super()
    this.isBusy = false
    /** @type {import('../api.js').ApiError | undefined} */
    this.fault = undefined
  }

  connectedCallback() {
    super.connectedCallback()
    this.#clock = setInterval(() => void this.reload(), 10_000)
  }

  disconnectedCallback() {
    clearInterval(this.#clock)
    super.disconnectedCallback()
  }

  /** @param {AbortSignal} signal @returns {Promise<Resource[]>} */
  async load(signal) {
    return (await api.get('/octopusservernodes?take=1000', signal)).Items
  }

  /** @param {Resource[]} nodes */
  content(nodes) {
    const why = refusal(this.me, undefined, 'ConfigureServer')
    return html`
      <div class="page nodes">
        <header class="page-head"><div><h1>Nodes</h1><p>The processes of this server. Each executes at most so many tasks at once; more wait.</p></div></header>
        ${this.problem()}
        ${this.fault ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
        <div class="panel"><table class="table cards">
          <caption class="visually-hidden">Server nodes</caption>
          <thead><tr><th scope="col">Name</th><th scope="col">State</th><th scope="col">Tasks now</th><th scope="col">At most</th><th scope="col">New tasks</th><th scope="col" class="right">Last seen</th></tr></thead>
          <tbody>${nodes.map(
            (node) => html`<tr>
              <th scope="row">${node.Name}</th>
              <td data-column="State"><tako-state state=${node.IsOffline ? 'failed' : 'success'}>${node.IsOffline ? 'Not seen' : 'Healthy'}</tako-state></td>
              <td data-column="Tasks now" class="number">${node.RunningTaskCount}</td>
              <td data-column="At most"><input class="input" style="width:80px" type="number" min="1" max="200" aria-label="Tasks at once on ${node.Name}" ?disabled=${Boolean(why)} .value=${String(node.MaxConcurrentTasks)} @change=${(/** @type {Event & { target: HTMLInputElement }} */ event) => void this.#change(node, { MaxConcurrentTasks: Number(event.target.value) })}></td>
              <td data-column="New tasks">${
                why
                  ? node.IsInMaintenanceMode
                    ? 'refused'
                    : 'taken'
                  : html`<button class="button compact" type="button" aria-pressed=${node.IsInMaintenanceMode} @click=${() => void this.#change(node, { IsInMaintenanceMode: !node.IsInMaintenanceMode })}>${node.IsInMaintenanceMode ? html`${icon('stop')}Takes none` : 'Takes them'}</button>`
              }</td>
              <td data-column="Last seen" class="right"><tako-time .at=${node.LastSeen}></tako-time></td>
            </tr>`,
          )}</tbody></table>
          ${nodes.length === 0 ? html`<p class="panel-body quiet">No node has reported yet.</p>` : nothing}
        </div>
      </div>`
  }

  /**
   * @param {Resource} node
   * @param {Partial<Resource>} changes
   */
  async #change(node, changes) {
    await attempt(this, () => api.put(`/octopusservernodes/${node.Id}`, { ...node, ...changes }))
    await this.reload()
  }
}

customElements.define('tako-page-nodes', TakoPageNodes)
