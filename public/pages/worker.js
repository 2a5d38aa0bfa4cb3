import { html, nothing } from 'lit'
import { api } from '../api.js'
import { button } from '../components/form.js'
import { rowMenu } from '../components/row-menu.js'
import '../components/tako-state.js'
import '../components/tako-time.js'
import { workerDialog } from '../components/worker-dialogs.js'
import {
  diskOf,
  fingerprint,
  isOurs,
  isWaiting,
  lookOf,
  shellsOf,
  slotsOf,
  systemOf,
  tasksOf,
} from '../components/worker-look.js'
import { stateOf } from '../format.js'
import { navigate } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { refusal } from '../permissions.js'
import { attempt } from './editing.js'
import { LoadedPage } from './loaded-page.js'
import { actsOf, drain, enable } from './worker-acts.js'
import { styles } from './workers.styles.js'

pageStyles('tako-page-worker', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {import('../components/worker-look.js').Worker} Worker
 * @typedef {{ worker: Worker, pools: Resource[], tasks: Resource[] }} Data
 */

/**
 * A worker: how it is, what it runs now, and what machine it is.
 * @extends {LoadedPage<Data>}
 */
class TakoPageWorker extends LoadedPage {
  static properties = { draft: { state: true }, isBusy: { state: true }, fault: { state: true } }

  refreshMs = 4000

  constructor() {
    super()
    /** The worker in the dialog. @type {Worker | undefined} */
    this.draft = undefined
    this.isBusy = false
    this.isLeaving = false
    /** @type {import('../api.js').ApiError | undefined} */
    this.fault = undefined
  }

  get #api() {
    return api.space(this.space)
  }

  get #list() {
    return `/${this.space.Slug}/infrastructure/workers`
  }

  /** @param {import('../live.js').Change} change */
  isTouched({ Kind, Id }) {
    return (Kind === 'Worker' && Id === this.data?.worker.Id) || Kind === 'WorkerPool'
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const [worker, pools] = await Promise.all([
      this.#api.get(`/workers/${this.params.id}`, signal),
      this.#api.get('/workerpools/all', signal),
    ])
    const ids = tasksOf(worker)
    const mayView = !refusal(this.me, this.space, 'TaskView')
    const tasks =
      ids.length > 0 && mayView
        ? (await this.#api.get(`/tasks?ids=${ids.join(',')}&take=${ids.length}`, signal)).Items
        : []
    return { worker, pools, tasks }
  }

  /** @param {Data} data */
  content({ worker, pools, tasks }) {
    const why = refusal(this.me, this.space, 'WorkerEdit')
    const calls = {
      api: this.#api,
      attempt: (/** @type {() => Promise<unknown>} */ act) => this.#do(act),
    }
    const acts = actsOf(worker, {
      ...calls,
      refusal: why,
      edit: () => {
        this.fault = undefined
        this.draft = worker
      },
      attemptRemoval: (act) => this.#leave(act),
    })
    return html`
      <div class="page worker">
        <header class="page-head">
          <div>
            <nav class="crumbs" aria-label="Where you are"><a href=${this.#list}>Workers and pools</a></nav>
            <h1>${worker.Name}</h1>
          </div>
          <div class="row wrap">
            ${rowMenu(`More about ${worker.Name}`, acts)}
            ${worker.IsDisabled ? button({ label: 'Enable', refusal: why, onclick: () => void enable(worker, calls) }) : isOurs(worker) && !isWaiting(worker) ? button({ label: worker.IsDraining ? 'Stop draining' : 'Drain', refusal: why, onclick: () => void drain(worker, calls) }) : nothing}
          </div>
        </header>
        ${this.problem()}
        ${this.fault && !this.draft ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
        ${this.#note(worker)}
        <div class="sections">
          <div>${this.#runs(worker, tasks)}</div>
          <div>${this.#facts(worker, pools)}</div>
        </div>
        ${this.draft ? this.#dialog(pools, this.draft) : nothing}
      </div>`
  }

  /** What a person has decided, and what follows from it. @param {Worker} worker */
  #note(worker) {
    if (isWaiting(worker))
      return html`<p class="note waiting">It waits for approval, and gets no work and no secret until then. <a href=${this.#list}>Approve it</a></p>`
    if (worker.IsDisabled)
      return html`<p class="note">It is disabled: it takes no work. What runs on it goes on.</p>`
    if (worker.IsDraining)
      return html`<p class="note">It is draining: what runs on it ends, nothing new begins. Then the machine may be switched off.</p>`
    return nothing
  }

  /** @param {Worker} worker @param {Resource[]} tasks */
  #runs(worker, tasks) {
    const ids = tasksOf(worker)
    const known = new Map(tasks.map((task) => [task.Id, task]))
    return html`
      <section class="panel">
        <header class="panel-head"><h2>Runs now</h2><span class="push">${slotsOf(worker)}</span></header>
        ${
          ids.length === 0
            ? html`<p class="panel-body quiet">Nothing.</p>`
            : html`<table class="table cards"><caption class="visually-hidden">Tasks that run on ${worker.Name}</caption>
                <thead><tr><th scope="col">Task</th><th scope="col">State</th><th scope="col" class="right">Scripts here</th></tr></thead>
                <tbody>${ids.map((id) => {
                  const task = known.get(id)
                  const count = worker.Running.filter(({ TaskId }) => TaskId === id).length
                  return html`<tr>
                    <th scope="row">${task ? html`<a href="/${this.space.Slug}/tasks/${id}">${task.Description}</a>` : id}</th>
                    <td data-column="State">${task ? html`<tako-state state=${stateOf(/** @type {any} */ (task))}>${task.State}</tako-state>` : html`<span class="quiet">not known to you</span>`}</td>
                    <td data-column="Scripts here" class="right number">${count}</td></tr>`
                })}</tbody></table>`
        }
      </section>`
  }

  /** @param {Worker} worker @param {Resource[]} pools */
  #facts(worker, pools) {
    const { state, word } = lookOf(worker)
    const names = pools.filter(({ Id }) => worker.WorkerPoolIds.includes(Id))
    /** @type {[string, unknown][]} */
    const facts = [
      ['Health', html`<tako-state state=${state}>${word}</tako-state>`],
      ['', worker.StatusSummary],
      [
        'Last seen',
        worker.LastSeen
          ? html`<tako-time .at=${worker.LastSeen} suffix="ago"></tako-time>`
          : 'never',
      ],
      ['Worker pools', names.map(({ Name }) => Name).join(', ') || 'none'],
      ['System', systemOf(worker)],
      ['Shells', shellsOf(worker)],
      ['Free disk', diskOf(worker)],
      ['Version', worker.Version],
      ['Fingerprint', worker.Fingerprint ? fingerprint(worker.Fingerprint) : ''],
    ]
    return html`
      <section class="panel"><header class="panel-head"><h2>The machine</h2></header>
        <div class="panel-body"><dl class="facts">${facts
          .filter(([, value]) => value)
          .map(
            ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
          )}</dl></div></section>`
  }

  /** @param {Resource[]} pools @param {Worker} draft */
  #dialog(pools, draft) {
    return workerDialog(draft, pools, {
      isBusy: this.isBusy,
      error: this.fault,
      onchange: (worker) => {
        this.draft = worker
      },
      onsend: () => void this.#save(draft),
      onclosed: () => {
        this.draft = undefined
        this.fault = undefined
      },
    })
  }

  /** @param {Worker} draft */
  async #save(draft) {
    if (await this.#do(() => this.#api.put(`/workers/${draft.Id}`, draft))) this.draft = undefined
  }

  /** A worker that is being removed is not there to be loaded. */
  async reload() {
    if (!this.isLeaving) await super.reload()
  }

  /** Does what ends the worker, and then leaves its page. @param {() => Promise<unknown>} act */
  async #leave(act) {
    this.isLeaving = true
    this.isLeaving = await attempt(this, act)
    if (this.isLeaving) await navigate(this.#list)
    return this.isLeaving
  }

  /** @param {() => Promise<unknown>} act */
  async #do(act) {
    const isDone = await attempt(this, act)
    if (isDone) await this.reload()
    return isDone
  }
}

customElements.define('tako-page-worker', TakoPageWorker)
