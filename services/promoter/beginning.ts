import type { Actions, Bus } from '#bus'
import { RefusedError } from '#bus/errors.ts'
import { expires, isOpen } from '#domain/promotion/promotion-state.ts'
import { noteOf } from '#domain/promotion/promotion-texts.ts'
import { newId } from '#store/ids.ts'
import type { StoredPromotion } from './promotion.model.ts'
import { newMark, withBundle, withWanted } from './promotion-news.ts'
import { change, insert, latest, type Promotions } from './promotion-writes.ts'
import type { Wanted } from './promotions.contract.ts'
import { refusalOf, type TrustFacts, trustFor } from './trust-facts.ts'

type Begin = Parameters<Actions['promotions.begin']>[0]

/** What a new promotion is made of. */
interface Parts {
  release: ReturnType<Actions['releases.get']>
  trust: TrustFacts
  wanted: Wanted
  by: string
  now: string
}

/**
 * Promotes what a deployment is about: by the promotion of its release to that space, if that is on its
 * way, else by a new one. Idempotent by the deployment.
 */
export async function begin(
  system: Pick<Bus, 'call'>,
  promotions: Promotions,
  about: Begin,
): Promise<StoredPromotion> {
  const known = await promotions
    .findOne({ _deployments: about.deploymentId })
    .lean<StoredPromotion>()
  if (known) return known
  const parts = await partsOf(system, about)
  for (;;) {
    const last = await latest(promotions, { releaseId: about.releaseId, trustId: parts.trust.Id })
    const made = last ? await joined(promotions, last, parts) : null
    if (made) return made
    const fresh = newPromotion(subjectOf(parts), {
      ...{ wanted: parts.wanted, turns: (last?._turns ?? 0) + 1, now: parts.now },
    })
    if (await insert(promotions, fresh)) return fresh
  }
}

async function partsOf(system: Pick<Bus, 'call'>, about: Begin): Promise<Parts> {
  const { spaceId, deploymentId, taskId, releaseId, environmentId } = about
  const [release, environment, deployment] = await Promise.all([
    system.call('releases.get', { spaceId, id: releaseId }),
    system.call('environments.get', { spaceId, id: environmentId }),
    system.call('deployments.get', { spaceId, id: deploymentId }),
  ])
  const { Remote } = environment
  if (!Remote) throw new RefusedError(`${environment.Name} is an environment of this space.`)
  const trust = await trustFor(system, { spaceId, id: Remote.TrustId })
  const refusal = refusalOf(trust)
  if (refusal) throw new RefusedError(refusal)
  const now = new Date().toISOString()
  const wanted: Wanted = {
    EnvironmentId: environmentId,
    RemoteName: Remote.RemoteName,
    Kind: Remote.Kind,
    DeploymentId: deploymentId,
    TaskId: taskId,
    State: 'Created',
    At: null,
    ReceivedAt: now,
    Error: '',
  }
  return { release, trust, wanted, by: deployment.DeployedBy, now }
}

/** The last promotion with this wish; null when it has ended, or ends of old age. */
async function joined(
  promotions: Promotions,
  { _id }: StoredPromotion,
  { wanted, now }: Parts,
): Promise<StoredPromotion | null> {
  const after = await change(promotions, _id, (promotion) => {
    const isOld =
      promotion.NotAfter !== null && promotion.NotAfter < now && expires(promotion._bundle)
    if (isOld) return withBundle(promotion, { state: 'Expired', at: null, now })
    return isOpen(promotion._bundle) ? withWanted(promotion, wanted) : promotion
  })
  return after?._deployments.includes(wanted.DeploymentId) ? after : null
}

/** What a promotion is about, whatever becomes of it. */
type Subject = Pick<
  StoredPromotion,
  | 'SpaceId'
  | 'ProjectId'
  | 'ReleaseId'
  | 'ReleaseVersion'
  | 'TrustId'
  | 'RemoteSpace'
  | 'IncludePackages'
  | 'CreatedBy'
>

const subjectOf = ({ release, trust, by }: Parts): Subject => ({
  SpaceId: release.SpaceId,
  ProjectId: release.ProjectId,
  ReleaseId: release.Id,
  ReleaseVersion: release.Version,
  TrustId: trust.Id,
  RemoteSpace: trust.Name,
  IncludePackages: false,
  CreatedBy: by,
})

/** The first state of a promotion; `turns` counts those of the release to the space. */
export function newPromotion(
  subject: Subject,
  about: { wanted: Wanted; turns: number; now: string },
): StoredPromotion {
  const { wanted, turns, now } = about
  const { SpaceId, ProjectId, ReleaseId, ReleaseVersion } = subject
  const { TrustId, RemoteSpace, IncludePackages, CreatedBy } = subject
  const _id = newId('Promotions')
  const { DeploymentId, RemoteName: environment } = wanted
  const told = { state: 'Created', space: RemoteSpace, environment } as const
  const note = noteOf({ ...told, at: null, error: '' })
  return {
    ...{ _id, Version: 1, SpaceId, ProjectId, ReleaseId, ReleaseVersion, TrustId, RemoteSpace },
    State: 'Created',
    Revision: 0,
    Sequence: 0,
    BundleId: null,
    BundleSize: null,
    ContentDigest: null,
    IncludePackages,
    Wanted: [{ ...wanted, State: 'Created' }],
    Created: now,
    CreatedBy,
    LastNews: null,
    RetryingSince: null,
    NotAfter: null,
    Error: '',
    _bundle: 'Created',
    _turn: `${ReleaseId} ${TrustId} ${turns}`,
    _turns: turns,
    _bundles: [],
    _blob: null,
    _building: null,
    _rebuild: false,
    _deployments: [DeploymentId],
    _asked: [],
    _marks: { [DeploymentId]: newMark },
    _notes: [{ key: `${_id}-1`, deploymentId: null, ...note, audit: 'PromotionCreated' }],
    _noted: 1,
    _tell: [],
    _recalls: '',
    _offered: null,
    _work: true,
  }
}
