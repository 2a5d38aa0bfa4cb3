/** The writes of a release: the index on its version has the last word. */
import type { Model } from 'mongoose'
import { NotFoundError } from '#bus/errors.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import type { Asked } from '#mixins/crud.ts'
import { newId } from '#store/ids.ts'
import { publicOf } from '#store/resource.ts'
import { releaseFor, VersionTakenError } from './assembling.ts'
import type { StoredRelease } from './release.model.ts'
import type { Release, ReleaseBody } from './releases.contract.ts'

const DUPLICATE_KEY = 11_000
/** So often a version is looked for that nobody else takes meanwhile. */
const MOST_TRIES = 5

/** Of two at once that leave the version to the project's template, the second gets the one after. */
export async function insertRelease(
  releases: Model<StoredRelease>,
  ctx: Asked,
  about: { spaceId: string; body: ReleaseBody; IgnoreChannelRules: boolean },
) {
  const { spaceId, body, IgnoreChannelRules } = about
  for (let left = body.Version === undefined ? MOST_TRIES : 1; ; ) {
    left -= 1
    try {
      const made = await releaseFor(ctx, releases, { spaceId, body })
      const release = { ...made, _id: newId('Releases'), IgnoreChannelRules }
      return await releases.create({ ...release, _follow: ['deployments'] }).catch((error) => {
        throw error.code === DUPLICATE_KEY ? new VersionTakenError(made.Version) : error
      })
    } catch (error) {
      if (left === 0 || !(error instanceof VersionTakenError)) throw error
    }
  }
}

/** A release as the API shows it. */
export const releaseOf = (found: StoredRelease): Release => publicOf(found)

/** One write, and its audit. A version that another release has is refused by the index. */
export async function changeRelease(
  service: Audit & { models: { Release: Model<StoredRelease> } },
  ctx: Asked,
  before: Release,
  changes: Partial<StoredRelease>,
): Promise<Release> {
  const stored = await service.models.Release.findOneAndUpdate(
    { _id: before.Id },
    { $set: changes },
    { returnDocument: 'after' },
  )
    .lean<StoredRelease>()
    .catch((error) => {
      throw error.code === DUPLICATE_KEY ? new VersionTakenError(changes.Version ?? '') : error
    })
  if (!stored) throw new NotFoundError('Release', before.Id)
  const after = releaseOf(stored)
  const spaceId = before.SpaceId
  await service.audited(ctx, { category: 'Modified', kind: 'Release', before, after, spaceId })
  return after
}
