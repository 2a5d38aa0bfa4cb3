/**
 * Executes a deployment: asks the rules what is next, writes it down, does it, and asks again.
 * After a crash it begins at the same place, since all that it knows is in the journal.
 */
import { nextOf, retryAtOf, type Start } from '#domain/conditions.ts'
import { type Entry, stateOf } from '#domain/journal.ts'
import { actionsOf, type Plan, planOf, stepsOf } from '#domain/plan.ts'
import type { Result } from '#domain/progress.ts'
import { MOST_TASK_OUTPUT_BYTES, outputBytes, TASK_OUTPUTS_LACK } from '#domain/run-limits.ts'
import { type Assigned, type Assigning, assigner } from './assigning.ts'
import { type Execution, pause } from './execution.ts'
import { insist } from './insist.ts'
import { LeaseLostError, LeavingError, type News } from './lease.ts'
import { type Context, evaluateIn } from './run-spec.ts'
import type { Sent, Stamped, StoredOutput } from './task.model.ts'
import { runIdOf, runUnit, type UnitEnd } from './unit.ts'
import type { WorkersBus } from './workers-bus.ts'

/** What has to be known of a deployment, and told of it, beyond its task. */
export interface Deployments {
  /** What it is about, as `deployments.execution` tells it. */
  load(task: Execution['task']): Promise<Context>
  /** It has begun: told at least once, before anything of it runs. */
  begun(task: Execution['task']): Promise<unknown>
}

/** So long units have to end after a fault before they are left to themselves, in ms. */
const ENDING_MS = 10_000
const DISPOSE_EACH_MS = 500
/** No timer is set for longer, in ms: it could not hold it, and to look once more is no harm. */
const LONGEST_SLEEP_MS = 3_600_000

export function deployer(
  { workers, assigning }: { workers: WorkersBus; assigning: Assigning },
  deployments: Deployments,
) {
  return async (execution: Execution): Promise<void> => {
    const { task, leave } = execution
    // The store or another node may be away for a moment.
    const [context] = await Promise.all([
      insist(() => deployments.load(task), leave),
      task._plan ? null : insist(() => deployments.begun(task), leave),
    ])
    const plan = plannedFor(execution, context)
    await new Deploying({ execution, context, plan, workers, assigning }).run()
  }
}

/** The plan that the task was started with: a second one might differ. */
const plannedFor = ({ task }: Execution, context: Context): Plan =>
  task._plan ??
  planOf({
    steps: context.steps,
    environmentId: context.environmentId,
    channelId: context.channelId,
    tenantTags: context.tenantTags,
    skipActions: context.skipActions,
  })

/** One deployment on its way. */
class Deploying {
  readonly execution: Execution
  readonly context: Context
  readonly plan: Plan
  readonly workers: WorkersBus
  readonly journal: Stamped[]
  readonly outputs: StoredOutput[]
  /** Units that this process is waiting for, with the attempt of each. */
  readonly running = new Map<string, { attempt: number; worker: string; done: Promise<void> }>()
  readonly assigner: ReturnType<typeof assigner>
  /** What units wait for, by unit. */
  readonly waits = new Map<string, string>()
  /** What the task shows of that. */
  shown: string | null = null
  /** Ends what runs after a fault, and then the waiting for it. */
  readonly halt = new AbortController()
  readonly quit = new AbortController()
  readonly ended: UnitEnd[] = []
  /** Decided and not written down yet: each look at what is next is one write at the most. */
  news: News
  /** For units: what ends the deployment ends them. */
  readonly watched: Execution
  wake = Promise.withResolvers<void>()
  failure: unknown

  constructor({
    execution,
    context,
    plan,
    workers,
    assigning,
  }: {
    execution: Execution
    context: Context
    plan: Plan
    workers: WorkersBus
    assigning: Assigning
  }) {
    this.execution = execution
    this.context = context
    this.plan = plan
    this.workers = workers
    this.journal = [...execution.task._journal]
    this.outputs = [...execution.task._outputs]
    this.news = { entries: [], outputs: [], ...(!execution.task._plan && { plan }) }
    this.assigner = assigner(assigning, { execution, context, wake: () => this.wake.resolve() })
    this.watched = {
      ...execution,
      cancel: AbortSignal.any([execution.cancel, this.halt.signal]),
      leave: AbortSignal.any([execution.leave, this.quit.signal]),
    }
  }

  async run(): Promise<void> {
    try {
      await this.toEnd()
    } catch (error) {
      await this.breakOff(error)
      throw error
    } finally {
      this.assigner.leave()
    }
  }

