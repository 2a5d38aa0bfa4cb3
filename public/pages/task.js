import { html, nothing } from 'lit'
import { ApiError, api, stream } from '../api.js'
import { button } from '../components/form.js'
import { icon } from '../components/icons.js'
import { titleOf } from '../components/log-sections.js'
import { newsPanel } from '../components/remote-look.js'
import { BUILT_IN, durationText, isOver, wordOfTask } from '../components/states.js'
import '../components/tako-artifacts.js'
import { ask } from '../components/tako-ask.js'
import '../components/tako-log.js'
import '../components/tako-state.js'
import { colourOf } from '../components/tako-state.js'
import '../components/tako-step-list.js'
import '../components/tako-time.js'
import { stateOf } from '../format.js'
import { navigate, setQuery } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { may, refusal } from '../permissions.js'
import { LoadedPage } from './loaded-page.js'
import { styles } from './task.styles.js'

pageStyles('tako-page-task', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {import('../components/log-sections.js').Activity} Activity
 * @typedef {Resource & { State: string }} ServerTask
 * @typedef {{ Task: ServerTask, ActivityLogs: Activity[], WaitsFor?: { Kind: string, Text: string } | null,
 *   Progress: { ProgressPercentage: number, EstimatedTimeRemaining?: string },
 *   Facts?: { DeployedBy?: string, Workers?: string[] } }} Details
 * @typedef {{ deployment: Resource, release: Resource, project: Resource, environment: Resource,
 *   next: Resource[] }} Deployed what a deployment's task is about, and where its release may go next
 * @typedef {Details & { deployed: Deployed | null, artifacts: import('../api.js').Page }} Shown
 */

/**
 * A task: its state, its steps, and its log as it is written.
 * @extends {LoadedPage<Shown>}
 */
class TakoPageTask extends LoadedPage {
  static properties = { fault: { state: true } }

  constructor() {
    super()
    /** @type {unknown} what the last button could not do */
    this.fault = undefined
    /** @type {(() => void) | undefined} */
    this.closeStream = undefined
    this.streamed = ''
    this.isOfServer = false
    /** @type {import('../components/log-book.js').LogSource | null} */
    this.source = null
    /** @type {{ from: number, to: number } | null} the lines that the address names */
    this.linked = null
  }

  connectedCallback() {
    super.connectedCallback()
    this.clock = setInterval(() => {
      if (this.data && !isOver(this.data.Task)) this.requestUpdate()
    }, 1000)
    addEventListener('hashchange', this.#hash)
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    clearInterval(this.clock)
    removeEventListener('hashchange', this.#hash)
    this.#stop()
  }

  get #path() {
    return `/tasks/${this.params.id}`
  }

  get #log() {
    return /** @type {import('../components/tako-log.js').TakoLog | null} */ (
      this.querySelector('tako-log')
    )
  }

  get #api() {
    return this.isOfServer ? api : api.space(this.space)
  }

  /** The address of the task in the API. */
  get #address() {
    return this.isOfServer ? this.#path : `/${this.space.Id}${this.#path}`
  }

  /** @param {AbortSignal} signal @returns {Promise<Details>} */
  async #details(signal) {
    const path = `${this.#path}/details?tail=0`
    this.isOfServer = false
    try {
      return await this.#api.get(path, signal)
    } catch (error) {
      // Of no space are the tasks of the server itself, such as the check of its worker.
      if (!(error instanceof ApiError) || error.status !== 404) throw error
      const details = await api.get(path, signal)
      if (details.Task.SpaceId) throw error
      this.isOfServer = true
      return details
    }
  }

  keys() {
    return [this.params.id]
  }

  async load(/** @type {AbortSignal} */ signal) {
    const details = await this.#details(signal)
    const [deployed, artifacts] = await Promise.all([
      this.#deployed(details.Task, signal),
      this.#artifacts(signal),
    ])
    return { ...details, deployed, artifacts }
  }

  loaded(/** @type {Shown} */ { Task, ActivityLogs }) {
    const id = Task.Id
    if (!this.source || this.streamed !== id) this.source = this.#sourceOf()
    if (isOver(Task)) this.#stop()
    else if (this.streamed !== id) this.#listen(linesOf(ActivityLogs))
    this.streamed = id
  }

  heading(/** @type {Shown} */ { Task, deployed }) {
    const sign = { Success: '✓', Failed: '✗', TimedOut: '✗', Executing: '…' }[Task.State] ?? ''
    const what = deployed
      ? `${deployed.release.Version} to ${deployed.environment.Name}`
      : Task.Description
    return `${sign} ${what}`.trim()
  }

  isTouched(/** @type {import('../live.js').Change} */ change) {
    if (change.Kind === 'Artifact') return !change.TaskId || change.TaskId === this.params.id
    if (change.Kind === 'ServerTask') return change.Id === this.params.id
    return change.Kind === 'Deployment' && change.TaskId === this.params.id
  }

  content(/** @type {Shown} */ shown) {
    const { Task, ActivityLogs, WaitsFor } = shown
    const steps = stepsOf(ActivityLogs)
    const chosen = this.query.get('step') ?? ''
    const now = isOver(Task) ? 0 : Date.now()
    return html`
      <div class="page task">
        ${this.#head(shown)}
        ${this.problem()}
        ${this.fault ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
        ${this.#summary(shown)}
        ${WaitsFor && !isOver(Task) ? html`<p class="note waits" role="status">${icon(isFar(Task) ? 'chain' : 'clock')}<span>${WaitsFor.Text}</span></p>` : nothing}
        ${isFar(Task) ? newsPanel(Task, shown.deployed?.deployment.RemoteNews) : nothing}
        ${Task.State === 'Failed' && Task.ErrorMessage ? html`<p class="note failed">${icon('failed')}<span>${Task.ErrorMessage}</span></p>` : nothing}
        ${shown.artifacts.Items.length > 0 ? html`<tako-artifacts .artifacts=${shown.artifacts.Items} .total=${shown.artifacts.TotalResults} .hrefOf=${(/** @type {string} */ id) => this.#api.hrefOf(`/artifacts/${id}/content`)}></tako-artifacts>` : nothing}
        <div class="split ${steps.length > 0 ? '' : 'alone'}">
          ${
            steps.length > 0
              ? html`<tako-step-list .steps=${steps} chosen=${chosen} .now=${now}
                  @step-chosen=${(/** @type {CustomEvent<string>} */ event) => setQuery({ step: event.detail })}></tako-step-list>`
              : nothing
          }
          <tako-log .source=${this.source} .now=${now} .activities=${ActivityLogs} .only=${chosen ? within(ActivityLogs, chosen) : null}
            .level=${this.query.get('level') ?? 'all'} .term=${this.query.get('find') ?? ''} .target=${this.#target()}
            .rawHref=${`/api${this.#address}/raw`} .isRunning=${!isOver(Task)} .says=${sayingOf(shown, steps)}
            @level-changed=${(/** @type {CustomEvent<string>} */ event) => setQuery({ level: event.detail === 'all' ? '' : event.detail })}
            @find-changed=${(/** @type {CustomEvent<string>} */ event) => setQuery({ find: event.detail })}
            @lines-chosen=${(/** @type {CustomEvent<{ from: number, to: number }>} */ event) => this.#link(event.detail)}></tako-log>
        </div>
      </div>`
  }

  #head(/** @type {Shown} */ { Task, deployed }) {
    const base = `/${this.space.Slug}`
    return html`
      <header class="page-head">
        <div>
          <nav class="crumbs" aria-label="Where you are">
            ${
              deployed
                ? html`<a href="${base}/projects">Projects</a><span>/</span><a href="${base}/projects/${deployed.project.Slug}">${deployed.project.Name}</a><span>/</span><a href="${base}/projects/${deployed.project.Slug}/releases/${encodeURIComponent(deployed.release.Version)}">${deployed.release.Version}</a>`
                : html`<a href="${base}/tasks">Tasks</a>`
            }
          </nav>
          <h1>${deployed ? `${isFar(Task) ? 'Promote' : 'Deploy'} ${deployed.release.Version} to ${deployed.environment.Name}` : Task.Description}</h1>
        </div>
        <div class="row wrap">${isFar(Task) && deployed && may(this.me, this.space, 'PromotionView') ? html`<a class="button bare" href="${base}/promotions/line/${deployed.release.Id}">${icon('promotions')}Its promotion</a>` : nothing}${this.#actions(Task, deployed)}</div>
      </header>`
  }

  #actions(/** @type {ServerTask} */ task, /** @type {Deployed | null} */ deployed) {
    if (!isOver(task)) {
      const why =
        task.State === 'Cancelling'
          ? 'It is being cancelled.'
          : refusal(this.me, this.space, 'TaskCancel')
      return button({
        label: 'Cancel…',
        kind: 'danger',
        refusal: why,
        onclick: () => this.#cancel(task),
      })
    }
    const permission = deployed ? 'DeploymentCreate' : 'TaskCreate'
    const why = refusal(this.me, this.space, permission)
    const next = task.State === 'Success' && !why ? (deployed?.next ?? []) : []
    return html`
      ${task.CanRerun ? button({ label: html`${icon('again')}Run again`, refusal: why, onclick: () => this.#rerun() }) : nothing}
      ${next.map((environment, at) => {
        const label = environment.Remote
          ? html`${icon('chain')}Promote to ${environment.Name}`
          : html`${icon('play')}Deploy to ${environment.Name}`
        return html`<a class="button ${at === 0 ? 'primary' : ''}" href=${`/${this.space.Slug}/projects/${deployed?.project.Slug}/releases/${encodeURIComponent(deployed?.release.Version ?? '')}/deploy?env=${environment.Slug ?? environment.Id}`}>${label}</a>`
      })}`
  }

  #summary(/** @type {Shown} */ shown) {
    const { Task, Progress } = shown
    const state = stateOf(Task)
    const done = Math.min(100, Progress?.ProgressPercentage ?? 0)
    return html`
      <section class="panel summary ${state}" aria-label="State">
        <div>
          <tako-state state=${state}><strong style="color:${colourOf(state)}">${Task.State === 'Success' && Task.HasWarningsOrErrors ? 'Success, with warnings' : wordOfTask(Task)}</strong></tako-state>
          <span class="number">${durationText(Task.StartTime, Task.CompletedTime)}</span>
        </div>
        <dl>${factsOf(shown, this.#workers).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
        ${
          Task.State === 'Executing' && !isFar(Task)
            ? html`<div class="progress" role="progressbar" aria-label="Steps done" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${done} style="--done:${done}%"><i></i></div>`
            : nothing
        }
      </section>`
  }

  /** @returns {import('../components/log-book.js').LogSource} */
  #sourceOf() {
    const calls = this.#api
    const path = this.#path
    return {
      page: (range) => calls.get(`${path}/log?${queryOf(range)}`),
      search: (query) => calls.get(`${path}/log/search?${queryOf(query)}`),
    }
  }

  #listen(/** @type {number} */ lines) {
    this.#stop()
    const path = `${this.#address}/log/stream`
    this.closeStream = stream((lastId) => `${path}?from=${Number(lastId || lines) + 1}`, {
      lines: ({ Items }) => this.#log?.addLines(Items),
      activities: (news) => {
        if (this.data) this.data = { ...this.data, ...news }
        this.requestUpdate()
      },
      end: () => {
        this.#stop()
        void this.reload()
      },
    })
  }

  #stop() {
    this.closeStream?.()
    this.closeStream = undefined
  }

  async #cancel(/** @type {ServerTask} */ task) {
    const isSure = await ask({
      title: 'Cancel this task?',
      text: html`<p>${task.Description}</p><p>${isFar(task) ? `The promotion is withdrawn, unless ${task.Arguments.RemoteSpace} has accepted it already: then it is only not waited for any more.` : 'Running scripts are ended. What they have changed stays changed.'}</p>`,
      verb: 'Cancel the task',
      stay: 'Keep it running',
      isDanger: true,
    })
    if (isSure) await this.#do(() => this.#api.post(`${this.#path}/cancel`))
  }

  async #rerun() {
    await this.#do(async () => {
      const task = await this.#api.post(`${this.#path}/rerun`)
      await navigate(`/${this.space.Slug}/tasks/${task.Id}`)
    })
  }

  async #do(/** @type {() => Promise<unknown>} */ act) {
    this.fault = undefined
    try {
      await act()
      await this.reload()
    } catch (error) {
      this.fault = error
    }
  }

  /** @returns {{ from: number, to: number } | null} */
  #target() {
    const match = /^#L(\d+)(?:-L?(\d+))?$/.exec(location.hash)
    if (!match) return null
    const from = Number(match[1])
    // The log is told anew only when the lines are others.
    if (this.linked?.from === from && this.linked.to === Number(match[2] ?? from))
      return this.linked
    this.linked = { from, to: Number(match[2] ?? from) }
    return this.linked
  }

  #link(/** @type {{ from: number, to: number }} */ lines) {
    this.linked = lines
    const hash = lines.from === lines.to ? `#L${lines.from}` : `#L${lines.from}-L${lines.to}`
    history.replaceState(null, '', location.pathname + location.search + hash)
  }

  #hash = () => this.requestUpdate()

  /** Where the workers of the space have their pages; '' when one may not view them. */
  get #workers() {
    const isThere = !this.isOfServer && may(this.me, this.space, 'WorkerView')
    return isThere ? `/${this.space.Slug}/infrastructure/workers` : ''
  }

  /** The files that its scripts have left. @param {AbortSignal} signal @returns {Promise<import('../api.js').Page>} */
  async #artifacts(signal) {
    const none = { Items: [], TotalResults: 0, ItemsPerPage: 0 }
    if (this.isOfServer || !may(this.me, this.space, 'ArtifactView')) return none
    return this.#api.get(`/artifacts?regarding=${this.params.id}&take=100&order=asc`, signal)
  }

  /** @param {ServerTask} task @param {AbortSignal} signal @returns {Promise<Deployed | null>} */
  async #deployed(task, signal) {
    const id = task.Arguments?.DeploymentId
    if (!id) return null
    const known = this.data?.deployed
    const calls = this.#api
    // What another space tells comes while the task waits, and after it.
    if (known && known.deployment.Id === id && !isOver(task) && !isFar(task)) return known
    try {
      const deployment = await calls.get(`/deployments/${id}`, signal)
      const [release, project, environment, progression] = await Promise.all([
        calls.get(`/releases/${deployment.ReleaseId}`, signal),
        calls.get(`/projects/${deployment.ProjectId}`, signal),
        calls.get(`/environments/${deployment.EnvironmentId}`, signal),
        isOver(task) ? calls.get(`/releases/${deployment.ReleaseId}/progression`, signal) : null,
      ])
      const ids = (progression?.NextDeployments ?? []).filter(
        (/** @type {string} */ one) => one !== environment.Id,
      )
      const next =
        ids.length > 0 ? (await calls.get(`/environments?ids=${ids.join(',')}`, signal)).Items : []
      return { deployment, release, project, environment, next }
    } catch (error) {
      // Of a task one may see more than of what it deploys; then its own description has to do.
      if (/** @type {import('../api.js').ApiError} */ (error).status === 404) return null
      throw error
    }
  }
}

