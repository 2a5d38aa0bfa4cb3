import { structuredPatch } from 'diff'

/** A run of lines that differ, with a few around them that do not. */
export interface Hunk {
  /** The numbers of its first line in either text, from 1; 0 in a text without lines. */
  BeforeLine: number
  AfterLine: number
  Lines: { Kind: 'Same' | 'Added' | 'Removed'; Text: string }[]
}

export interface LineDifference {
  Added: number
  Removed: number
  Hunks: Hunk[]
  /** Whether there is more than `Hunks` tells. */
  IsCut: boolean
}

const limits = {
  /** Lines around a difference. */
  context: 3,
  /** Past so many differing lines it takes too long to find which of them are common. */
  edits: 500,
  /** Lines of all hunks together. */
  lines: 10_000,
} as const

/** What makes the second text out of the first, line by line. Ends of lines as of Windows count as any other. */
export function hunksOf(before: string, after: string): LineDifference {
  const [one, other] = [before, after].map((text) => text.replaceAll('\r\n', '\n')) as [
    string,
    string,
  ]
  const patch = structuredPatch('', '', one, other, '', '', {
    ...{ context: limits.context, maxEditLength: limits.edits },
  })
  const hunks = patch?.hunks.map(
    ({ oldStart, newStart, lines }): Hunk => ({
      ...{ BeforeLine: oldStart, AfterLine: newStart },
      Lines: lines.flatMap((line) => {
        const Kind = kinds[line.charAt(0)]
        return Kind ? [{ Kind, Text: line.slice(1) }] : []
      }),
    }),
  ) ?? [replaced(one, other)]
  const all = hunks.flatMap(({ Lines }) => Lines)
  const count = (kind: string) => all.filter(({ Kind }) => Kind === kind).length
  return { Added: count('Added'), Removed: count('Removed'), ...cut(hunks) }
}

// Besides these there is a remark that the last line has no end.
const kinds: Record<string, Hunk['Lines'][number]['Kind']> = {
  ...{ ' ': 'Same', '+': 'Added', '-': 'Removed' },
}

const replaced = (before: string, after: string): Hunk => ({
  ...{ BeforeLine: 1, AfterLine: 1 },
  Lines: [
    ...before.split('\n').map((Text) => ({ Kind: 'Removed' as const, Text })),
    ...after.split('\n').map((Text) => ({ Kind: 'Added' as const, Text })),
  ],
})

function cut(hunks: readonly Hunk[]): Pick<LineDifference, 'Hunks' | 'IsCut'> {
  let room: number = limits.lines
  const Hunks = hunks.flatMap((hunk) => {
    const Lines = hunk.Lines.slice(0, room)
    room -= Lines.length
    return Lines.length > 0 ? [{ ...hunk, Lines }] : []
  })
  const whole = hunks.reduce((sum, { Lines }) => sum + Lines.length, 0)
  return { Hunks, IsCut: whole > limits.lines }
}