  async toEnd(): Promise<void> {
    const { cancel, leave } = this.execution
    for (const signal of [cancel, leave])
      signal.addEventListener('abort', () => this.wake.resolve())
    if (this.execution.task._waits) await this.execution.write({ $set: { _waits: null } })
    await this.attach()
    for (;;) {
      // Armed before the look: what happens meanwhile is not slept over.
      this.wake = Promise.withResolvers()
      if (leave.aborted) throw leave.reason
      if (this.failure) throw this.failure
      const ended: UnitEnd[] = []
      for (const end of this.ended.splice(0)) ended.push(await this.fitting(end, ended))
      const retried = ended.filter((end) => this.noteEnd(end))
      if (cancel.aborted && !this.journal.some(({ kind }) => kind === 'cancelled'))
        this.note([{ kind: 'cancelled' }])
      const next = nextOf(this.plan, stateOf(this.journal), {
        evaluate: (expression, place) =>
          evaluateIn(this.context, this.known(), { expression, ...place }),
        now: Date.now(),
      })
      const assigned = await this.assign(next.starts)
      // Also of the steps that end the deployment by being left out.
      this.note([...next.entries, ...assigned.starts.map(this.intentOf)])
      if (!next.result) await this.write()
      for (const entry of next.entries) await this.explain(entry)
      for (const { unit, attempt } of retried)
        await this.execution.log.say(
          unit,
          'w',
          `It failed and is tried again (attempt ${attempt + 1}).`,
        )
      for (const one of assigned.starts) this.follow(one)
      await this.wait([
        ...assigned.starts.map(({ start }) => [start.unit, null] as const),
        ...assigned.waits,
      ])
      if (next.result) await this.finish(next.result)
      // Only now: until its end is written down, the worker has to keep the result. What it never had,
      // it may get again, and must not be told to forget: that would bar it.
      for (const { runId, worker, outcome } of ended)
        if (worker && outcome !== 'returned')
          void this.workers.forget(worker, { runId, term: this.execution.term })
      if (next.result) return
      if (ended.length + assigned.starts.length > 0) this.execution.changed()
      await this.somethingHappens(earliest(next.wakeAt, assigned.wakeAt))
    }
  }

  /**
   * Nothing of a deployment that breaks off goes on unseen. When this process stops, or another has
   * taken the task over, what runs goes on: that one attaches to it. Past the lease another may have it,
   * whatever the fault was.
   */
  async breakOff(error: unknown): Promise<void> {
    if (error instanceof LeavingError || error instanceof LeaseLostError) return
    const { execution, running } = this
    if (!execution.isHeld()) return this.quit.abort(error)
    const left = [...running].map(([unit, { attempt, worker }]) => ({
      runId: runIdOf(execution.task._id, unit, attempt),
      worker,
    }))
    this.halt.abort()
    const ends = Promise.all([...running.values()].map(({ done }) => done))
    await Promise.race([ends, pause(ENDING_MS, execution.leave)])
    this.quit.abort(error)
    await Promise.all(left.map((one) => this.dispose(one)))
  }

  /** Ends a run whose result nobody wants. A worker that is away removes it one day. */
  async dispose({ runId, worker }: { runId: string; worker: string }): Promise<void> {
    const { workers } = this
    const run = { runId, term: this.execution.term }
    for (let spentMs = 0; spentMs < ENDING_MS; spentMs += DISPOSE_EACH_MS) {
      const isThere = await workers.stop(worker, run).catch(() => true)
      if (!isThere || (await workers.forget(worker, run))) return
      await pause(DISPOSE_EACH_MS)
    }
  }

  /** What was sent before a crash may run, have ended, or never have arrived: the worker knows. */
  async attach(): Promise<void> {
    for (const [unit, state] of stateOf(this.journal).units) {
      if (state.state !== 'running') continue
      const place = this.placeOf(unit)
      if (!place) continue
      const start = { ...place, unit, attempt: state.attempt }
      const sent = this.journal.findLast(
        (entry) => entry.kind === 'unitStarted' && entry.unit === unit,
      )
      const assigned = await this.assigner.again(start, this.known(), sent)
      if ('start' in assigned) {
        this.follow(assigned)
        continue
      }
      // It has failed here, of a package that has vanished for one: so it must not go on there.
      if (assigned.worker) await this.dispose({ runId: assigned.runId, worker: assigned.worker })
      this.ended.push(assigned)
    }
  }

  placeOf(unit: string): Pick<Start, 'step' | 'action'> | undefined {
    for (const step of stepsOf(this.plan))
      for (const action of step.actions)
        if (action.units.some(({ id }) => id === unit)) return { step, action }
    return undefined
  }

  /** As it is now: what comes about later is not a unit's that has begun. */
  known = () => ({
    outputs: [...this.outputs],
    plan: this.plan,
    state: stateOf(this.journal),
  })

  /** Why something does not run stands in the log of its step. */
  async explain(entry: Entry): Promise<void> {
    if (!('reason' in entry)) return
    const letter = entry.kind.endsWith('Failed') ? 'e' : 'v'
    const activity = 'step' in entry ? `step-${entry.step}` : `step-${entry.action.split('.')[0]}`
    await this.execution.log.say(activity, letter, entry.reason)
  }

