/**
 * Makes the acquaintance of workers: each process of one is asked something before its word counts. So a
 * word of long ago, sent again by another, makes no dead worker live; and where two processes have the
 * keys of one, since its folder was copied, one of them works and the other is told to end.
 */
import type { Logger } from 'moleculer'
import type { Alive, WorkerReport } from '#bus/orders.ts'
import type { Known } from './directory.ts'
import type { WorkersHub } from './workers-hub.ts'

/** So long the process that was there before has to say that it still is, in ms. */
const RIVAL_MS = 1_500
const LEAVE_MS = 5_000
/** What is heard of so many at once is not looked into any further: the next word is the next occasion. */
const MOST_AT_ONCE = 1_000

interface Introducing {
  hub: Pick<WorkersHub, 'ipc' | 'roster' | 'orders' | 'nudge'>
  logger: Logger
  /** Asks one process of a worker what it can do. */
  describe(worker: Known, instance: string): Promise<WorkerReport>
  /** The process of this word is the worker now. */
  met(alive: Alive): void
  /** One of two that have the name of a worker was told to end: why. */
  parted(worker: Known, reason: string): Promise<unknown>
}

/** Takes a word of a process that is not the one that is known. */
export function introducing({ hub, logger, describe, met, parted }: Introducing) {
  const { roster, orders } = hub
  const underWay = new Set<string>()

  /** What the process says that is known until now; null where there is none any more. */
  async function rivalOf(worker: Known): Promise<{ alive: Alive; host: string } | null> {
    const alive = roster.aliveOf(worker.Id)
    // Over its channel there is one at a time.
    if (hub.ipc || !alive) return null
    const { instance } = alive
    const report = await orders
      .send(worker, { do: 'describe' }, { timeoutMs: RIVAL_MS, instance })
      .catch(() => null)
    return report && { alive, host: report.host }
  }

  async function meet(worker: Known, alive: Alive) {
    const [report, rival] = await Promise.all([describe(worker, alive.instance), rivalOf(worker)])
    const isFirst = !rival || isBefore(alive, rival.alive)
    if (isFirst) {
      roster.met(alive, report)
      // What was asked of the one before is asked anew.
      hub.nudge(worker.Id)
      met(alive)
    }
    if (!rival) return
    const here = { alive, host: report.host }
    await part(worker, isFirst ? { stays: here, goes: rival } : { stays: rival, goes: here })
  }

  async function part(worker: Known, { stays, goes }: Record<'stays' | 'goes', Twin>) {
    const reason = `Two processes work as the worker '${worker.Name}', on the machines '${stays.host}' and '${goes.host}': its folder was copied. The later one, on '${goes.host}', ends. Empty its folder, and join it as a worker of its own.`
    logger.error(reason, { worker: worker.Id })
    await parted(worker, reason)
    await orders.send(
      worker,
      { do: 'leave', reason },
      { timeoutMs: LEAVE_MS, instance: goes.alive.instance },
    )
  }

  return (worker: Known, alive: Alive): void => {
    const { instance } = alive
    if (underWay.has(instance) || underWay.size >= MOST_AT_ONCE) return
    underWay.add(instance)
    meet(worker, alive)
      .catch((error) =>
        // Its next word is the next occasion; where it was an old one, there is none.
        logger.info('A worker did not say what it can do', {
          ...{ worker: worker.Id, reason: String(error) },
        }),
      )
      .finally(() => underWay.delete(instance))
  }
}

interface Twin {
  alive: Alive
  host: string
}

/** All schedulers are to judge alike, whichever of the two they have heard first. */
const isBefore = (one: Alive, other: Alive) =>
  one.startedAt < other.startedAt ||
  (one.startedAt === other.startedAt && one.instance < other.instance)
