/** @typedef {{ kind: 'same' | 'added' | 'removed', text: string }} DiffLine */

const MOST = 2_000

/**
 * What makes the second text out of the first, line by line.
 * @param {string} before
 * @param {string} after
 * @returns {DiffLine[]}
 */
export function lineDiff(before, after) {
  const [a, b] = [before.split('\n'), after.split('\n')]
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end))
    end++
  const middle = between(a.slice(start, a.length - end), b.slice(start, b.length - end))
  const same = (/** @type {string[]} */ lines) => lines.map((text) => line('same', text))
  return [...same(a.slice(0, start)), ...middle, ...same(a.slice(a.length - end))]
}

/** @param {DiffLine['kind']} kind @param {string} text @returns {DiffLine} */
const line = (kind, text) => ({ kind, text })

/** @param {string[]} a @param {string[]} b @returns {DiffLine[]} */
function between(a, b) {
  const removed = a.map((text) => line('removed', text))
  const added = b.map((text) => line('added', text))
  // The table of what is common grows with the product; past this, all is shown as replaced.
  if (a.length * b.length === 0 || a.length > MOST || b.length > MOST) return [...removed, ...added]
  const width = b.length + 1
  const common = new Uint16Array((a.length + 1) * width)
  const at = (/** @type {number} */ i, /** @type {number} */ j) => common[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  /** @type {DiffLine[]} */
  const lines = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(line('same', a[i] ?? ''))
      i++
      j++
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push(line('removed', a[i++] ?? ''))
    } else {
      lines.push(line('added', b[j++] ?? ''))
    }
  }
  return lines
}
