/** What this node has heard of workers: in memory alone, and made anew from what they say. */
import type { Alive, WorkerReport } from '#bus/orders.ts'
import type { Attention } from './attention.ts'

interface Heard {
  /** By the attentive clock. */
  at: number
  /** Epoch ms, by this node's own clock. */
  seenAt: number
  epoch: number
  beat: number
  alive: Alive | null
  report: WorkerReport | null
  /** It has refused for want of a place since its last beat. */
  isFull: boolean
}

/** How a worker looks to who wants to send it something. */
export interface Standing {
  isHeard: boolean
  refuses: string | null
  slots: number
  taken: number
  /** Of the packages with these digests, how many it has. */
  packagesThere(digests: readonly string[]): number
}

/** Not heard of for longer than this, a worker gets nothing new, in ms. */
const UNHEARD_MS = 6_000

export type Roster = ReturnType<typeof createRoster>

export function createRoster(attention: Attention) {
  const all = new Map<string, Heard>()
  /** Runs that this node is about to send or follows, by worker. */
  const reserved = new Map<string, Set<string>>()
  const listeners = new Set<(worker: string) => void>()

  const tell = (worker: string) => {
    for (const listener of listeners) listener(worker)
  }
  const heardOf = (worker: string): Heard =>
    all.get(worker) ?? {
      at: Number.NEGATIVE_INFINITY,
      seenAt: 0,
      epoch: 0,
      beat: 0,
      alive: null,
      report: null,
      isFull: false,
    }
  const hear = (worker: string, more: Partial<Heard>) =>
    all.set(worker, { ...heardOf(worker), at: attention.now(), seenAt: Date.now(), ...more })
  const silentMs = (worker: string) => attention.now() - heardOf(worker).at

  return {
    /** Takes in what a worker has signed. Answers false when it is old: said before, or of an epoch before. */
    alive(alive: Alive): boolean {
      const { epoch, beat } = heardOf(alive.worker)
      if (alive.epoch < epoch || (alive.epoch === epoch && alive.beat <= beat)) return false
      hear(alive.worker, { epoch: alive.epoch, beat: alive.beat, alive, isFull: false })
      tell(alive.worker)
      return true
    },

    /** It has answered a fresh question: nothing proves better that it is there. */
    answered(worker: string, epoch: number) {
      const known = heardOf(worker)
      hear(worker, { epoch, ...(epoch !== known.epoch && { beat: 0 }) })
    },

    reported(worker: string, report: WorkerReport) {
      hear(worker, { report })
      tell(worker)
    },

    /** It has refused for want of a place: until it says otherwise it has none. */
    refused(worker: string) {
      all.set(worker, { ...heardOf(worker), isFull: true })
    },

    /** 0 before it was heard of: it then tells its own. */
    epochOf: (worker: string) => heardOf(worker).epoch,
    reportOf: (worker: string) => heardOf(worker).report,
    aliveOf: (worker: string) => heardOf(worker).alive,
    silentMs,

    /** Since the bus is back, silence counts from now. */
    startAnew() {
      const now = attention.now()
      for (const heard of all.values()) heard.at = Math.max(heard.at, now)
    },

    /** Its silence is waited for from now on, if nothing was ever heard of it. */
    expect(worker: string) {
      if (!all.has(worker)) all.set(worker, { ...heardOf(worker), at: attention.now() })
    },

    reserve(worker: string, runId: string) {
      const runs = reserved.get(worker) ?? new Set()
      reserved.set(worker, runs.add(runId))
    },

    free(worker: string, runId: string) {
      if (!reserved.get(worker)?.delete(runId)) return
      // It said so before this run has ended.
      const { alive } = heardOf(worker)
      if (alive) alive.running = alive.running.filter((one) => one !== runId)
      tell(worker)
    },

    standing(worker: string): Standing {
      const { alive, report, isFull } = heardOf(worker)
      const running = new Set([...(alive?.running ?? []), ...(reserved.get(worker) ?? [])])
      const slots = alive?.slots ?? 0
      const cached = new Set(report?.cached)
      return {
        // What it can do it has told in answer to a fresh question: so it is not an old word of a dead one.
        isHeard: alive !== null && report !== null && silentMs(worker) <= UNHEARD_MS,
        refuses: alive?.refuses ?? null,
        slots,
        taken: isFull ? slots : running.size,
        packagesThere: (digests) => digests.filter((digest) => cached.has(digest)).length,
      }
    },

    /** All that were heard of, with what they said last. */
    snapshot: () =>
      [...all].flatMap(([id, { alive, report, seenAt }]) => {
        if (!alive) return []
        return [{ id, alive, report, seenAt, silentMs: silentMs(id) }]
      }),

    /** Calls when something about a worker is different. Gives the way to stop that. */
    onChange(listener: (worker: string) => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
