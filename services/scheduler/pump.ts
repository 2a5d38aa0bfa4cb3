import type { Logger } from 'moleculer'
import type { Model } from 'mongoose'
import { LogSealedError } from '#store/log-file.ts'
import { claim, expireLate, LEASE_MS, nextStart, release, renew } from './claim.ts'
import type { Execution, Executor } from './execution.ts'
import { insist } from './insist.ts'
import { claimedBy, LeaseLostError, LeavingError } from './lease.ts'
import { park, settledMeanwhile } from './parking.ts'
import type { StoredTask } from './task.model.ts'
import { forgetProgress, logOf, writerFor } from './task-log.ts'
import type { TaskName, TaskState } from './tasks.contract.ts'

export interface PumpSettings {
  tasks: Model<StoredTask>
  /** The name of this node, for people. */
  node: string
  logger: Logger
  executors: Record<TaskName, Executor>
  /** How many may run at once here; 0 while draining. */
  cap(): Promise<number>
  /** Spaces whose queue is stopped. */
  stopped(): Promise<string[]>
  tell: {
    changed(id: string): void
    logged(id: string): void
    finished(id: string, state: TaskState): void
  }
}

export interface Pump {
  /** Something may have become free or due. */
  wake(): void
  /** What may run here may be different, or another node has let go of something. */
  lookAround(): void
  /** Stops a task that runs here. */
  cancel(id: string): void
  /** Ids of the tasks that run here. */
  executing(): string[]
  isExecuting(id: string): boolean
  /** Takes nothing more, leaves what runs to whoever comes next, and resolves when all is let go. */
  stop(): Promise<void>
}

/** The slow look at the store, for what no event told of, in ms. */
const POLL_MS = 2_500
const RENEW_MS = LEASE_MS / 4
/** However much goes on, it is not looked more often for tasks whose scheduler has died, in ms. */
const AROUND_EACH_MS = 1_000
/** So long the executors have to let go at a stop, in ms. */
const LET_GO_MS = 3_000

interface Running {
  token: string
  /** Until when the lease holds, in epoch ms. */
  until: number
  cancel: AbortController
  leave: AbortController
  done: Promise<void>
}