  /** Finds workers for what is to start. What has none yet waits; what can have none has failed. */
  async assign(starts: Start[]) {
    const assigned = await this.assigner.assign(starts, this.known())
    for (const end of assigned.failed) {
      this.note([{ kind: 'unitStarted', unit: end.unit, attempt: end.attempt }])
      this.ended.push(end)
      this.wake.resolve()
    }
    return assigned
  }

  follow(assigned: Assigned): void {
    const { context, workers } = this
    const { start, worker } = assigned
    const unit = runUnit({
      ...assigned,
      execution: this.watched,
      context,
      known: this.known(),
      workers,
      waits: (why) => this.wait([[start.unit, why]]),
    }).then(
      (end) => this.ended.push(end),
      (error) => {
        this.failure ??= error
      },
    )
    const done = unit.then(() => {
      this.assigner.free(start)
      this.running.delete(start.unit)
      this.wake.resolve()
    })
    this.running.set(start.unit, { attempt: start.attempt, worker: worker.id, done })
  }

  /** Shows what the task waits for while units of it cannot begin: of many together in one write. */
  async wait(news: (readonly [unit: string, why: string | null])[]): Promise<void> {
    const changed = news.filter(([unit, why]) => (this.waits.get(unit) ?? null) !== why)
    if (changed.length === 0) return
    for (const [unit, why] of changed) {
      if (why === null) this.waits.delete(unit)
      else this.waits.set(unit, why)
    }
    const [_waits = null] = this.waits.values()
    const isNews = _waits !== this.shown
    this.shown = _waits
    await Promise.all([
      isNews && this.execution.write({ $set: { _waits } }),
      ...changed.map(([unit, why]) => why !== null && this.execution.log.say(unit, 'a', why)),
    ])
    this.execution.changed()
  }

  /** The end of a unit; one whose outputs have no room in the task beside the others has failed. */
  async fitting(end: UnitEnd, before: readonly UnitEnd[]): Promise<UnitEnd> {
    if (end.outputs.length === 0) return end
    const all = [...this.outputs, ...before.flatMap(({ outputs }) => outputs), ...end.outputs]
    const bytes = all.reduce((sum, output) => sum + outputBytes(output), 0)
    if (bytes <= MOST_TASK_OUTPUT_BYTES) return end
    await this.execution.log.say(end.unit, 'e', TASK_OUTPUTS_LACK)
    const outcome = end.outcome === 'succeeded' ? 'failed' : end.outcome
    const error = end.error ?? TASK_OUTPUTS_LACK
    return { ...end, outcome, error, outputs: [], mayRetry: false }
  }

  /** Notes how a unit has ended. Whether it is tried again. */
  noteEnd(end: UnitEnd): boolean {
    const { unit, attempt, outcome, hasWarnings, error } = end
    if (outcome === 'returned') {
      this.note([{ kind: 'unitReturned', unit, attempt }])
      return false
    }
    const action = actionsOf(this.plan).find(({ units }) => units.some(({ id }) => id === end.unit))
    const retryAt =
      outcome === 'failed' && end.mayRetry && action
        ? retryAtOf(action, end.attempt, Date.now())
        : null
    this.note(
      [{ kind: 'unitEnded', unit, attempt, outcome, hasWarnings, error, retryAt }],
      end.outputs,
    )
    return retryAt !== null
  }

  intentOf = ({ start, worker, pool }: Assigned): Entry & Sent => ({
    kind: 'unitStarted',
    unit: start.unit,
    attempt: start.attempt,
    worker: worker.id,
    workerName: worker.name,
    pool: pool.Name,
  })

  note(entries: Entry[], outputs: StoredOutput[] = []): void {
    const at = Date.now()
    const stamped = entries.map((entry) => ({ ...entry, at }))
    this.journal.push(...stamped)
    this.outputs.push(...outputs)
    this.news.entries.push(...stamped)
    this.news.outputs.push(...outputs)
  }

  /** What is to be written, which is then no news any more. */
  takeNews(): News {
    const { news } = this
    this.news = { entries: [], outputs: [] }
    return news
  }

  /** Writes down what has been decided, before anything is sent. */
  async write(): Promise<void> {
    if (this.news.entries.length > 0) await this.execution.record(this.takeNews())
  }

  async somethingHappens(wakeAt: number | null): Promise<void> {
    if (wakeAt === null) return this.wake.promise
    const restMs = Math.min(LONGEST_SLEEP_MS, Math.max(0, wakeAt - Date.now()))
    const timer = setTimeout(() => this.wake.resolve(), restMs)
    await this.wake.promise
    clearTimeout(timer)
  }

  async finish(result: Result) {
    const { execution } = this
    if (result.error) await execution.log.say('', 'f', result.error)
    if (result.state === 'Canceled')
      await execution.log.say('', 'w', 'The deployment was cancelled.')
    await execution.finish(result.state, {
      error: result.error ?? '',
      hasWarnings: result.hasWarnings,
      news: this.takeNews(),
    })
  }
}

const earliest = (...times: (number | null)[]): number | null => {
  const known = times.filter((time) => time !== null)
  return known.length > 0 ? Math.min(...known) : null
}
