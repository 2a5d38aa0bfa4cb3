import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { artifactNameOf } from '#domain/run-files.ts'
import { type Patience, persist, reasonOf, patience as usual } from './persist.ts'
import { ask, type RunServer } from './server-request.ts'

/** A file that a script has named; the path is absolute. */
export interface Artifact {
  path: string
  name: string
}

export interface Bringing {
  runId: string
  server: RunServer
  patience?: Patience
  /** Nobody waits for the run any more: what is not there by then stays. */
  signal?: AbortSignal
}

/**
 * Brings files to the server, one after the other. Answers for each the name that it has there, and why it
 * is not there (null when it is): a file that is missing, or no plain file, fails nothing.
 */
export async function uploadArtifacts(
  artifacts: readonly Artifact[],
  bringing: Bringing,
): Promise<(Artifact & { error: string | null })[]> {
  const taken = new Map<string, string>()
  const results: (Artifact & { error: string | null })[] = []
  for (const { path, name: wished } of artifacts) {
    const name = freeName(artifactNameOf(wished), path, taken)
    const error = await upload({ path, name }, bringing).then(
      () => null,
      (reason) => `The artifact '${name}' was not kept: ${reasonOf(reason)}.`,
    )
    results.push({ path, name, error })
  }
  return results
}

/** Another file of the same name is 'report (2).txt'; the same file again takes the place of what it was. */
function freeName(wished: string, path: string, taken: Map<string, string>): string {
  const at = wished.lastIndexOf('.') > 0 ? wished.lastIndexOf('.') : wished.length
  for (let count = 1; ; count++) {
    const name = count === 1 ? wished : `${wished.slice(0, at)} (${count})${wished.slice(at)}`
    const other = taken.get(name)
    if (other !== undefined && other !== path) continue
    taken.set(name, path)
    return name
  }
}

async function upload({ path, name }: Artifact, { runId, server, patience, signal }: Bringing) {
  // A pipe must not keep it waiting for somebody who writes.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(notThere(path))
  try {
    const { size } = await sizeOf(file, path)
    const address = `/api/runs/${encodeURIComponent(runId)}/artifacts/${encodeURIComponent(name)}`
    await persist(
      () => send(file, size, { server, path: address, signal }),
      () => 0,
      patience ?? usual,
      () => signal?.throwIfAborted(),
    )
  } finally {
    await file.close()
  }
}

async function sizeOf(file: FileHandle, path: string) {
  const found = await file.stat()
  if (!found.isFile()) throw new Error(`${path} is no plain file`)
  return found
}

interface Sending {
  server: RunServer
  path: string
  signal: AbortSignal | undefined
}

/** So much of it as there was at first: it may grow meanwhile. */
async function send(file: FileHandle, size: number, { server, path, signal }: Sending) {
  signal?.throwIfAborted()
  const last = { start: 0, end: size - 1, autoClose: false }
  const response = await ask(server, {
    ...{ method: 'PUT', path },
    headers: { 'content-length': size, 'content-type': 'application/octet-stream' },
    ...(size > 0 && { body: file.createReadStream(last) }),
  })
  response.resume()
}

const notThere = (path: string) => (error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT') throw new Error(`there is no file ${path}`)
  throw error
}
