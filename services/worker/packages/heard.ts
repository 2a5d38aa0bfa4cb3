import { closeSync, createReadStream, openSync, readSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createMasker } from '#domain/masking.ts'
import type { Stream } from '#domain/message-effects.ts'
import { createOutput } from '#domain/output-stream.ts'

/** What scripts have said to Tako, read from the files that they print to. */
export interface Heard {
  /** By name as it was written last. */
  outputs: Record<string, string>
  /** Why it says that it has failed; null when it does not. */
  failure: string | null
}

const streams: Stream[] = ['out', 'err']
type Sizes = Record<Stream, number>

/** How much was printed so far, in bytes. */
export const sizesOf = (folder: string): Sizes => ({
  out: statSync(join(folder, 'out')).size,
  err: statSync(join(folder, 'err')).size,
})

/** What was said since the files had these sizes. */
export async function outputSince(folder: string, sizes: Sizes): Promise<Heard> {
  const heard: Heard = { outputs: {}, failure: null }
  const output = createOutput({
    masker: createMasker(),
    onMessage({ name, attributes }) {
      if (/^setvariable$/i.test(name)) heard.outputs[attributes.name ?? ''] = attributes.value ?? ''
      if (/^resultmessage$/i.test(name)) heard.failure = attributes.message || null
    },
  })
  for (const stream of streams) {
    const file = createReadStream(join(folder, stream), { start: sizes[stream] })
    for await (const chunk of file) output.write(stream, chunk, 0)
    output.flush(stream, 0)
  }
  return heard
}

/** A script may end without a line end: what is said next must not stand in its last line. */
export function endLine(folder: string): void {
  const { out } = sizesOf(folder)
  if (out === 0) return
  const last = Buffer.alloc(1)
  const file = openSync(join(folder, 'out'), 'r')
  readSync(file, last, 0, 1, out - 1)
  closeSync(file)
  if (last.toString() !== '\n') writeSync(1, '\n')
}