/** Whether a task hands a release over to another space. @param {ServerTask} task */
const isFar = ({ Name }) => Name === 'Promote'

/** The steps: what is below the task itself. @param {Activity[]} activities */
const stepsOf = (activities) =>
  activities.length === 1 && activities[0] ? activities[0].Children : activities

/** How many lines there are, so far. @param {Activity[]} activities @returns {number} */
const linesOf = (activities) =>
  activities.reduce((sum, { LineCount, Children }) => sum + (LineCount ?? 0) + linesOf(Children), 0)

/** An activity's id and those below it. @param {Activity[]} activities @param {string} id @returns {string[]} */
function within(activities, id) {
  for (const activity of activities) {
    if (activity.Id === id) return idsOf(activity)
    const found = within(activity.Children, id)
    if (found.length > 0) return found
  }
  return []
}

/** @param {Activity} activity @returns {string[]} */
const idsOf = (activity) => [activity.Id, ...activity.Children.flatMap(idsOf)]

/** @param {Shown} shown @param {string} workers where they have their pages @returns {[string, unknown][]} */
function factsOf({ Task, ActivityLogs, Facts, deployed }, workers) {
  const steps = stepsOf(ActivityLogs)
  const isAhead = (/** @type {Activity} */ { Status }) =>
    Status === 'Pending' || Status === 'Running'
  const here = steps.findIndex(isAhead) + 1 || steps.length
  const isRunning = Task.State === 'Executing'
  const by = Facts?.DeployedBy ?? deployed?.deployment.DeployedBy
  /** @type {[string, unknown][]} */
  const facts = []
  if (steps.length > 0 && isRunning) facts.push(['Step', `${here} of ${steps.length}`])
  if (by) facts.push(['Started by', by])
  facts.push(['Queued', html`<tako-time .at=${Task.QueueTime} suffix="ago"></tako-time>`])
  const ran = workersOf(ActivityLogs)
  if (ran.size > 0) facts.push([ran.size > 1 ? 'Workers' : 'Worker', workerLinks(ran, workers)])
  return facts
}

