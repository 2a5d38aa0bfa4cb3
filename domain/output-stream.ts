import { type Letter, prefixOf } from './log-line.ts'
import type { Masker } from './masking.ts'
import { defaultLevels, effectOf, type Levels, type Stream } from './message-effects.ts'
import { piecesOf } from './output-pieces.ts'
import type { ServiceMessage } from './service-messages.ts'

/** A part of the log, ready to be written: whole lines as `log-line.ts` has them. */
export interface Formatted {
  text: string
  lines: number
  warnings: number
  errors: number
}

export interface Output {
  /** Takes what a stream has printed, cut anywhere, and gives the lines that are complete. */
  write(stream: Stream, chunk: Buffer, at: number): Formatted
  /** The last line of a stream that has ended without a line end. */
  flush(stream: Stream, at: number): Formatted
  /** How many of the bytes written are still kept back, since their line may go on. */
  pending(stream: Stream): number
}

export interface OutputOptions {
  /** Shared by both streams; what scripts declare secret is added to it. */
  masker: Masker
  /** Told of setVariable, createArtifact, progress, resultMessage and mask, in order. */
  onMessage(message: ServiceMessage): void
}

/** Lines as the script printed them, at one level, or a text of Tako's own. */
interface Segment {
  letter: Letter
  text: string
}

const noBytes = Buffer.alloc(0)

/**
 * The way of a script's output into its log. Where bytes are cut into chunks makes no difference
 * to the lines. What a chunk holds is masked after its messages are read: `mask` and the
 * line that it is about may race, one on each stream.
 */
export function createOutput({ masker, onMessage }: OutputOptions): Output {
  const pending: Record<Stream, Buffer> = { out: noBytes, err: noBytes }
  const levels: Levels = { ...defaultLevels }

  function take(stream: Stream, at: number, isEnd: boolean): Formatted {
    const { pieces, used } = piecesOf(pending[stream], { masker, isEnd })
    const segments: Segment[] = []
    for (const piece of pieces) {
      const letter = levels[stream]
      if (typeof piece !== 'string') hear(piece, segments)
      else if (letter) segments.push({ letter, text: piece })
    }
    // A copy: the reader may use its buffer again.
    pending[stream] = Buffer.from(pending[stream].subarray(used))
    return formatted(segments, at, masker)
  }

  function hear(message: ServiceMessage, segments: Segment[]) {
    const { name, attributes } = message
    const effect = effectOf(name)
    if (isSecret(message)) masker.add(attributes.value ?? '')
    if (effect.kind === 'level') levels[effect.stream] = effect.letter
    if (effect.kind === 'tell') onMessage(message)
    if (effect.kind === 'note') segments.push({ letter: effect.letter, text: `${effect.text}\n` })
  }

  return {
    write(stream, chunk, at) {
      const kept = pending[stream]
      pending[stream] = kept.length === 0 ? chunk : Buffer.concat([kept, chunk])
      return take(stream, at, false)
    },
    flush: (stream, at) => take(stream, at, true),
    pending: (stream) => pending[stream].length,
  }
}

function isSecret({ name, attributes }: ServiceMessage): boolean {
  if (/^mask$/i.test(name)) return true
  return /^setvariable$/i.test(name) && /^true$/i.test(attributes.sensitive ?? '')
}

function formatted(segments: Segment[], at: number, masker: Masker): Formatted {
  const result = { text: '', lines: 0, warnings: 0, errors: 0 }
  for (const { letter, text } of segments) {
    const prefix = prefixOf(at, letter)
    const plain = masker.mask(text)
    // All lines at once: a script that prints millions of them is not slowed down by its log.
    const lines = `${prefix}${plain.slice(0, -1).replace(/\n/g, `\n${prefix}`)}\n`
    // What the text has grown by are the prefixes.
    const count = (lines.length - plain.length) / prefix.length
    result.text += lines
    result.lines += count
    if (letter === 'w') result.warnings += count
    if (letter === 'e' || letter === 'f') result.errors += count
  }
  return result
}
