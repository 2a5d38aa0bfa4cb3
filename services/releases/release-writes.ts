/** The writes of a release: the index on its version has the last word. */
import type { Model } from 'mongoose'
import { NotFoundError } from '#bus/errors.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import type { Asked } from '#mixins/crud.ts'
import { newId } from '#store/ids.ts'
import { publicOf } from '#store/resource.ts'
import { type ReleaseWish, releaseFor, VersionTakenError } from './assembling.ts'
import { type Automates, automate } from './automation.ts'
import type { StoredRelease } from './release.model.ts'
import type { Release } from './releases.contract.ts'

const DUPLICATE_KEY = 11_000
/** So often a version is looked for that nobody else takes meanwhile. */
const MOST_TRIES = 5

/** What of the service the functions here need. */
export type Releases = Automates & Audit

interface About {
  spaceId: string
  wish: ReleaseWish
}

/** Makes a release, tells of it, and lets its lifecycle deploy it. */
export async function createRelease(service: Releases, ctx: Asked, about: About): Promise<Release> {
  const created = await insertRelease(service.models.Release, ctx, about)
  const release = releaseOf(created.toObject({ transform: false, virtuals: false }))
  await service.audited(ctx, {
    category: 'Created',
    kind: 'Release',
    after: release,
    spaceId: about.spaceId,
    related: [release.ProjectId, release.ChannelId],
  })
  await automate(service, release)
  return release
}

/** Of two at once that leave the version to the project's template, the second gets the one after. */
async function insertRelease(releases: Model<StoredRelease>, ctx: Asked, about: About) {
  let taken = ''
  for (let left = about.wish.Version === undefined ? MOST_TRIES : 1; ; ) {
    left -= 1
    try {
      const made = await releaseFor(ctx, releases, about)
      const release = { ...made, _id: newId('Releases') }
      return await releases.create({ ...release, _follow: ['deployments'] }).catch((error) => {
        throw error.code === DUPLICATE_KEY ? new VersionTakenError(made.Version) : error
      })
    } catch (error) {
      // A package that gives its version gives the same again.
      const isOver = left === 0 || (error as Partial<VersionTakenError>).version === taken
      if (isOver || !(error instanceof VersionTakenError)) throw error
      taken = error.version
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
