/**
 * Whether it is time again for a key: at most once in `ms` for each. Those whose time has come again are
 * forgotten, so it remembers no more than came within that.
 */
export function onceIn(ms: number, now: () => number = Date.now) {
  const last = new Map<string, number>()
  function isTime(key: string): boolean {
    const at = now()
    for (const [other, then] of last) {
      if (then + ms > at) break
      last.delete(other)
    }
    if (last.has(key)) return false
    last.set(key, at)
    return true
  }
  return Object.assign(isTime, { size: () => last.size })
}

/**
 * Calls `tell` for an id at once, and for what comes within `ms` after that once more at the end:
 * the last news is always told, and never too often.
 */
export function atMostEach(ms: number, tell: (id: string) => void): (id: string) => void {
  const waiting = new Map<string, { again: boolean }>()
  function say(id: string) {
    const state = { again: false }
    waiting.set(id, state)
    tell(id)
    setTimeout(() => {
      waiting.delete(id)
      if (state.again) say(id)
    }, ms).unref()
  }
  return (id) => {
    const state = waiting.get(id)
    if (state) state.again = true
    else say(id)
  }
}
