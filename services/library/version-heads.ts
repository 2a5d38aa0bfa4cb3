import { randomUUID } from 'node:crypto'
import type { Model } from 'mongoose'
import { foldName } from '#domain/name.ts'
import type { VersionHead } from './version-head.model.ts'

/** What a document must have to be a version of a package here. */
export interface Versioned {
  _id: string
  SpaceId: string
  PackageId: string
  Version: string
  _packageId: string
  /** Sorts as the version does. */
  _order: string
  _isRelease: boolean
}

/** Versions of packages with their heads: models of a service. */
export interface Versions<T extends Versioned> {
  versions: Model<T>
  heads: Model<VersionHead>
}

interface Place {
  SpaceId: string
  PackageId: string
}

/** After this, a change that has not ended never will: its process is gone. */
const LOST_AFTER_MS = 60_000

/**
 * Makes a change of the versions of a package, and its head anew. That the change has begun is
 * written before, so that a crash on the way is found at the next start.
 */
export async function changeVersions<T extends Versioned, R>(
  models: Versions<T>,
  place: Place,
  change: () => Promise<R>,
): Promise<R> {
  const begun = `${new Date().toISOString()} ${randomUUID()}`
  const { SpaceId, PackageId } = place
  await models.heads.updateOne(
    { _id: headIdOf(place) },
    {
      $setOnInsert: { SpaceId, PackageId, _packageId: foldName(PackageId) },
      $push: { changes: begun },
      $inc: { revision: 1 },
    },
    { upsert: true },
  )
  try {
    return await change()
  } finally {
    await settle(models, headIdOf(place), [begun])
  }
}

/** Makes the heads anew whose changes were begun long before `now` by a process that is gone. */
export async function settleLost<T extends Versioned>(
  models: Versions<T>,
  now: Date,
): Promise<void> {
  const before = new Date(now.getTime() - LOST_AFTER_MS).toISOString()
  const heads = await models.heads.find({ 'changes.0': { $exists: true } }).lean()
  for (const { _id, changes } of heads) {
    const lost = changes.filter((begun) => begun < before)
    if (lost.length > 0) await settle(models, _id, lost)
  }
}

/** Writes which version is the latest; a head without one goes. */
async function settle<T extends Versioned>(
  { versions, heads }: Versions<T>,
  id: string,
  ended: string[],
): Promise<void> {
  for (;;) {
    const head = await heads.findById(id).lean()
    if (!head) return
    const where = { SpaceId: head.SpaceId, _packageId: head._packageId }
    const latestOf = (more: object) => {
      // mongoose types no filter of a generic document.
      const any = versions as unknown as Model<Versioned>
      return any
        .findOne({ ...where, ...more })
        .sort({ _order: -1 })
        .lean<Versioned | null>()
    }
    const [latest, latestRelease] = await Promise.all([
      latestOf({}),
      latestOf({ _isRelease: true }),
    ])
    // Who has written meanwhile may know of another version: then it is looked at once more.
    const { modifiedCount } = await heads.updateOne(
      { _id: id, revision: head.revision },
      {
        $set: {
          PackageId: latest?.PackageId ?? head.PackageId,
          latest: latest && shortOf(latest),
          latestRelease: latestRelease && shortOf(latestRelease),
        },
        $pull: { changes: { $in: ended } },
        $inc: { revision: 1 },
      },
    )
    if (modifiedCount === 0) continue
    const isLeft = latest === null && head.changes.every((begun) => ended.includes(begun))
    if (isLeft) await heads.deleteOne({ _id: id, revision: head.revision + 1 })
    return
  }
}

const headIdOf = ({ SpaceId, PackageId }: Place) => `${SpaceId}/${foldName(PackageId)}`
const shortOf = ({ _id, Version }: Versioned) => ({ id: _id, Version })