/** The workers that have run its steps: their names, by their ids. @param {Activity[]} activities @returns {Map<string, string>} */
function workersOf(activities) {
  const all = activities.flatMap(({ Children, WorkerId, WorkerName }) => [
    ...(WorkerId && WorkerName ? [/** @type {const} */ ([WorkerId, WorkerName])] : []),
    ...workersOf(Children),
  ])
  return new Map(all)
}

/** More names than these would push the rest away. */
const MOST_WORKERS = 4

/** @param {Map<string, string>} ran @param {string} base where they have their pages */
function workerLinks(ran, base) {
  const shown = [...ran].slice(0, MOST_WORKERS)
  const rest = ran.size - shown.length
  return html`${shown.map(([id, name], at) => {
    const link =
      name === BUILT_IN
        ? 'Built-in worker'
        : base
          ? html`<a href="${base}/${id}">${name}</a>`
          : name
    return html`${at ? ', ' : ''}${link}`
  })}${rest > 0 ? ` and ${rest} more` : ''}`
}

/** @param {Shown} shown @param {Activity[]} steps */
function sayingOf({ Task }, steps) {
  if (Task.HasPendingInterruptions && isFar(Task))
    return `The task waits for ${Task.Arguments.RemoteSpace}.`
  if (isOver(Task)) return `The task has ended: ${wordOfTask(Task)}.`
  const step = steps.find(({ Status }) => Status === 'Running')
  return step ? `${titleOf(step)} is executing.` : `The task is ${Task.State.toLowerCase()}.`
}

/** @param {Record<string, string | number | undefined>} values */
function queryOf(values) {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') query.set(name, String(value))
  }
  return query
}

customElements.define('tako-page-task', TakoPageTask)
