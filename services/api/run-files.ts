/** What a run fetches and brings, by a token of its own: nobody is signed in there. */
import type { IncomingMessage } from 'node:http'
import { asSystem } from '#bus/caller.ts'
import { InvalidError, NotFoundError, UnauthenticatedError } from '#bus/errors.ts'
import { config } from '#config'
import { artifactNameOf } from '#domain/run-files.ts'
import { sendJson } from './answers.ts'
import { allowLong } from './arrival.ts'
import { sendFile } from './download.ts'
import { TooLargeError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { storeUpload, writeBlob } from './upload.ts'

/** Sends a package of a run, whole or from where the worker has stopped. */
export async function sendRunPackage(exchange: Exchange): Promise<void> {
  const { spaceId, packages } = await runOf(exchange)
  const sha256 = String(exchange.path.sha256).toLowerCase()
  if (!packages.includes(sha256)) throw new NotFoundError('Package', sha256)
  await sendFile(exchange, async () => {
    const found = await systemOf(exchange).call('packages.blob', { spaceId, sha256 })
    if (!found) throw new NotFoundError('Package', sha256)
    return { ...found, FileName: sha256, Tag: sha256 }
  })
}

/** Takes a file that a run has left. The same name again takes the place of what was there. */
export async function receiveRunArtifact(exchange: Exchange): Promise<void> {
  const { request, response, path } = exchange
  const { spaceId, taskId, activity, step } = await runOf(exchange)
  const filename = String(path.name)
  if (filename !== artifactNameOf(filename))
    throw new InvalidError([`'name' must be a plain file name, such as 'report.html'.`])
  const most = config.artifactMegabytes * 1024 ** 2
  if (Number(request.headers['content-length']) > most) throw new TooLargeError(most)
  allowLong(request, response)
  const system = systemOf(exchange)
  const [task] = await system.call('tasks.known', { ids: [taskId] })
  const related = [
    ...[task?.Arguments.DeploymentId, task?.Arguments.ReleaseId],
    ...[task?.ProjectId, task?.EnvironmentId],
  ].filter((id): id is string => typeof id === 'string' && id !== '')
  const artifact = await storeUpload(
    `artifacts/${spaceId}`,
    (blobName) => writeBlob(blobName, atMost(most, request)),
    ({ BlobName: blobName, Size: size }) =>
      system.call('artifacts.collect', {
        ...{ spaceId, filename, related, blobName, size },
        ...{ serverTaskId: taskId, source: step, logCorrelationId: activity },
      }),
  )
  const { Id, Filename, SizeBytes } = artifact
  await sendJson(request, response, { value: { Id, Filename, SizeBytes } })
}

const systemOf = ({ ctx }: Exchange) => asSystem(ctx.broker, 'a file of a run')

/** What the token of the request allows now, which must be about the run in the address. */
async function runOf(exchange: Exchange) {
  const { authorization = '' } = exchange.request.headers
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  if (!token) throw new UnauthenticatedError()
  const run = await systemOf(exchange).call('scheduler.checkRunToken', { token })
  if (run.runId !== exchange.path.runId) throw new UnauthenticatedError()
  return run
}

/** What comes may be longer than it was said to be. */
async function* atMost(most: number, source: IncomingMessage): AsyncGenerator<Buffer> {
  let size = 0
  for await (const piece of source) {
    size += piece.length
    if (size > most) throw new TooLargeError(most)
    yield piece
  }
}
