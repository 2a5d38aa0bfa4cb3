/**
 * A clock that runs only while this process listens: not while its event loop is blocked, not while it
 * is stopped, and not while the bus is away. What is silent by it was silent to somebody who listened.
 */
export interface Attention {
  /** Ms of attention since the start. */
  now(): number
  /** The bus has gone, or is back. */
  busIs(isThere: boolean): void
  stop(): void
}

const TICK_MS = 250
/** A tick that comes later than this was not waited for with open ears. */
const MOST_MS = TICK_MS * 2

export function payAttention(clock: () => number = () => performance.now()): Attention {
  let attentive = 0
  let last = clock()
  let isThere = true

  function tick() {
    const at = clock()
    if (isThere) attentive += Math.min(at - last, MOST_MS)
    last = at
  }
  const timer = setInterval(tick, TICK_MS)
  timer.unref()

  return {
    now: () => attentive,
    busIs(isIt) {
      tick()
      isThere = isIt
    },
    stop: () => clearInterval(timer),
  }
}
