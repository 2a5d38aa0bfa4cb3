/** Workers as they are answered: what is stored, with what the scheduler hears at this moment. */
import type { Actions, Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { VERSION } from '#bus/version.ts'
import { GONE_MS, statusOf } from '#domain/worker-health.ts'
import type { Public } from '#store/resource.ts'
import type { StoredWorker } from './worker.model.ts'
import type { Worker } from './workers.contract.ts'

/** A worker as the store has it, with its id. */
export type KeptWorker = Public<StoredWorker>

/** A worker as this node hears it. */
export type Alive = ReturnType<Actions['scheduler.alive']>[number]

/** The workers with what is heard of them: one question for all. */
export async function shownWorkers(
  broker: Pick<Bus, 'call'>,
  workers: readonly KeptWorker[],
): Promise<Worker[]> {
  const heard = await heardBy(
    broker,
    workers.filter(({ Fingerprint }) => Fingerprint).map(({ Id }) => Id),
  )
  return workers.map((worker) => shownWorker(worker, heard.get(worker.Id)))
}

/** What this node hears of these workers, by id. */
export async function heardBy(
  broker: Pick<Bus, 'call'>,
  ids: string[],
): Promise<Map<string, Alive>> {
  if (ids.length === 0) return new Map()
  const alive = await asSystem(broker, 'workers are looked at').call('scheduler.alive', { ids })
  return new Map(alive.map((one) => [one.Id, one]))
}

function shownWorker(worker: KeptWorker, alive: Alive | undefined): Worker {
  const runs = alive && alive.SilentMs < GONE_MS ? alive.Running : []
  return {
    ...worker,
    Fingerprint: worker.Fingerprint ?? null,
    Status: statusOf(worker.HealthStatus, worker.IsDisabled),
    HasLatestCalamari: worker.Version === VERSION,
    IsInProcess: false,
    LastSeen: laterOf(worker.LastSeen, alive?.LastSeen ?? null),
    Slots: alive?.Slots ?? worker.Slots,
    FreeDiskBytes: alive?.FreeDiskBytes ?? worker.FreeDiskBytes,
    RunningCount: runs.length,
    Running: runs.map((RunId) => ({ RunId, TaskId: RunId.split('.')[0] ?? RunId })),
  }
}

/** Of two times in ISO. */
export const laterOf = (a: string | null, b: string | null): string | null =>
  a !== null && b !== null ? (a > b ? a : b) : (a ?? b)
