import type { Model } from 'mongoose'
import { InvalidError, NotFoundError } from '#bus/errors.ts'
import { foldName } from '#domain/name.ts'
import { MOST_ARTIFACTS } from '#domain/run-limits.ts'
import { blobs } from '#store/blobs.ts'
import { newId } from '#store/ids.ts'
import type { StoredArtifact } from './artifact.model.ts'

type Artifacts = Model<StoredArtifact>

interface File {
  blobName: string
  size: number
}

const AT_ONCE = 500

/** Gives an artifact another file in one write, and removes the one that it had. */
export async function giveFile(
  artifacts: Artifacts,
  id: string,
  { blobName, size }: File,
  more: Partial<StoredArtifact> = {},
): Promise<StoredArtifact> {
  const before = await artifacts
    .findOneAndUpdate({ _id: id }, { $set: { ...more, SizeBytes: size, _blob: blobName } })
    .lean<StoredArtifact | null>()
  if (!before) throw new NotFoundError('Artifact', id)
  // Told again of a file that it has, it keeps it.
  if (before._blob !== null && before._blob !== blobName) await blobs.remove(before._blob)
  return { ...before, ...more, SizeBytes: size, _blob: blobName }
}

/** Refuses a file of another space, or one that is not there as a whole. */
export async function checkFile(spaceId: string, { blobName, size }: File): Promise<void> {
  const isOurs = blobName.startsWith(`artifacts/${spaceId}/`)
  const found = isOurs ? await blobs.stat(blobName) : undefined
  if (found?.size !== size) {
    throw new InvalidError([`The file '${blobName}' is not there as a whole.`])
  }
}

/** A file that a worker has sent, as an artifact: there is one for a task, a source and a name. */
export interface Collected extends File {
  spaceId: string
  serverTaskId: string
  filename: string
  source: string | null
  logCorrelationId: string | null
  related: string[]
}

/** Of a run that brings ever more files, by what it has been given for a few, no more are taken. */
async function checkRoom(artifacts: Artifacts, { serverTaskId, logCorrelationId }: Collected) {
  const ofRun = { ServerTaskId: serverTaskId, LogCorrelationId: logCorrelationId }
  const count = await artifacts.countDocuments(ofRun).limit(MOST_ARTIFACTS)
  if (count < MOST_ARTIFACTS) return
  throw new InvalidError([`A script leaves at most ${MOST_ARTIFACTS} artifacts.`])
}

/** Keeps it. Idempotent: who sends the same again changes the content of the one that is there. */
export async function collect(
  artifacts: Artifacts,
  wish: Collected,
): Promise<{ stored: StoredArtifact; isNew: boolean }> {
  const { spaceId, serverTaskId, filename, source, logCorrelationId } = wish
  await checkFile(spaceId, wish)
  const _collected = JSON.stringify([spaceId, serverTaskId, source, filename])
  for (;;) {
    const there = await artifacts.findOne({ _collected }, { _id: 1 }).lean()
    if (there) {
      const more = { LogCorrelationId: logCorrelationId }
      return { stored: await giveFile(artifacts, there._id, wish, more), isNew: false }
    }
    await checkRoom(artifacts, wish)
    const stored: StoredArtifact = {
      _id: newId('Artifacts'),
      SpaceId: spaceId,
      Filename: filename,
      Source: source,
      ServerTaskId: serverTaskId,
      Created: new Date().toISOString(),
      LogCorrelationId: logCorrelationId,
      SizeBytes: wish.size,
      _filename: foldName(filename),
      _related: [...new Set([serverTaskId, ...wish.related])],
      _blob: wish.blobName,
      _collected,
    }
    const isNew = await artifacts.create(stored).then(
      () => true,
      (error) => {
        // It has been sent twice at once: the other one is there now.
        if (error.code === 11000) return false
        throw error
      },
    )
    if (isNew) return { stored, isNew }
  }
}

/** Takes away all that match with their files, some at a time. Begun again, it takes what is left. */
export async function removeArtifacts(
  artifacts: Artifacts,
  where: Record<string, unknown>,
): Promise<void> {
  for (;;) {
    const gone = await artifacts.find(where, { _blob: 1 }).limit(AT_ONCE).lean()
    if (gone.length === 0) return
    await artifacts.deleteMany({ _id: { $in: gone.map(({ _id }) => _id) } })
    for (const { _blob } of gone) if (_blob) await blobs.remove(_blob)
  }
}
