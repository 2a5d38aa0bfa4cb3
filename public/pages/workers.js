import { html, nothing } from 'lit'
import { api } from '../api.js'
import { button } from '../components/form.js'
import { icon } from '../components/icons.js'
import '../components/tako-add-worker.js'
import '../components/tako-approve-worker.js'
import { ask } from '../components/tako-ask.js'
import '../components/tako-pool.js'
import { poolDialog, workerDialog } from '../components/worker-dialogs.js'
import { isWaiting, tasksOf } from '../components/worker-look.js'
import { openTokens, waitingWorkers, workerFigures } from '../components/worker-panels.js'
import { setQuery } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { refusal } from '../permissions.js'
import { attempt } from './editing.js'
import { LoadedPage } from './loaded-page.js'
import { actsOf, remove } from './worker-acts.js'
import { styles } from './workers.styles.js'

pageStyles('tako-page-workers', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {import('../components/worker-look.js').Worker} Worker
 * @typedef {{ pools: Resource[], workers: Worker[], tokens: Resource[], names: Map<string, string>, version: string }} Data
 * @typedef {{ kind: 'add', before: string[] } | { kind: 'approve', worker: Worker } | { kind: 'worker', worker: Worker }
 *   | { kind: 'pool', pool: Partial<Resource> }} Dialog
 */

/**
 * The pools of a space with their workers, and those that wait to be let in.
 * @extends {LoadedPage<Data>}
 */
class TakoPageWorkers extends LoadedPage {
  static properties = {
    dialog: { state: true },
    made: { state: true },
    isBusy: { state: true },
    fault: { state: true },
  }

  refreshMs = 4000

  constructor() {
    super()
    /** @type {Dialog | undefined} */
    this.dialog = undefined
    /** The token that was made in the open dialog. @type {import('../components/tako-add-worker.js').Made | undefined} */
    this.made = undefined
    this.isBusy = false
    /** @type {import('../api.js').ApiError | undefined} */
    this.fault = undefined
  }

  get #api() {
    return api.space(this.space)
  }

  get #base() {
    return `/${this.space.Slug}`
  }

  /** Why workers and pools may not be changed, or ''. */
  get #why() {
    return refusal(this.me, this.space, 'WorkerEdit')
  }

  /** @param {import('../live.js').Change} change */
  isTouched({ Kind }) {
    return ['WorkerPool', 'Worker', 'WorkerToken'].includes(Kind)
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const [pools, workers, tokens, root] = await Promise.all([
      this.#api.get('/workerpools/all', signal),
      this.#api.get('/workers/all', signal),
      this.#why ? { Items: [] } : this.#api.get('/workertokens', signal),
      this.data ? { TakoVersion: this.data.version } : api.get('/api', signal),
    ])
    const names = await this.#namesOf(workers, signal)
    return { pools, workers, tokens: tokens.Items, names, version: root.TakoVersion ?? '' }
  }

  /** What the tasks are called that run on the workers. @param {Worker[]} workers @param {AbortSignal} signal */
  async #namesOf(workers, signal) {
    const names = new Map(this.data?.names)
    const ids = [...new Set(workers.flatMap(tasksOf))].filter((id) => !names.has(id))
    if (ids.length === 0 || refusal(this.me, this.space, 'TaskView')) return names
    const { Items } = await this.#api.get(`/tasks?ids=${ids.join(',')}&take=${ids.length}`, signal)
    for (const { Id, Description } of Items) names.set(Id, Description)
    return names
  }

  loaded(/** @type {Data} */ data) {
    // The address itself: `query` is one drawing behind, and a closed dialog would open again.
    const isAsked = new URLSearchParams(location.search).has('add')
    if (isAsked && !this.dialog) this.#openAdd(data)
  }

  /** @param {Data} data */
  content(data) {
    const { pools, workers } = data
    const why = this.#why
    return html`
      <div class="page workers">
        <header class="page-head">
          <div><h1>Workers and pools</h1><p>A step takes a free slot of a healthy worker of its pool, and runs in a folder and a process group of its own.</p></div>
          <div class="row wrap">
            ${button({ label: html`${icon('plus')}Add pool`, name: 'Add pool', refusal: why, onclick: () => this.#open({ kind: 'pool', pool: {} }) })}
            ${button({ label: html`${icon('plus')}Add worker`, name: 'Add worker', kind: 'primary', refusal: why, onclick: () => this.#openAdd(data) })}
          </div>
        </header>
        ${this.problem()}
        ${this.fault && !this.dialog ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
        ${workerFigures(workers)}
        ${waitingWorkers(workers, {
          refusal: why,
          approve: (worker) => this.#open({ kind: 'approve', worker }),
          refuse: (worker) => void remove(worker, this.#calls()),
        })}
        ${pools.map((pool, at) => {
          const own = workers.filter(
            (worker) => !isWaiting(worker) && worker.WorkerPoolIds.includes(pool.Id),
          )
          return html`<tako-pool .pool=${/** @type {any} */ (pool)} .workers=${own} .taskNames=${data.names} base=${this.#base} version=${data.version}
            .menu=${this.#poolMenu(data, at, own)} .workerMenu=${(/** @type {Worker} */ worker) => this.#workerMenu(worker)}
            .empty=${button({ label: html`${icon('plus')}Add worker`, name: `Add worker to ${pool.Name}`, refusal: why, onclick: () => this.#openAdd(data, [pool.Id]) })}></tako-pool>`
        })}
        ${openTokens(/** @type {any} */ (data.tokens), {
          nameOf: (id) => pools.find(({ Id }) => Id === id)?.Name ?? id,
          withdraw: ({ Id }) => void this.#do(() => this.#api.delete(`/workertokens/${Id}`)),
        })}
        ${this.dialog ? this.#dialog(data, this.dialog) : nothing}
      </div>`
  }

  /** @param {Worker} worker */
  #workerMenu(worker) {
    return actsOf(worker, {
      ...this.#calls(),
      refusal: this.#why,
      edit: () => this.#open({ kind: 'worker', worker }),
    })
  }

  #calls() {
    return {
      api: this.#api,
      attempt: (/** @type {() => Promise<unknown>} */ act) => this.#do(act),
    }
  }

  /** @param {Data} data @param {number} at @param {Worker[]} own */
  #poolMenu({ pools }, at, own) {
    const pool = /** @type {Resource} */ (pools[at])
    const why = this.#why
    const put = (/** @type {Partial<Resource>} */ changes) =>
      this.#do(() => this.#api.put(`/workerpools/${pool.Id}`, { ...pool, ...changes }))
    const move = (/** @type {number} */ by) => {
      const order = pools.map(({ Id }) => Id)
      order.splice(at + by, 0, ...order.splice(at, 1))
      void this.#do(() => this.#api.put('/workerpools/sortorder', order))
    }
    const keeps = pool.IsDefault
      ? 'The default pool stays: make another one the default.'
      : own.length > 0
        ? 'Take its workers out of it first.'
        : ''
    return [
      { name: 'Edit…', act: () => this.#open({ kind: 'pool', pool }), refusal: why },
      pool.IsDefault
        ? null
        : { name: 'Make it the default', act: () => void put({ IsDefault: true }), refusal: why },
      at > 0 ? { name: 'Move up', act: () => move(-1), refusal: why } : null,
      at < pools.length - 1 ? { name: 'Move down', act: () => move(1), refusal: why } : null,
      {
        name: 'Delete…',
        act: () => void this.#deletePool(pool),
        refusal: why || keeps,
        isDanger: true,
      },
    ]
  }

  /** @param {Data} data @param {Dialog} dialog */
  #dialog(data, dialog) {
    const common = {
      isBusy: this.isBusy,
      error: this.fault,
      onclosed: () => this.#closed(),
    }
    switch (dialog.kind) {
      case 'add':
        return html`<tako-add-worker .pools=${data.pools} .chosen=${this.#firstPools} .made=${this.made} .isBusy=${this.isBusy} .error=${this.fault} base="${this.#base}/infrastructure/workers"
          .arrived=${data.workers.find((worker) => !isWaiting(worker) && !dialog.before.includes(worker.Id))}
          @token-wanted=${(/** @type {CustomEvent<import('../components/tako-add-worker.js').Wish>} */ event) => this.#makeToken(event.detail)}
          @closed=${() => this.#closed()}></tako-add-worker>`
      case 'approve':
        return html`<tako-approve-worker .worker=${dialog.worker} .pools=${data.pools} .chosen=${this.#firstPools} .isBusy=${this.isBusy} .error=${this.fault}
          @approved=${(/** @type {CustomEvent<string[]>} */ event) => this.#approve(dialog.worker, event.detail)}
          @closed=${() => this.#closed()}></tako-approve-worker>`
      case 'worker':
        return workerDialog(dialog.worker, data.pools, {
          ...common,
          onchange: (worker) => this.#turn({ kind: 'worker', worker }),
          onsend: () =>
            void this.#save(() => this.#api.put(`/workers/${dialog.worker.Id}`, dialog.worker)),
        })
      case 'pool':
        return poolDialog(dialog.pool, {
          ...common,
          isDefault: data.pools.some(({ Id, IsDefault }) => Id === dialog.pool.Id && IsDefault),
          onchange: (pool) => this.#turn({ kind: 'pool', pool }),
          onsend: () => void this.#savePool(dialog.pool),
        })
    }
  }

  /** The pools that are ticked when a dialog opens. @type {string[]} */
  #firstPools = []

  /** @param {Data} data @param {string[]} [poolIds] */
  #openAdd({ workers, pools }, poolIds) {
    this.#open({ kind: 'add', before: workers.map(({ Id }) => Id) })
    this.#firstPools = poolIds ?? pools.filter(({ IsDefault }) => IsDefault).map(({ Id }) => Id)
  }

  /** @param {Dialog} dialog */
  #open(dialog) {
    this.fault = undefined
    this.made = undefined
    this.#firstPools =
      this.data?.pools.filter(({ IsDefault }) => IsDefault).map(({ Id }) => Id) ?? []
    this.dialog = dialog
  }

  /** A change within the open dialog. @param {Dialog} dialog */
  #turn(dialog) {
    this.dialog = dialog
  }

  #closed() {
    this.dialog = undefined
    this.made = undefined
    this.fault = undefined
    if (this.query.has('add')) setQuery({ add: '' })
  }

  /** @param {() => Promise<unknown>} act */
  async #do(act) {
    const isDone = await attempt(this, act)
    await this.reload()
    return isDone
  }

  /** @param {() => Promise<unknown>} act */
  async #save(act) {
    if (await this.#do(act)) this.#closed()
  }

  /** @param {import('../components/tako-add-worker.js').Wish} wish */
  async #makeToken(wish) {
    await this.#do(async () => {
      this.made = await this.#api.post('/workertokens', wish)
    })
  }

  /** @param {Worker} worker @param {string[]} WorkerPoolIds */
  async #approve({ Id, Fingerprint }, WorkerPoolIds) {
    await this.#save(() => this.#api.post(`/workers/${Id}/approve`, { Fingerprint, WorkerPoolIds }))
  }

  /** @param {Partial<Resource>} pool */
  async #savePool(pool) {
    await this.#save(() =>
      pool.Id
        ? this.#api.put(`/workerpools/${pool.Id}`, pool)
        : this.#api.post('/workerpools', pool),
    )
  }

  /** @param {Resource} pool */
  async #deletePool({ Id, Name }) {
    const isSure = await ask({
      title: `Delete ${Name}?`,
      text: html`<p>Steps that name it fail at their next deployment. What has run stays in the tasks and their logs.</p>`,
      verb: `Delete ${Name}`,
      isDanger: true,
    })
    if (isSure) await this.#do(() => this.#api.delete(`/workerpools/${Id}`))
  }
}

customElements.define('tako-page-workers', TakoPageWorkers)
