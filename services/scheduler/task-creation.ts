/** How tasks come into the queue: made by a service, asked for by hand, or run once more. */
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem, type Caller } from '#bus/caller.ts'
import { NotBuiltError, RefusedError } from '#bus/errors.ts'
import { ensureMay } from '#bus/permitted.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import { newId } from '#store/ids.ts'
import type { StoredTask } from './task.model.ts'
import { type Asking, findTask } from './task-access.ts'
import { isEnded, taskOf } from './task-view.ts'
import type { NewTask, Task } from './tasks.contract.ts'

type Tasks = Model<StoredTask>
interface Service extends Audit {
  broker: Pick<Bus, 'call'>
}

const DUPLICATE_KEY = 11_000

/** Stores a task, once however often it is asked for. */
export async function createTask(tasks: Tasks, wish: NewTask, caller: Caller): Promise<Task> {
  const { Id, ConcurrencyTag, IsPriority, Follower, ...fields } = wish
  const now = new Date().toISOString()
  const task = {
    CreatedBy: caller.username,
    Arguments: {},
    QueueTimeExpiry: null,
    ProjectId: null,
    EnvironmentId: null,
    TenantId: null,
    ...fields,
    State: 'Queued',
    QueueTime: fields.QueueTime ?? now,
    LastUpdatedTime: now,
    StartTime: null,
    CompletedTime: null,
    ServerNode: null,
    ErrorMessage: '',
    HasBeenPickedUpByProcessor: false,
    HasPendingInterruptions: false,
    HasWarningsOrErrors: false,
    _rank: IsPriority ? 1 : 2,
    _tag: ConcurrencyTag ?? null,
    _journal: [],
    _plan: null,
    _waits: null,
    _notes: [],
    _outputs: [],
    _follow: Follower ? [Follower] : [],
  } as const
  // A second one of the same id finds the first: nothing is queued twice.
  await tasks
    .updateOne({ _id: Id }, { $setOnInsert: task }, { upsert: true })
    .catch((error: { code?: number }) => {
      // Of two at the same time, one is told so by the index.
      if (error.code !== DUPLICATE_KEY) throw error
    })
  return taskOf(await findTask(tasks, { id: Id }), Date.now())
}

/** A task by hand: of the kinds that there are, only the check of the worker is one. */
export async function requestTask(
  service: Service,
  ctx: Asking,
  wish: {
    spaceId?: string
    Name: string
    Description: string
    Arguments?: { WorkerPoolId?: string; MachineIds?: string[] }
  },
): Promise<Task> {
  const { spaceId: SpaceId = null, Name, Description, Arguments = {} } = wish
  await ensureMay(ctx, 'TaskCreate', SpaceId)
  if (Name !== 'Health') throw new NotBuiltError(`tasks of the kind '${Name}' by hand`)
  return queueHealth(service, ctx, {
    SpaceId,
    Description:
      Description.trim() ||
      (isOfWorkers(Arguments) ? 'Check the health of workers' : 'Check the built-in worker'),
    Arguments,
  })
}

/** The same once more: of a deployment as a new deployment. */
export async function rerunTask(
  service: Service,
  ctx: Asking,
  { tasks, task }: { tasks: Tasks; task: StoredTask },
): Promise<Task> {
  if (!isEnded(task.State)) throw new RefusedError('The task has not ended yet.')
  const { SpaceId, Name, Description, Arguments } = task
  if ((Name === 'Deploy' || Name === 'Promote') && SpaceId) {
    // `deployments.repeat` asks for DeploymentCreate itself.
    const id = String(Arguments.DeploymentId)
    const { TaskId } = await ctx.call('deployments.repeat', { spaceId: SpaceId, id })
    return taskOf(await findTask(tasks, { id: TaskId }), Date.now())
  }
  if (Name === 'Health') {
    await ensureMay(ctx, 'TaskCreate', SpaceId)
    return queueHealth(service, ctx, { SpaceId, Description, Arguments })
  }
  if (Name !== 'DeleteSpace' || task.State === 'Success')
    throw new RefusedError(`This task '${Name}' cannot be run again.`)
  // What it was to take away is hidden, and would stay for ever.
  await ensureMay(ctx, 'SpaceDelete', null)
  return queued(service, ctx, { SpaceId, Name, Description, Arguments })
}

const isOfWorkers = ({ WorkerPoolId, MachineIds = [] }: Record<string, unknown>): boolean =>
  typeof WorkerPoolId === 'string' || (Array.isArray(MachineIds) && MachineIds.length > 0)

const queueHealth = (
  service: Service,
  ctx: Asking,
  wish: Pick<NewTask, 'SpaceId' | 'Description' | 'Arguments'>,
): Promise<Task> => queued(service, ctx, { ...wish, Name: 'Health' })

async function queued(service: Service, ctx: Asking, wish: Omit<NewTask, 'Id'>): Promise<Task> {
  const { username: CreatedBy } = ctx.meta.caller
  const system = asSystem(service.broker, 'a task is asked for')
  const Id = newId('ServerTasks')
  const task = await system.call('tasks.create', { ...wish, Id, CreatedBy })
  await service.audited(ctx, {
    category: 'TaskQueued',
    kind: 'ServerTask',
    id: Id,
    spaceId: wish.SpaceId,
    message: `Queued: ${wish.Description}`,
  })
  return task
}
