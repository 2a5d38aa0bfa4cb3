import { randomUUID } from 'node:crypto'
import type { Moment } from '#bus/orders.ts'

/** How many texts of one epoch are kept: then the next begins early. */
const MOST_REMEMBERED = 50_000

export interface Epochs {
  now(): number
  /** Of this process, now. */
  moment(): Moment
  /** The same for the next word that the worker lives. */
  nextMoment(): Moment
  /** Whether an order of this epoch may still be obeyed: of this one, or the one before. */
  accepts(epoch: number): boolean
  /** From now on `hasHad` it, for as long as an order of this epoch or an older one is accepted. */
  remember(text: string): void
  hasHad(text: string): boolean
  /** Begins the next. Where that cannot be kept on the disk, this one goes on. */
  turn(): void
}

interface Options {
  /** The one that this start has; it is on the disk. */
  first: number
  /** Writes it to the disk, or throws. */
  persist(epoch: number): void
  failed(error: unknown): void
  most?: number
}

/**
 * The epochs of a worker: each has a number that no other has had, also after a restart. What a
 * worker must not do twice it remembers only while an order from then may still come.
 */
export function createEpochs({ first, persist, failed, most = MOST_REMEMBERED }: Options): Epochs {
  const instance = randomUUID()
  let now = first
  let beat = 0
  let current = new Set<string>()
  let before = new Set<string>()

  function turn() {
    try {
      persist(now + 1)
    } catch (error) {
      return failed(error)
    }
    now += 1
    beat = 0
    before = current
    current = new Set()
  }

  const moment = () => ({ instance, epoch: now, beat })

  return {
    now: () => now,
    moment,
    nextMoment() {
      beat += 1
      return moment()
    },
    accepts: (epoch) => epoch === now || epoch === now - 1,
    remember(text) {
      if (current.size >= most) turn()
      current.add(text)
    },
    hasHad: (text) => current.has(text) || before.has(text),
    turn,
  }
}
