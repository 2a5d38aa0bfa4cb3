/** What this node has heard of workers: in memory alone, and made anew from what they say. */
import type { Alive, Moment, WorkerReport } from '#bus/orders.ts'
import type { Attention } from './attention.ts'

interface Heard {
  /** By the attentive clock. */
  at: number
  /** Epoch ms, by this node's own clock. */
  seenAt: number
  /** Of its process that has answered a fresh question; null before one has. */
  moment: Moment | null
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
      ...{ at: Number.NEGATIVE_INFINITY, seenAt: 0, moment: null },
      ...{ alive: null, report: null, isFull: false },
    }
  const hear = (worker: string, more: Partial<Heard>) =>
    all.set(worker, { ...heardOf(worker), at: attention.now(), seenAt: Date.now(), ...more })
  const silentMs = (worker: string) => attention.now() - heardOf(worker).at

  return {
    /**
     * Takes in what a worker has signed. `stranger`: it is of a process that has not answered here yet,
     * so it may be a word of long ago that somebody sends again. `old`: said before.
     */
    alive(alive: Alive): 'news' | 'old' | 'stranger' {
      const { moment } = heardOf(alive.worker)
      if (moment?.instance !== alive.instance) return 'stranger'
      if (!isLater(alive, moment)) return 'old'
      hear(alive.worker, { moment: momentOf(alive), alive, isFull: false })
      tell(alive.worker)
      return 'news'
    },

    /** The process of this word has just said what it can do: from now on it is the worker. */
    met(alive: Alive, report: WorkerReport) {
      const { worker } = alive
      const { moment } = heardOf(worker)
      const isKnown = moment?.instance === alive.instance && !isLater(alive, moment)
      hear(worker, {
        ...{ moment: isKnown ? moment : momentOf(alive), alive, report, isFull: false },
      })
      tell(worker)
    },

    /** It has answered a fresh question: nothing proves better that it is there. */
    answered(worker: string, now: Moment) {
      const { moment } = heardOf(worker)
      if (moment && moment.instance !== now.instance) return
      hear(worker, { moment: moment && !isLater(now, moment) ? moment : momentOf(now) })
    },

    reported(worker: string, report: WorkerReport) {
      hear(worker, { report })
      tell(worker)
    },

    /** It has refused for want of a place: until it says otherwise it has none. */
    refused(worker: string) {
      all.set(worker, { ...heardOf(worker), isFull: true })
    },

    /** When its process has said something last; null before it has answered: it then tells its own. */
    momentOf: (worker: string) => heardOf(worker).moment,
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
      const heard = heardOf(worker)
      if (heard.at === Number.NEGATIVE_INFINITY) all.set(worker, { ...heard, at: attention.now() })
    },

    /** It is none any more. */
    forget: (worker: string) => all.delete(worker),
    /** How many it remembers something of. */
    size: () => Math.max(all.size, reserved.size),

    reserve(worker: string, runId: string) {
      const runs = reserved.get(worker) ?? new Set()
      reserved.set(worker, runs.add(runId))
    },

    free(worker: string, runId: string) {
      const runs = reserved.get(worker)
      if (!runs?.delete(runId)) return
      if (runs.size === 0) reserved.delete(worker)
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

const momentOf = ({ instance, epoch, beat }: Moment): Moment => ({ instance, epoch, beat })

/** Of one process: which of two moments is later. */
const isLater = (one: Moment, other: Moment) =>
  one.epoch > other.epoch || (one.epoch === other.epoch && one.beat > other.beat)
