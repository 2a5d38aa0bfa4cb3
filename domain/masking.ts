export interface Masker {
  /** From now on this text is masked too. */
  add(secret: string): void
  /** The text with each secret in it replaced by `********`. */
  mask(text: string): string
  /** The longest secret, in bytes of UTF-8: how much of a text may belong to one that goes on. */
  longest(): number
  /** Where a text may be cut, at or before `at`, so that no secret is cut: for bytes of UTF-8. */
  cutBefore(bytes: Buffer, at: number): number
}

const stars = '********'
const shortest = 4

/**
 * Masks the secrets of a run in what it prints. Texts of at most three characters are no
 * secrets. Of a secret with several lines each line is one, since logs are read line by line.
 */
export function createMasker(secrets: readonly string[] = []): Masker {
  const known = new Set<string>()
  let parts: string[] = []
  let encoded: Buffer[] = []
  let longest = 0

  function add(secret: string) {
    const before = known.size
    for (const part of partsOf(secret)) known.add(part)
    if (known.size === before) return
    parts = [...known]
    encoded = parts.map((part) => Buffer.from(part))
    longest = Math.max(...encoded.map((part) => part.length))
  }
  for (const secret of secrets) add(secret)

  return {
    add,
    mask: (text) => masked(text, parts),
    longest: () => longest,
    cutBefore: (bytes, at) => cutBefore(bytes, at, encoded),
  }
}

/** Spaces around a line are left out: a shell drops them where a value is not quoted. */
function partsOf(secret: string): string[] {
  const lines = secret.split(/[\r\n]+/).map((line) => {
    const bare = line.trim()
    return bare.length >= shortest || bare === '' ? bare : line
  })
  return lines.filter((line) => line.length >= shortest)
}

/** Overlapping secrets become one mask, so that no end of one of them is left. */
function masked(text: string, parts: string[]): string {
  const found = parts.flatMap((part) => spansOf(text, part))
  if (found.length === 0) return text
  found.sort((one, other) => one.from - other.from)
  let result = ''
  let end = 0
  for (const { from, to } of found) {
    if (from >= end) result += text.slice(end, from) + stars
    end = Math.max(end, to)
  }
  return result + text.slice(end)
}

function spansOf(text: string, part: string) {
  const spans: { from: number; to: number }[] = []
  let from = text.indexOf(part)
  while (from >= 0) {
    spans.push({ from, to: from + part.length })
    // One further only: 'aXaXa' holds 'aXa' twice.
    from = text.indexOf(part, from + 1)
  }
  return spans
}

function cutBefore(bytes: Buffer, at: number, parts: Buffer[]): number {
  let cut = at
  for (let moved = true; moved; ) {
    moved = false
    for (const part of parts) {
      const from = bytes
        .subarray(0, cut + part.length - 1)
        .indexOf(part, Math.max(0, cut - part.length + 1))
      if (from < 0 || from >= cut) continue
      cut = from
      moved = true
    }
  }
  return cut
}
