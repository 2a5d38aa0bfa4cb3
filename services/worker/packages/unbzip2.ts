import { PassThrough, type Readable } from 'node:stream'
import unbzip2 from 'unbzip2-stream'
import { ArchiveError, sizeText } from '#domain/archive-rules.ts'
import { unreadable } from './unreadable.ts'

/** The reader unpacks in one go all blocks that it has; so much of it may wait for who reads. */
const mostAtOnce = 128 * 1024 * 1024

/** What a bzip2 stream holds. The reader knows no waiting while it unpacks, so it is fed piece by piece. */
export function unbzip2Of(source: Readable): Readable {
  const output = new PassThrough()
  const reader = unbzip2()
  let atOnce = 0
  reader.on('data', (chunk: Buffer) => {
    atOnce += chunk.length
    if (atOnce > mostAtOnce)
      throw new ArchiveError(`A part of it would be more than ${sizeText(mostAtOnce)} unpacked.`)
    output.write(chunk)
  })
  reader.on('error', (error: unknown) => output.destroy(unreadable(error, 'bzip2') as Error))
  reader.on('end', () => output.end())
  feed().catch((error) => output.destroy(error))

  async function feed() {
    for await (const chunk of source) {
      if (output.destroyed) return
      atOnce = 0
      reader.write(chunk)
      if (output.writableNeedDrain) await emptied()
    }
    atOnce = 0
    reader.end()
  }

  const emptied = () =>
    new Promise<void>((resolve) => {
      output.once('drain', resolve)
      output.once('close', resolve)
    })

  return output
}
