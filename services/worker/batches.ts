import type { Formatted } from '#domain/output-stream.ts'

/** A piece of a run's log as `runs.record` takes it, less the name of the run. */
export interface Batch extends Formatted {
  seq: number
  from: number
  to: number
}

/** The largest text of a batch, in bytes. */
export const largestBatch = 256 * 1024

/** Batches of these texts, numbered from `first`; none when there is no text. */
export function batchesOf(parts: Formatted[], first: number, at: number): Batch[] {
  const all: Formatted = { text: '', lines: 0, warnings: 0, errors: 0 }
  for (const part of parts) {
    all.text += part.text
    all.lines += part.lines
    all.warnings += part.warnings
    all.errors += part.errors
  }
  if (all.text === '') return []
  const isSmall = Buffer.byteLength(all.text) <= largestBatch
  const pieces = isSmall ? [all] : piecesOf(Buffer.from(all.text)).map(counted)
  return pieces.map((piece, index) => ({ ...piece, seq: first + index, from: at, to: at }))
}

/** Whole lines, as many as a batch takes: no line is as long as a batch. */
function piecesOf(bytes: Buffer): string[] {
  const pieces: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const rest = bytes.length - at <= largestBatch
    const end = rest ? bytes.length : bytes.lastIndexOf('\n', at + largestBatch - 1) + 1
    pieces.push(bytes.toString('utf8', at, end))
    at = end
  }
  return pieces
}

/** The category of a line is its tenth character. */
function counted(text: string): Formatted {
  const lines = text.split('\n').slice(0, -1)
  const count = (letters: string) =>
    lines.filter((line) => letters.includes(line.charAt(9) || ' ')).length
  return { text, lines: lines.length, warnings: count('w'), errors: count('ef') }
}
