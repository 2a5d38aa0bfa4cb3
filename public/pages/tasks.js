import { html, nothing } from 'lit'
import { api } from '../api.js'
import { icon } from '../components/icons.js'
import { durationText, isOver, wordOfTask } from '../components/states.js'
import '../components/tako-state.js'
import '../components/tako-time.js'
import { counted, stateOf } from '../format.js'
import { setQuery } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { may } from '../permissions.js'
import { LoadedPage } from './loaded-page.js'
import { styles } from './tasks.styles.js'

pageStyles('tako-page-tasks', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ active: Resource[], history: { Items: Resource[], TotalResults: number }, projects: Resource[], environments: Resource[] }} Data
 */

const PAGE = 50
const ENDED = ['Success', 'Failed', 'Canceled', 'TimedOut']
/** @type {[string, string][]} */
const STATES = [
  ['Queued', 'Queued'],
  ['Executing', 'Executing'],
  ['Success', 'Success'],
  ['Failed', 'Failed'],
  ['Canceled', 'Cancelled'],
  ['TimedOut', 'Timed out'],
]

/**
 * What runs and waits in a space, and what has run.
 * @extends {LoadedPage<Data>}
 */
class TakoPageTasks extends LoadedPage {
  keys() {
    return [this.query.toString()]
  }

  /** @param {import('../live.js').Change} change */
  isTouched({ Kind }) {
    return Kind === 'ServerTask'
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const inSpace = api.space(this.space)
    const state = this.query.get('state') ?? ''
    const rest = this.#filter()
    const none = { Items: [], TotalResults: 0 }
    const isActive = state === 'Queued' || state === 'Executing'
    const take = Number(this.query.get('show')) || PAGE
    const activeStates = isActive
      ? state === 'Executing'
        ? 'Executing,Cancelling'
        : state
      : 'Queued,Executing,Cancelling'
    const [active, history, projects, environments] = await Promise.all([
      !state || isActive
        ? inSpace.get(`/tasks?states=${activeStates}&take=200${rest}`, signal)
        : none,
      isActive
        ? none
        : inSpace.get(`/tasks?states=${state || ENDED.join(',')}&take=${take}${rest}`, signal),
      may(this.me, this.space, 'ProjectView') ? inSpace.get('/projects/all', signal) : [],
      may(this.me, this.space, 'EnvironmentView') ? inSpace.get('/environments/all', signal) : [],
    ])
    return { active: active.Items, history, projects, environments }
  }

  #filter() {
    const project = this.query.get('project')
    const environment = this.query.get('env')
    const text = this.query.get('find')
    return [
      project && `&project=${encodeURIComponent(project)}`,
      environment && `&environment=${encodeURIComponent(environment)}`,
      text && `&partialName=${encodeURIComponent(text)}`,
    ]
      .filter(Boolean)
      .join('')
  }

  /** @param {Data} data */
  content({ active, history, projects, environments }) {
    const state = this.query.get('state') ?? ''
    const isFiltered = ['state', 'project', 'env', 'find'].some((name) => this.query.get(name))
    const isEmpty = active.length === 0 && history.Items.length === 0
    return html`
      <div class="page tasks">
        <header class="page-head"><h1>Tasks</h1></header>
        ${this.problem()}
        <div class="row wrap toolbar">
          <label class="search"><span class="visually-hidden">Find a task</span>${icon('search')}<input class="input" type="search" placeholder="Find a task" .value=${this.query.get('find') ?? ''} @change=${choose('find')}></label>
          ${select('State', 'state', 'All states', STATES, state)}
          ${select(
            'Project',
            'project',
            'All projects',
            projects.map(({ Id, Name }) => [Id, Name]),
            this.query.get('project') ?? '',
          )}
          ${select(
            'Environment',
            'env',
            'All environments',
            environments.map(({ Id, Name }) => [Id, Name]),
            this.query.get('env') ?? '',
          )}
          ${isFiltered ? html`<button class="button bare compact" type="button" @click=${clear}>${icon('close')}Clear filter</button>` : nothing}
        </div>
        ${this.space.TaskQueueStopped ? html`<p class="note waiting problem">${icon('warning')}<span>The queue of this space is stopped: what is queued waits. <a href="/configuration/spaces/${this.space.Id}">Settings of the space</a></span></p>` : nothing}
        ${isEmpty ? html`<section class="panel empty-panel"><h2>${isFiltered ? 'No task fits the filter.' : 'Nothing has run.'}</h2>${isFiltered ? nothing : html`<p>Deployments and checks of workers show here, with their logs.</p>`}</section>` : nothing}
        ${active.length > 0 ? html`<section class="panel"><header class="panel-head"><h2>Now</h2><span class="quiet small">${counted(active.length, 'task')}</span></header>${this.#table(active, 'Running and queued tasks')}</section>` : nothing}
        ${
          history.Items.length > 0
            ? html`<section class="panel"><header class="panel-head"><h2>Ended</h2><span class="quiet small">${counted(history.TotalResults, 'task')}</span></header>${this.#table(history.Items, 'Ended tasks')}
              ${history.TotalResults > history.Items.length ? html`<div class="more-rows"><button class="button compact" type="button" @click=${() => setQuery({ show: String(history.Items.length + PAGE) })}>Show ${PAGE} more</button></div>` : nothing}</section>`
            : nothing
        }
      </div>`
  }

  /**
   * @param {Resource[]} tasks
   * @param {string} caption
   */
  #table(tasks, caption) {
    return html`
      <table class="table cards">
        <caption class="visually-hidden">${caption}</caption>
        <thead><tr><th scope="col">Task</th><th scope="col" class="state">State</th><th scope="col" class="took">Took</th><th scope="col" class="age right">When</th></tr></thead>
        <tbody>${tasks.map((task) => {
          const state = stateOf(/** @type {any} */ (task))
          return html`<tr>
            <th scope="row"><a href="/${this.space.Slug}/tasks/${task.Id}">${task.Description}</a>${task.ErrorMessage ? html`<small class="why">${task.ErrorMessage}</small>` : nothing}</th>
            <td data-column="State"><tako-state state=${state}>${wordOfTask(/** @type {any} */ (task))}</tako-state></td>
            <td data-column="Took" class="number">${durationText(task.StartTime, isOver(/** @type {any} */ (task)) ? task.CompletedTime : undefined)}</td>
            <td data-column="When" class="right"><tako-time .at=${task.CompletedTime ?? task.StartTime ?? task.QueueTime}></tako-time></td>
          </tr>`
        })}</tbody>
      </table>`
  }
}

/** @param {string} name */
const choose =
  (name) => (/** @type {Event & { target: HTMLInputElement | HTMLSelectElement }} */ event) => {
    setQuery({ [name]: event.target.value, show: '' })
  }

const clear = () => setQuery({ state: '', project: '', env: '', find: '', show: '' })

/**
 * @param {string} label
 * @param {string} name in the query
 * @param {string} all
 * @param {[string, string][]} options
 * @param {string} chosen
 */
const select = (label, name, all, options, chosen) =>
  options.length === 0
    ? nothing
    : html`
  <select class="input" aria-label=${label} @change=${choose(name)}>
    <option value="">${all}</option>
    ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
  </select>`

customElements.define('tako-page-tasks', TakoPageTasks)
