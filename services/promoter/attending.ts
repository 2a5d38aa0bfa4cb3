/** What is done for a promotion, step by step, as its stored state says. Each step may be done again without harm. */
import { isOpen } from '#domain/promotion/promotion-state.ts'
import { newPromotion } from './beginning.ts'
import { type BuildsWith, build, contentFor, isToBeBuilt } from './building.ts'
import type { StoredPromotion } from './promotion.model.ts'
import { withAdmitted, withBundle, without, withWanted } from './promotion-news.ts'
import { change, insert, latest, type Promotions } from './promotion-writes.ts'
import type { Wanted } from './promotions.contract.ts'
import { isToBeSent, send } from './sending.ts'
import { tell } from './telling.ts'
import type { TrustFacts } from './trust-facts.ts'

export interface AttendsWith extends BuildsWith {
  trustOf(spaceId: string, id: string): Promise<TrustFacts>
}

/** Until nothing is left to be done for it. Answers the promotion as it is then; null when it has gone. */
export async function attend(parts: AttendsWith, id: string): Promise<StoredPromotion | null> {
  const { promotions, trustOf, system } = parts
  for (;;) {
    const promotion = await promotions.findById(id).lean<StoredPromotion>()
    if (!promotion?._work) return promotion
    const trust = await trustOf(promotion.SpaceId, promotion.TrustId)
    if (isToBeBuilt(promotion)) {
      // Its task says first what is being done, which may take a while.
      await said(promotions, promotion, await tell(system, promotion, trust.Transport.Kind))
      await build(parts, promotion, trust)
      continue
    }
    if (isToBeSent(promotion, trust)) {
      await send(parts, promotion)
      continue
    }
    const [asked] = promotion._asked
    if (asked !== undefined) {
      await answer(parts, { promotion, trust, deploymentId: asked })
      continue
    }
    if (promotion._bundle === 'Accepted') await supersede(promotions, promotion)
    await said(promotions, promotion, await tell(system, promotion, trust.Transport.Kind))
  }
}

/** Nothing is to be done any more, if nothing has changed since it was looked at. */
async function said(
  promotions: Promotions,
  { _id, Version }: StoredPromotion,
  told: Awaited<ReturnType<typeof tell>>,
): Promise<void> {
  await change(promotions, _id, (one) => ({
    ...one,
    _notes: one._notes.filter(({ key }) => !told.notes.includes(key)),
    _marks: markedBy(one, told),
    _work: one.Version !== Version || isToBeBuilt(one),
  }))
}

const markedBy = ({ _marks }: StoredPromotion, { marks }: Awaited<ReturnType<typeof tell>>) =>
  Object.fromEntries(
    Object.entries(_marks).map(([id, mark]) => {
      const told = marks[id]
      if (!told) return [id, mark]
      return [id, { ...mark, told: told.told, settled: mark.settled || told.settled }]
    }),
  )

/** What was asked for after the bundle was built is served by it, unless its content would be another now. */
async function answer(
  { system, promotions }: AttendsWith,
  about: { promotion: StoredPromotion; trust: TrustFacts; deploymentId: string },
): Promise<void> {
  const { promotion, trust, deploymentId } = about
  const now = new Date().toISOString()
  const wanted = promotion.Wanted.find((one) => one.DeploymentId === deploymentId)
  if (!wanted) return
  // What cannot be built any more is found out, and said, by the build of its own.
  const digest = await contentFor(system, promotion, trust).then(
    (built) => built.digest,
    () => null,
  )
  if (digest === promotion.ContentDigest && isOpen(promotion._bundle)) {
    await change(promotions, promotion._id, (one) => withAdmitted(one, { deploymentId, now }))
    return
  }
  await moveOn(promotions, { promotion, wanted })
}

/** Hands a wish over to a promotion of its own, or to the newer one that there is. */
async function moveOn(
  promotions: Promotions,
  { promotion, wanted }: { promotion: StoredPromotion; wanted: Wanted },
): Promise<void> {
  const { ReleaseId: releaseId, TrustId: trustId } = promotion
  const now = new Date().toISOString()
  // First into the other one, then out of this: a crash between leaves it in both, and this comes again.
  for (let isThere = false; !isThere; ) {
    const last = await latest(promotions, { releaseId, trustId })
    if (last && last._id !== promotion._id && isOpen(last._bundle)) {
      const joined = await change(promotions, last._id, (one) =>
        isOpen(one._bundle) ? withWanted(one, wanted) : one,
      )
      isThere = joined?._deployments.includes(wanted.DeploymentId) ?? false
    } else {
      const turns = (last?._turns ?? promotion._turns) + 1
      isThere = await insert(promotions, newPromotion(promotion, { wanted, turns, now }))
    }
  }
  await change(promotions, promotion._id, (one) => without(one, wanted.DeploymentId))
}

/** A newer revision takes the place of what was promoted of the release before. */
async function supersede(
  promotions: Promotions,
  { ReleaseId, TrustId, _turns, _id }: StoredPromotion,
): Promise<void> {
  const older = await promotions
    .find({ ReleaseId, TrustId, _turns: { $lt: _turns }, _id: { $ne: _id } }, { _bundle: 1 })
    .lean<Pick<StoredPromotion, '_id' | '_bundle'>[]>()
  const now = new Date().toISOString()
  for (const one of older.filter(({ _bundle }) => isOpen(_bundle)))
    await change(promotions, one._id, (promotion) =>
      withBundle(promotion, { state: 'Superseded', at: null, now }),
    )
}
