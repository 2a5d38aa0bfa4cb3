import type { Logger } from 'moleculer'
import type { Model } from 'mongoose'
import { claim, expireLate, LEASE_MS, nextStart, renew } from './claim.ts'
import type { Execution, Executor } from './execution.ts'
import { claimedBy, LeaseLostError } from './lease.ts'
import type { StoredTask } from './task.model.ts'
import { forgetProgress, logOf, writerFor } from './task-log.ts'
import type { TaskName, TaskState } from './tasks.contract.ts'
import { LeavingError } from './unit.ts'

export interface PumpSettings {
  tasks: Model<StoredTask>
  /** The name under which this node claims. */
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
  /** Stops a task that runs here. */
  cancel(id: string): void
  /** Ids of the tasks that run here. */
  executing(): string[]
  isExecuting(id: string): boolean
  /** Takes nothing more, leaves what runs to whoever comes next, and resolves when all is let go. */
  stop(): Promise<void>
}

/** The slow look at the store, for what no event told of, in ms. */
const POLL_MS = 5_000
const RENEW_MS = LEASE_MS / 4
/** So long the executors have to let go at a stop, in ms. */
const LET_GO_MS = 3_000

interface Running {
  cancel: AbortController
  done: Promise<void>
}

/** Claims and executes until it is stopped. One look at the queue at a time. */
export function startPump(settings: PumpSettings): Pump {
  const { tasks, node, logger } = settings
  const running = new Map<string, Running>()
  const leave = new AbortController()
  let isLooking = false
  let isWanted = false
  let dueTimer: NodeJS.Timeout | undefined

  function wake() {
    isWanted = true
    if (!isLooking && !leave.signal.aborted) void look()
  }

  async function look() {
    isLooking = true
    try {
      while (isWanted && !leave.signal.aborted) {
        isWanted = false
        await fill()
      }
    } catch (error) {
      // The next event or poll looks again: a store that is away comes back.
      logger.error('The queue could not be looked at', error)
    } finally {
      isLooking = false
    }
  }

  async function fill() {
    const free = (await settings.cap()) - running.size
    if (free <= 0) return
    const stopped = await settings.stopped()
    const claimed = await claim(tasks, free, { node, now: Date.now(), stopped })
    for (const task of claimed) begin(task)
    // A task that has ended meanwhile has woken this by itself; what is left to wait for is the clock.
    if (claimed.length < free) await sleepUntilDue()
  }

  async function sleepUntilDue() {
    const due = await nextStart(tasks, Date.now())
    clearTimeout(dueTimer)
    if (due !== null && due - Date.now() < POLL_MS * 2)
      dueTimer = setTimeout(wake, Math.max(0, due - Date.now()))
  }

  function begin(task: StoredTask) {
    // Taken over from this very process after a pause: it is on its way here already.
    if (running.has(task._id)) return
    const cancel = new AbortController()
    if (task.State === 'Cancelling') cancel.abort()
    const done = execute(task, cancel).finally(() => {
      running.delete(task._id)
      forgetProgress(task._id)
      wake()
    })
    running.set(task._id, { cancel, done })
  }

  async function execute(task: StoredTask, cancel: AbortController): Promise<void> {
    const { tell } = settings
    const id = task._id
    const claimed = claimedBy(tasks, task)
    const log = writerFor(id, { logged: () => tell.logged(id), changed: () => tell.changed(id) })
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
      changed: () => tell.changed(id),
    }
    tell.changed(id)
    try {
      await settings.executors[task.Name](execution)
    } catch (error) {
      await failed(execution, error)
    } finally {
      await logOf(id).close()
    }
  }

  /** What an executor could not help ends its task, in its words: no task stays without an end. */
  async function failed(execution: Execution, error: unknown) {
    if (error instanceof LeaseLostError || error instanceof LeavingError) {
      logger.info('A task goes on elsewhere', { task: execution.task._id, why: String(error) })
      return
    }
    logger.error('A task failed by a fault of its execution', { task: execution.task._id }, error)
    const message = error instanceof Error ? error.message : String(error)
    try {
      await execution.log.say('', 'f', message)
      await execution.finish('Failed', { error: message })
    } catch (second) {
      // The lease runs out, and whoever takes the task over tries again.
      logger.error('The end of a task could not be stored', { task: execution.task._id }, second)
    }
  }

  async function poll() {
    for (const task of await expireLate(tasks, Date.now()))
      settings.tell.finished(task._id, 'TimedOut')
    const ids = [...running.keys()]
    const cancelling = ids.length
      ? await tasks.find({ _id: { $in: ids }, State: 'Cancelling' }, { _id: 1 }).lean()
      : []
    for (const { _id } of cancelling) running.get(String(_id))?.cancel.abort()
    wake()
  }

  const every = (ms: number, what: string, work: () => Promise<void>) =>
    setInterval(() => {
      work().catch((error) => logger.error(`${what} failed`, error))
    }, ms)
  const timers = [
    every(POLL_MS, 'The look at the queue', poll),
    every(RENEW_MS, 'The renewal of leases', () =>
      renew(tasks, [...running.keys()], node, Date.now()),
    ),
  ]
  wake()

  return {
    wake,
    cancel: (id) => running.get(id)?.cancel.abort(),
    executing: () => [...running.keys()],
    isExecuting: (id) => running.has(id),

    async stop() {
      leave.abort()
      for (const timer of timers) clearInterval(timer)
      clearTimeout(dueTimer)
      const ids = [...running.keys()]
      const all = Promise.all([...running.values()].map(({ done }) => done))
      await Promise.race([all, new Promise((resolve) => setTimeout(resolve, LET_GO_MS).unref())])
      // Nobody has to wait for a lease that nobody holds any more.
      await tasks.updateMany(
        { _id: { $in: ids }, '_lease.node': node },
        { $set: { '_lease.until': 0 } },
      )
    },
  }
}
