import { html, nothing } from 'lit'
import { api } from '../api.js'
import { dashboardGrid, groupsOf } from '../components/dashboard-grid.js'
import { firstSteps, stepsOf } from '../components/first-steps.js'
import { icon } from '../components/icons.js'
import { setQuery } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { may } from '../permissions.js'
import { styles } from './dashboard.styles.js'
import { LoadedPage } from './loaded-page.js'

pageStyles('tako-page-dashboard', styles)

/**
 * @typedef {import('../components/dashboard-grid.js').Board} Board
 * @typedef {{ board: Board, steps: import('../components/first-steps.js').Step[] | null }} Data
 */

const KINDS = [
  'Deployment',
  'ServerTask',
  'Project',
  'ProjectGroup',
  'Environment',
  'Release',
  'DeploymentProcess',
]

/**
 * What is where: the projects of the space in its environments; the first steps while nothing was deployed.
 * @extends {LoadedPage<Data>}
 */
class TakoPageDashboard extends LoadedPage {
  static properties = { folded: { state: true } }

  /** @type {ReturnType<typeof setInterval> | undefined} */
  #clock

  constructor() {
    super()
    /** The groups that are folded. @type {Set<string>} */
    this.folded = new Set()
  }

  connectedCallback() {
    super.connectedCallback()
    // The ages in the cells go on.
    this.#clock = setInterval(() => this.requestUpdate(), 30_000)
  }

  disconnectedCallback() {
    clearInterval(this.#clock)
    super.disconnectedCallback()
  }

  keys() {
    return []
  }

  /** @param {import('../live.js').Change} change */
  isTouched({ Kind }) {
    return KINDS.includes(Kind)
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const [board, remote] = await Promise.all([
      api.space(this.space).get('/dashboard/dynamic?includePrevious=true', signal),
      api.space(this.space).get('/dashboard/remote', signal),
    ])
    board.remote = remote
    return { board, steps: board.Items.length > 0 ? null : await this.#steps(board, signal) }
  }

  /**
   * @param {Board} board
   * @param {AbortSignal} signal
   */
  async #steps({ Environments, Projects }, signal) {
    const inSpace = api.space(this.space)
    const [releases, processes] = await Promise.all([
      Projects.length ? inSpace.get('/releases?take=1', signal) : { Items: [] },
      Projects.length ? inSpace.get('/deploymentprocesses?take=100', signal) : { Items: [] },
    ])
    /** @type {{ Version: string, ProjectId: string } | undefined} */
    const release = releases.Items[0]
    const process = processes.Items.find(
      (/** @type {{ Steps: object[] }} */ { Steps }) => Steps.length > 0,
    )
    const projectId = release?.ProjectId ?? process?.ProjectId
    const project = Projects.find(({ Id }) => Id === projectId) ?? Projects[0]
    return stepsOf(`/${this.space.Slug}`, {
      environments: Environments.length,
      project: project?.Slug,
      hasProcess: Boolean(process),
      release: release?.Version,
      isDeployed: false,
    })
  }

  /** @param {Data} data */
  content({ board, steps }) {
    return html`
      <div class="page dashboard">
        <header class="page-head"><h1>Dashboard</h1>${board.Projects.length > 0 && !steps ? this.#filters(board) : nothing}</header>
        ${this.problem()}
        ${this.space.TaskQueueStopped ? html`<p class="note waiting problem">${icon('warning')}<span>The queue of this space is stopped: no task starts until it goes on. <a href="/configuration/spaces/${this.space.Id}">Settings of the space</a></span></p>` : nothing}
        ${steps ? firstSteps(steps) : this.#grid(board)}
      </div>`
  }

  /** @param {Board} board */
  #filters({ ProjectGroups }) {
    const group = this.query.get('group') ?? ''
    const isAttention = this.query.has('attention')
    return html`
      <div class="row wrap filters">
        <label class="search"><span class="visually-hidden">Filter projects</span>${icon('search')}<input class="input" type="search" placeholder="Filter projects" .value=${this.query.get('find') ?? ''}
          @input=${(/** @type {Event & { target: HTMLInputElement }} */ event) => setQuery({ find: event.target.value })}></label>
        <select class="input" aria-label="Group" @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => setQuery({ group: event.target.value })}>
          <option value="">All groups</option>${ProjectGroups.map(({ Id, Name }) => html`<option value=${Id} ?selected=${Id === group}>${Name}</option>`)}
        </select>
        <button class="button" type="button" aria-pressed=${isAttention} @click=${() => setQuery({ attention: isAttention ? '' : '1' })}>${icon('filter')}Only what needs attention</button>
      </div>`
  }

  /** @param {Board} board */
  #grid(board) {
    const filter = {
      text: this.query.get('find') ?? '',
      group: this.query.get('group') ?? '',
      isAttention: this.query.has('attention'),
      folded: this.folded,
    }
    if (groupsOf(board, filter).length === 0) {
      const isAllWell = filter.isAttention && !filter.text && !filter.group
      return html`<p>${isAllWell ? 'Nothing needs attention.' : 'No project fits.'} <button class="button compact" type="button" @click=${() => setQuery({ find: '', group: '', attention: '' })}>Clear filter</button></p>`
    }
    return dashboardGrid(board, {
      filter,
      base: `/${this.space.Slug}`,
      mayFollow: may(this.me, this.space, 'PromotionView'),
      onfold: (id) => {
        const folded = new Set(this.folded)
        if (!folded.delete(id)) folded.add(id)
        this.folded = folded
      },
    })
  }
}

customElements.define('tako-page-dashboard', TakoPageDashboard)
