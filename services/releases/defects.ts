/** What keeps a release from going further. */
import { randomUUID } from 'node:crypto'
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { NotFoundError, RefusedError } from '#bus/errors.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import type { Asked } from '#mixins/crud.ts'
import { newId } from '#store/ids.ts'
import type { StoredRelease } from './release.model.ts'
import { releaseOf } from './release-writes.ts'
import type { Defect, UntoldRelease } from './releases.contract.ts'

type Releases = Model<StoredRelease>
interface Service extends Audit {
  models: { Release: Releases }
  broker: Pick<Bus, 'broadcast'>
}
interface OfRelease {
  spaceId: string
  releaseId: string
}

/** All of a release, the newest first. */
export async function defectsOf(releases: Releases, of: OfRelease): Promise<Defect[]> {
  return (await releaseWith(releases, of))._defects.toReversed()
}

/** Whether each of these releases has an unresolved one. */
export async function unresolvedIn(
  releases: Releases,
  { spaceId, ids }: { spaceId: string; ids: string[] },
): Promise<Record<string, boolean>> {
  const found = await releases
    .find({ SpaceId: spaceId, _id: { $in: ids } }, { _defects: 1 })
    .lean<Pick<StoredRelease, '_id' | '_defects'>[]>()
  return Object.fromEntries(found.map(({ _id, _defects }) => [_id, _defects.some(isOpen)]))
}

export async function reportDefect(
  service: Service,
  ctx: Asked,
  { Description, ...of }: OfRelease & { Description: string },
): Promise<Defect> {
  const { Release } = service.models
  const release = await releaseWith(Release, of)
  const defect: Defect = {
    Id: newId('Defects'),
    ReleaseId: release._id,
    Description,
    Status: 'Unresolved',
  }
  // One write decides, so that of two reports one is the second.
  const { matchedCount } = await Release.updateOne(
    { _id: release._id, '_defects.Status': { $ne: 'Unresolved' } },
    { $push: { _defects: defect }, ...untold(release) },
  )
  if (matchedCount === 0) throw new RefusedError('The release has an unresolved defect already.')
  await tell(service, ctx, { release, category: 'DefectReported', defect })
  return defect
}

/** One that the server itself gives, once for each `Id`, whether or not it has another. */
export async function blockRelease(
  service: Service,
  ctx: Asked,
  { Id, Description, ...of }: OfRelease & Pick<Defect, 'Id' | 'Description'>,
): Promise<boolean> {
  const { Release } = service.models
  const release = await releaseWith(Release, of).catch(nullIfGone)
  if (!release) return false
  const defect: Defect = { Id, ReleaseId: release._id, Description, Status: 'Unresolved' }
  const { matchedCount } = await Release.updateOne(
    { _id: release._id, '_defects.Id': { $ne: Id } },
    { $push: { _defects: defect }, ...untold(release) },
  )
  if (matchedCount > 0) await tell(service, ctx, { release, category: 'DefectReported', defect })
  return matchedCount > 0
}

const nullIfGone = (error: unknown): null => {
  if (error instanceof NotFoundError) return null
  throw error
}

/** Has the source of an imported release hear of it. */
const untold = ({ Remote }: Pick<StoredRelease, 'Remote'>): { $set?: { _untold: string } } =>
  Remote ? { $set: { _untold: randomUUID() } } : {}

/** Imported releases of whose defects their source has yet to hear. */
export async function untoldReleases(
  releases: Releases,
  { skip, take }: { skip: number; take: number },
): Promise<UntoldRelease[]> {
  const found = await releases
    .find({ _untold: { $gt: '' } })
    .sort({ _untold: 1 })
    .skip(skip)
    .limit(take)
    .lean<StoredRelease[]>()
  return found.map((release) => ({
    Release: releaseOf(release),
    Defects: release._defects,
    Mark: release._untold ?? '',
  }))
}

export async function resolveDefect(
  service: Service,
  ctx: Asked,
  of: OfRelease,
): Promise<{ release: StoredRelease; resolved: Defect }> {
  const { Release } = service.models
  const release = await releaseWith(Release, of)
  const open = release._defects.find(isOpen)
  if (!open) throw new RefusedError('The release has no unresolved defect.')
  // This defect alone: another may be reported meanwhile.
  await Release.updateOne(
    { _id: release._id, '_defects.Id': open.Id },
    {
      $set: { '_defects.$.Status': 'Resolved', ...untold(release).$set },
      $addToSet: { _follow: 'deployments' },
    },
  )
  const resolved: Defect = { ...open, Status: 'Resolved' }
  await tell(service, ctx, { release, category: 'DefectResolved', defect: resolved })
  return { release, resolved }
}

const isOpen = ({ Status }: Defect) => Status === 'Unresolved'

const VERBS = { DefectReported: 'Reported a', DefectResolved: 'Resolved the' } as const

async function tell(
  service: Service,
  ctx: Asked,
  about: { release: StoredRelease; category: keyof typeof VERBS; defect: Defect },
): Promise<void> {
  const { release, category, defect } = about
  const { _id: id, SpaceId: spaceId, ProjectId, Version } = release
  const message = `${VERBS[category]} defect of release ${Version}: ${defect.Description}`
  const related = [id, ProjectId]
  await service.audited(ctx, { category, kind: 'Release', id, spaceId, message, related })
  if (release.Remote) await service.broker.broadcast('releases.changedDefects', { spaceId, id })
}

async function releaseWith(
  releases: Releases,
  { spaceId, releaseId }: OfRelease,
): Promise<StoredRelease> {
  const found = await releases.findOne({ _id: releaseId, SpaceId: spaceId }).lean<StoredRelease>()
  if (!found) throw new NotFoundError('Release', releaseId)
  return found
}
