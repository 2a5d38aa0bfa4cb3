/** Keeps the health of workers true: it follows from what is heard, and each change is told once. */
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem, systemCaller } from '#bus/caller.ts'
import { VERSION } from '#bus/version.ts'
import { type Health, type HealthStatus, healthOf, UNKNOWN } from '#domain/worker-health.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import { publicOf } from '#store/resource.ts'
import type { StoredWorker } from './worker.model.ts'
import { type Alive, heardBy, type KeptWorker, laterOf } from './worker-view.ts'

/** What judging needs of the service of workers. */
export interface Judge extends Audit {
  broker: Pick<Bus, 'call' | 'broadcast'>
  models: { Worker: Model<StoredWorker> }
}

/** Those whose health follows from what they say: Tako's own that somebody has let in. */
export const judged = { Approval: 'Approved', Fingerprint: { $gt: '' }, IsDisabled: false } as const

const categories: Record<HealthStatus, string> = {
  Unknown: 'MachineHealthChanged',
  Healthy: 'MachineHealthy',
  HasWarnings: 'MachineHealthChanged',
  Unhealthy: 'MachineUnhealthy',
  Unavailable: 'MachineUnavailable',
}
const words: Record<HealthStatus, string> = {
  Unknown: 'is not known',
  Healthy: 'is healthy',
  HasWarnings: 'has warnings',
  Unhealthy: 'is unhealthy',
  Unavailable: 'is unavailable',
}

/** What a node hears of workers. */
export interface Hearing {
  heard: ReadonlyMap<string, Pick<Alive, 'LastSeen' | 'SilentMs' | 'FreeDiskBytes'>>
  /** For how long it has listened at all, in ms. */
  listenedMs: number
}

/** What this node hears of these workers now. */
export async function hearingOf(
  broker: Pick<Bus, 'call'>,
  workers: readonly KeptWorker[],
): Promise<Hearing> {
  const system = asSystem(broker, 'the health of workers')
  const [heard, { Ms: listenedMs }] = await Promise.all([
    heardBy(
      broker,
      workers.map(({ Id }) => Id),
    ),
    system.call('scheduler.listened', {}),
  ])
  return { heard, listenedMs }
}

/** Stores what is different by what is heard. Disabled workers stay as they are. */
export async function judge(
  service: Judge,
  workers: readonly KeptWorker[],
  { heard, listenedMs }: Hearing,
): Promise<void> {
  await Promise.all(
    workers
      .filter(({ IsDisabled }) => !IsDisabled)
      .map((worker) => {
        const alive = heard.get(worker.Id)
        const LastSeen = laterOf(worker.LastSeen, alive?.LastSeen ?? null)
        const signs = {
          silentMs: alive?.SilentMs ?? listenedMs,
          freeDiskBytes: alive?.FreeDiskBytes ?? worker.FreeDiskBytes,
          isHeardNow: alive !== undefined,
        }
        return settle(service, { ...worker, LastSeen }, signs)
      }),
  )
}

/** Stores the health that follows from these signs, if it is another one. */
export async function settle(
  service: Judge,
  worker: KeptWorker,
  heard: { silentMs: number; freeDiskBytes: number | null; isHeardNow: boolean },
): Promise<void> {
  const { HealthStatus: was, Version, Shells, LastSeen } = worker
  const health = healthOf(
    {
      isForeign: worker.Fingerprint === undefined,
      wasHeard: LastSeen !== null,
      isHeardNow: heard.isHeardNow,
      silentMs: heard.silentMs,
      freeDiskBytes: heard.freeDiskBytes,
      version: Version,
      shells: Shells.length > 0 ? Shells : null,
    },
    { was, version: VERSION },
  )
  if (health && !isAs(worker, health)) await change(service, worker, { ...health, LastSeen })
}

const isAs = (worker: KeptWorker, health: Health) =>
  worker.HealthStatus === health.HealthStatus && worker.StatusSummary === health.StatusSummary

/** Every node looks, and the operator may be changing it: the first write tells of it, others find nothing to do. */
async function change(
  service: Judge,
  worker: KeptWorker,
  fields: Health & Pick<KeptWorker, 'LastSeen'>,
): Promise<void> {
  const { Id, HealthStatus, StatusSummary } = worker
  const before = {
    _id: Id,
    Approval: 'Approved' as const,
    IsDisabled: false,
    HealthStatus,
    StatusSummary,
  }
  const stored = await service.models.Worker.findOneAndUpdate(
    before,
    { $set: fields },
    { returnDocument: 'after' },
  ).lean<StoredWorker>()
  if (!stored || fields.HealthStatus === HealthStatus) return
  const after = publicOf(stored)
  await service.audited(
    { meta: { caller: systemCaller('what is heard of workers') } },
    {
      category: categories[after.HealthStatus],
      kind: 'Worker',
      id: Id,
      spaceId: after.SpaceId,
      before: healthIn(worker),
      after: healthIn(after),
      message: `Worker ${after.Name} ${words[after.HealthStatus]}: ${after.StatusSummary}`,
    },
  )
}

const healthIn = ({ Id, Name, HealthStatus, StatusSummary }: KeptWorker) => ({
  Id,
  Name,
  HealthStatus,
  StatusSummary,
})

/** What a worker is before it was heard. */
export const unheard: Health = UNKNOWN
