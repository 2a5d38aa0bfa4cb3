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
