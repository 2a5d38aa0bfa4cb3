import { closeSync, fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs'
import type { Masker } from '#domain/masking.ts'
import type { Stream } from '#domain/message-effects.ts'
import { createOutput, type Formatted } from '#domain/output-stream.ts'
import type { ServiceMessage } from '#domain/service-messages.ts'
import { type Batch, batchesOf } from './batches.ts'

interface Options {
  /** What the script writes to, and what of it was sent. They are closed with the log. */
  files: Record<Stream | 'sent', number>
  /** Epoch ms. */
  startedAt: number
  masker: Masker
  /** Lines of the log before the script's own. */
  preface: string
  /** `isOld`: it was heard already by a worker that has died. */
  onMessage(message: ServiceMessage, isOld: boolean): void
}

/** One look at both files: how many bytes were taken from each, and when. */
interface Round {
  at: number
  out: number
  err: number
  /** The number of the last batch before which all were acknowledged. */
  acknowledged: number
  isEnd: boolean
}

const streams = ['out', 'err'] as const
/**
 * From one file in one round, in bytes. What it becomes, with the beginnings of its lines and sealed, is
 * below 128 KB, from where on V8 leaves a text lying about until all of its memory is looked through.
 */
const most = 56 * 1024
/** The preface goes with the first output, but does not wait longer for it. */
const prefaceMs = 100

/**
 * Makes a run's log of what its script writes to `out` and `err`. Each round is written to `sent`
 * before its batches leave, so another worker makes the very same batches of the same numbers
 * again, and goes on where this one stopped.
 */
export function openRunLog({ files, startedAt, masker, preface, onMessage }: Options) {
  const { sent } = files
  const open = Object.values(files)
  const offsets = { out: 0, err: 0 }
  let isReplay = false
  let isStarted = false
  let isEnded = false
  const totals = { batches: 0, warnings: 0, errors: 0, standardErrors: 0 }
  const output = createOutput({ masker, onMessage: (message) => onMessage(message, isReplay) })

  function batchesOfRound({ at, out, err, isEnd }: Round): Batch[] {
    const parts: Formatted[] = []
    if (!isStarted) parts.push(prefaceOf(preface))
    isStarted = true
    const taken = { out, err }
    for (const stream of streams) {
      const before = parts.length
      if (taken[stream] > 0) parts.push(output.write(stream, take(stream, taken[stream]), at))
      if (isEnd) parts.push(output.flush(stream, at))
      if (stream === 'err') totals.standardErrors += sum(parts.slice(before), 'errors')
    }
    isEnded = isEnd
    totals.warnings += sum(parts, 'warnings')
    totals.errors += sum(parts, 'errors')
    const batches = batchesOf(parts, totals.batches + 1, at)
    totals.batches += batches.length
    return batches
  }

  function take(stream: Stream, size: number): Buffer {
    const bytes = Buffer.allocUnsafe(size)
    const length = readSync(files[stream], bytes, 0, size, offsets[stream])
    offsets[stream] += length
    return bytes.subarray(0, length)
  }

  const available = (stream: Stream) => fstatSync(files[stream]).size - offsets[stream]

  return {
    totals,
    isEnded: () => isEnded,

    /** What a worker before this one has read: the batches that may not have arrived. */
    replay(): Batch[] {
      isReplay = true
      const batches: Batch[] = []
      for (const round of roundsIn(sent)) {
        batches.push(...batchesOfRound(round))
        const arrived = batches.findIndex(({ seq }) => seq > round.acknowledged)
        batches.splice(0, arrived < 0 ? batches.length : arrived)
      }
      isReplay = false
      return batches
    },

    /**
     * Takes what is there, at most a piece of each file. `isOver`: nothing more is written, so
     * the round that finds no more ends the log. `isFull`: there is more already.
     */
    read(at: number, { isOver, acknowledged }: { isOver: boolean; acknowledged: number }) {
      const out = available('out')
      const err = available('err')
      const isFull = out > most || err > most
      const isPrefaceDue = !isStarted && at - startedAt >= prefaceMs
      if (out + err === 0 && !isOver && !isPrefaceDue) return { batches: [], isFull }
      const taken = { out: Math.min(out, most), err: Math.min(err, most) }
      const round = { at, ...taken, acknowledged, isEnd: isOver && !isFull }
      writeSync(sent, lineOf(round))
      return { batches: batchesOfRound(round), isFull }
    },

    /** Adds lines to what the script has printed, which has ended. */
    note(text: string) {
      const { size } = fstatSync(files.out)
      const last = Buffer.alloc(1)
      if (size > 0) readSync(files.out, last, 0, 1, size - 1)
      writeSync(files.out, size > 0 && last.toString() !== '\n' ? `\n${text}` : text)
    },

    close() {
      for (const file of open.splice(0)) closeSync(file)
    },
  }
}

export type RunLog = ReturnType<typeof openRunLog>

const lineOf = ({ at, out, err, acknowledged, isEnd }: Round) =>
  `${at} ${out} ${err} ${acknowledged} ${isEnd ? 1 : 0}\n`

/** A line without its end was torn by a crash: its batches never left. */
function roundsIn(file: number): Round[] {
  const bytes = Buffer.alloc(fstatSync(file).size)
  readSync(file, bytes, 0, bytes.length, 0)
  const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1)
  if (whole.length < bytes.length) ftruncateSync(file, whole.length)
  const lines = whole.toString('latin1').split('\n').slice(0, -1)
  return lines.map((line) => {
    const [at = 0, out = 0, err = 0, acknowledged = 0, isEnd = 0] = line.split(' ').map(Number)
    return { at, out, err, acknowledged, isEnd: isEnd === 1 }
  })
}

const prefaceOf = (text: string): Formatted => ({
  text,
  lines: text.split('\n').length - 1,
  warnings: 0,
  errors: 0,
})

const sum = (parts: Formatted[], what: 'warnings' | 'errors') =>
  parts.reduce((total, part) => total + part[what], 0)