/** Claims and executes until it is stopped. One look at the queue at a time. */
export function startPump(settings: PumpSettings): Pump {
  const { tasks, node, logger, tell } = settings
  const running = new Map<string, Running>()
  /** Cancelled while the queue is looked at: of a task that is just being taken, the look comes first. */
  const cancelledMeanwhile = new Set<string>()
  /** Leases to be given back at a stop. */
  const left = new Map<string, string>()
  let looking: Promise<void> | null = null
  let isWanted = false
  let isStopped = false
  /** What may run here, as it was asked last; null when it has to be asked anew. */
  let limits: Promise<{ cap: number; stopped: string[] }> | null = null
  /** When it was last looked for tasks whose scheduler has died: each end of a task is no occasion. */
  let aroundAt = Number.NEGATIVE_INFINITY
  let dueTimer: NodeJS.Timeout | undefined

  const tokens = () => new Map([...running].map(([id, { token }]) => [id, token]))

  function wake() {
    isWanted = true
    if (looking || isStopped) return
    looking = look()
      // The next event or poll looks again: a store that is away comes back.
      .catch((error) => logger.error('The queue could not be looked at', error))
      .finally(() => {
        looking = null
        cancelledMeanwhile.clear()
      })
  }

  function lookAround() {
    limits = null
    aroundAt = Number.NEGATIVE_INFINITY
    wake()
  }

  function limitsNow() {
    limits ??= askLimits()
    return limits
  }

  async function askLimits() {
    try {
      const [cap, stopped] = await Promise.all([settings.cap(), settings.stopped()])
      return { cap, stopped }
    } catch (error) {
      limits = null
      throw error
    }
  }

  async function look() {
    while (isWanted && !isStopped) {
      isWanted = false
      await fill()
    }
  }

  async function fill() {
    const { cap, stopped } = await limitsNow()
    const isQueueOnly = performance.now() - aroundAt < AROUND_EACH_MS
    if (!isQueueOnly) aroundAt = performance.now()
    const free = Math.max(0, cap - running.size)
    const executing = [...running.keys()]
    const by = { node, now: Date.now(), stopped, executing, isDraining: cap === 0, isQueueOnly }
    const claimed = await claim(tasks, free, by, begin)
    // A task that has ended meanwhile has woken this by itself; what is left to wait for is the clock.
    if (free > 0 && claimed.length < free) await sleepUntilDue()
  }

  async function sleepUntilDue() {
    const due = await nextStart(tasks, Date.now())
    clearTimeout(dueTimer)
    if (due !== null && due - Date.now() < POLL_MS * 2 && !isStopped)
      dueTimer = setTimeout(wake, Math.max(0, due - Date.now()))
  }

  function begin(task: StoredTask) {
    const [cancel, leave] = [new AbortController(), new AbortController()]
    if (task.State === 'Cancelling' || cancelledMeanwhile.has(task._id)) cancel.abort()
    const { token = '', until = 0 } = task._lease ?? {}
    const entry = { token, until, cancel, leave }
    if (isStopped) {
      leave.abort(new LeavingError())
      left.set(task._id, entry.token)
    }
    const done = execute(task, entry)
      // Whatever goes wrong with one task is not the end of the process.
      .catch((error) => logger.error('An execution has broken off', { task: task._id }, error))
      .finally(() => {
        running.delete(task._id)
        forgetProgress(task._id)
        wake()
      })
    running.set(task._id, Object.assign(entry, { done }))
  }

  async function execute(task: StoredTask, entry: Omit<Running, 'done'>): Promise<void> {
    const id = task._id
    const { cancel, leave } = entry
    const claimed = claimedBy(tasks, task, leave.signal)
    const { term } = claimed
    const log = writerFor(id, {
      term,
      logged: () => tell.logged(id),
      changed: () => tell.changed(id),
    })
    const execution: Execution = {
      ...claimed,
      async finish(state, end) {
        await claimed.finish(state, end)
        tell.finished(id, state)
      },
      log,
      logger,
      cancel: cancel.signal,
      leave: leave.signal,
      isHeld: () => Date.now() < entry.until && !leave.signal.aborted,
      changed: () => tell.changed(id),
      async park(waitsFor) {
        const why = await insist(() => park(tasks, task, waitsFor), leave.signal)
        if (!why) tell.changed(id)
        return why
      },
      settled: () => insist(() => settledMeanwhile(tasks, id, term), leave.signal),
    }
    tell.changed(id)
    try {
      // Before anybody is asked for what runs: what the last one still writes counts for nothing.
      if (term > 1) await logOf(id).takeOver(term)
      await settings.executors[task.Name](execution)
    } catch (error) {
      await failed(execution, error)
    } finally {
      await logOf(id).close()
    }
  }

  /** What an executor could not help ends its task, in its words: no task stays without an end. */
  async function failed(execution: Execution, error: unknown) {
    const task = execution.task._id
    const isOvertaken = error instanceof LeaseLostError || error instanceof LogSealedError
    if (isOvertaken || error instanceof LeavingError) {
      logger.info('A task goes on elsewhere', { task, why: error.message })
      return
    }
    logger.error('A task failed by a fault of its execution', { task }, error)
    const message = error instanceof Error ? error.message : String(error)
    await execution.log.say('', 'f', message).catch((second) => {
      // The end matters more than its line in the log, whose disk may be full.
      logger.error('The log of a task could not be written', { task }, second)
    })
    try {
      await execution.finish('Failed', { error: message })
    } catch (second) {
      // The lease runs out, and whoever takes the task over tries again.
      logger.error('The end of a task could not be stored', { task }, second)
    }
  }

  async function poll() {
    for (const task of await expireLate(tasks, Date.now())) tell.finished(task._id, 'TimedOut')
    const ids = [...running.keys()]
    const cancelling = ids.length
      ? await tasks.find({ _id: { $in: ids }, State: 'Cancelling' }, { _id: 1 }).lean()
      : []
    for (const { _id } of cancelling) running.get(String(_id))?.cancel.abort()
    lookAround()
  }

  async function keep() {
    const now = Date.now()
    const kept = new Map(running)
    const lost = new Set(await renew(tasks, tokens(), now))
    // By the time of the question: the answer may have been long on its way.
    for (const [id, entry] of kept) if (!lost.has(id)) entry.until = now + LEASE_MS
    // One that ended while the store was asked has no lease any more, and is none of ours.
    for (const id of lost) running.get(id)?.leave.abort(new LeaseLostError(id))
  }

  const attempt = (what: string, work: () => Promise<void>) => {
    work().catch((error) => logger.error(`${what} failed`, error))
  }
  const timers = [
    setInterval(() => attempt('The look at the queue', poll), POLL_MS),
    setInterval(() => attempt('The renewal of leases', keep), RENEW_MS),
  ]
  attempt('The first look at the queue', poll)

  return {
    wake,
    lookAround,
    executing: () => [...running.keys()],
    isExecuting: (id) => running.has(id),

    cancel(id) {
      if (looking) cancelledMeanwhile.add(id)
      running.get(id)?.cancel.abort()
    },

    async stop() {
      isStopped = true
      for (const timer of timers) clearInterval(timer)
      clearTimeout(dueTimer)
      for (const [id, { token, leave }] of running) {
        left.set(id, token)
        leave.abort(new LeavingError())
      }
      const all = Promise.all([looking, ...[...running.values()].map(({ done }) => done)])
      const { promise: late, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, LET_GO_MS)
      await Promise.race([all, late])
      clearTimeout(timer)
      await release(tasks, left, Date.now())
    },
  }
}
