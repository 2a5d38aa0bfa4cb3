/**
 * Executes a deployment: asks the rules what is next, writes it down, does it, and asks again.
 * After a crash it begins at the same place, since all that it knows is in the journal.
 */
import { nextOf, retryAtOf, type Start } from '#domain/conditions.ts'
import { type Entry, stateOf } from '#domain/journal.ts'
import { actionsOf, type Plan, planOf, stepsOf } from '#domain/plan.ts'
import type { Result } from '#domain/progress.ts'
import type { Execution } from './execution.ts'
import { type Context, evaluateIn } from './run-spec.ts'
import type { Stamped, StoredOutput } from './task.model.ts'
import { runUnit, type UnitEnd } from './unit.ts'
import type { WorkersBus } from './workers-bus.ts'

/** What the deployment is about, as `deployments.execution` tells it. */
export type Load = (task: Execution['task']) => Promise<Context>

export function deployer(workers: WorkersBus, load: Load) {
  return async (execution: Execution): Promise<void> => {
    const context = await load(execution.task)
    const plan = await plannedFor(execution, context)
    await new Deploying(execution, context, plan, workers).run()
  }
}

/** The plan that the task was started with: a second one might differ. */
async function plannedFor(execution: Execution, context: Context): Promise<Plan> {
  const { task } = execution
  if (task._plan) return task._plan
  const plan = planOf({
    steps: context.steps,
    environmentId: context.environmentId,
    channelId: context.channelId,
    tenantTags: context.tenantTags,
    skipActions: context.skipActions,
  })
  await execution.write({ $set: { _plan: plan } })
  return plan
}

/** One deployment on its way. */
class Deploying {
  readonly execution: Execution
  readonly context: Context
  readonly plan: Plan
  readonly workers: WorkersBus
  readonly journal: Stamped[]
  readonly outputs: StoredOutput[]
  /** Units that this process is waiting for. */
  readonly running = new Map<string, Promise<void>>()
  readonly ended: UnitEnd[] = []
  wake = Promise.withResolvers<void>()
  failure: unknown

  constructor(execution: Execution, context: Context, plan: Plan, workers: WorkersBus) {
    this.execution = execution
    this.context = context
    this.plan = plan
    this.workers = workers
    this.journal = [...execution.task._journal]
    this.outputs = [...execution.task._outputs]
  }

  async run(): Promise<void> {
    const { cancel, leave } = this.execution
    for (const signal of [cancel, leave])
      signal.addEventListener('abort', () => this.wake.resolve())
    this.attach()
    for (;;) {
      // Armed before the look: what happens meanwhile is not slept over.
      this.wake = Promise.withResolvers()
      if (leave.aborted) return
      await this.recordEnded()
      if (cancel.aborted && !this.journal.some(({ kind }) => kind === 'cancelled'))
        await this.record([{ kind: 'cancelled' }])
      const next = nextOf(this.plan, stateOf(this.journal), {
        evaluate: (expression, place) =>
          evaluateIn(this.context, this.known(), { expression, ...place }),
        now: Date.now(),
      })
      // Also of the steps that end the deployment by being left out.
      await this.begin(next.entries, next.starts)
      if (next.result) return this.finish(next.result)
      await this.somethingHappens(next.wakeAt)
    }
  }

  /** What was sent before a crash may run, have ended, or never have arrived: the worker knows. */
  attach(): void {
    for (const [unit, state] of stateOf(this.journal).units) {
      if (state.state !== 'running') continue
      const place = this.placeOf(unit)
      if (place) this.follow({ ...place, unit, attempt: state.attempt }, true)
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

  /** Decisions and intents in one write, before anything is sent. */
  async begin(decisions: Entry[], starts: Start[]): Promise<void> {
    const intents: Entry[] = starts.map(({ unit, attempt }) => ({
      kind: 'unitStarted',
      unit,
      attempt,
    }))
    const entries = [...decisions, ...intents]
    if (entries.length === 0) return
    await this.record(entries)
    for (const entry of decisions) await this.explain(entry)
    for (const start of starts) this.follow(start)
    this.execution.changed()
  }

  /** Why something does not run stands in the log of its step. */
  async explain(entry: Entry): Promise<void> {
    if (!('reason' in entry)) return
    const letter = entry.kind.endsWith('Failed') ? 'e' : 'v'
    const activity = 'step' in entry ? `step-${entry.step}` : `step-${entry.action.split('.')[0]}`
    await this.execution.log.say(activity, letter, entry.reason)
  }

  follow(start: Start, isResumed = false): void {
    const { execution, context, workers } = this
    const unit = runUnit({
      execution,
      context,
      known: this.known(),
      workers,
      start,
      isResumed,
    }).then(
      (end) => this.ended.push(end),
      (error) => {
        this.failure = error
      },
    )
    const done = unit.then(() => {
      this.running.delete(start.unit)
      this.wake.resolve()
    })
    this.running.set(start.unit, done)
  }

  async recordEnded(): Promise<void> {
    if (this.failure) throw this.failure
    for (const end of this.ended.splice(0)) {
      const action = actionsOf(this.plan).find(({ units }) =>
        units.some(({ id }) => id === end.unit),
      )
      const retryAt =
        end.outcome === 'failed' && end.mayRetry && action
          ? retryAtOf(action, end.attempt, Date.now())
          : null
      const { unit, attempt, outcome, hasWarnings, error } = end
      await this.record(
        [{ kind: 'unitEnded', unit, attempt, outcome, hasWarnings, error, retryAt }],
        end.outputs,
      )
      if (retryAt !== null)
        await this.execution.log.say(
          unit,
          'w',
          `It failed and is tried again (attempt ${attempt + 1}).`,
        )
      // Only now: until its end is written down, the worker has to keep the result.
      await this.workers.forget(end.runId)
      this.execution.changed()
    }
  }

  async record(entries: Entry[], outputs: StoredOutput[] = []): Promise<void> {
    const at = Date.now()
    const stamped = entries.map((entry) => ({ ...entry, at }))
    await this.execution.record(stamped, outputs)
    this.journal.push(...stamped)
    this.outputs.push(...outputs)
  }

  async somethingHappens(wakeAt: number | null): Promise<void> {
    if (wakeAt === null) return this.wake.promise
    const timer = setTimeout(() => this.wake.resolve(), Math.max(0, wakeAt - Date.now()))
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
    })
  }
}
