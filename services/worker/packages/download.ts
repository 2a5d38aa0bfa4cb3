import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm, stat, truncate, writeFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { sizeText } from '#domain/archive-rules.ts'
import { contentRangeOf } from '#domain/run-files.ts'
import { type Patience, persist, reasonOf } from './persist.ts'
import { roomErrorOf } from './room.ts'
import { say } from './say.ts'
import { ask, RefusedError, type RunServer } from './server-request.ts'

interface Download {
  server: RunServer
  path: string
  /** Where it is written. What was there goes; of a failure nothing stays. */
  file: string
  /** Of the file, in bytes. */
  size: number
  /** Hexadecimal. */
  sha256: string
  /** For messages: 'Acme.Web 1.0.0'. */
  what: string
  patience: Patience
}

/** Fetches a file, goes on after a break where it stopped, and believes it only with the right digest. */
export async function download(wanted: Download): Promise<void> {
  const { file, size, sha256, what } = wanted
  let had = 0
  try {
    await writeFile(file, '', { mode: 0o600 })
    await persist(
      async () => {
        had = await fetchRest(wanted, had).finally(async () => {
          had = (await stat(file)).size
        })
      },
      () => had,
      wanted.patience,
      (reason, delayMs) =>
        say.verbose(
          `${what} broke off at ${sizeText(had)} of ${sizeText(size)}: ${reason}. It is tried again in ${delayMs / 1_000} s.`,
        ),
    )
    if ((await digestOf(file)) !== sha256)
      throw new RefusedError('what came is not the file that the release names: its digest differs')
  } catch (error) {
    await rm(file, { force: true })
    const plain = roomErrorOf(error, what)
    throw plain === error ? new Error(`${what} could not be fetched: ${reasonOf(error)}.`) : plain
  }
}

/** Appends what is missing. Answers how much there is, which is all of it. */
async function fetchRest({ server, path, file, size, sha256 }: Download, had: number) {
  if (had === size) return had
  const headers = had > 0 ? { range: `bytes=${had}-`, 'if-range': `"${sha256}"` } : {}
  const response = await ask(server, { method: 'GET', path, headers })
  const range = contentRangeOf(response.headers['content-range'])
  const goesOn = response.statusCode === 206 && range?.start === had && range.total === size
  if (!goesOn) {
    had = 0
    await truncate(file, 0)
  }
  let count = had
  await pipeline(
    response,
    async function* limited(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        count += chunk.length
        if (count > size) throw new RefusedError('more came than the file has')
        yield chunk
      }
    },
    createWriteStream(file, { flags: 'a' }),
  )
  if (count < size) throw new Error('the answer ended too early')
  return count
}

/** Hexadecimal SHA-256 of a file. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
