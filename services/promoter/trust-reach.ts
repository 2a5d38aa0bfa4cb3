/** What can be asked of the other space while both are on this server. */
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { NotBuiltError, RefusedError } from '#bus/errors.ts'
import { type Flow, flowRefusal, trustState } from '#domain/promotion/trust-state.ts'
import type { StoredSpaceIdentity } from './space-identity.model.ts'
import type { StoredTrust } from './trust.model.ts'
import type { TrustTest } from './trusts.contract.ts'

interface Has {
  models: { Trust: Model<StoredTrust>; SpaceIdentity: Model<StoredSpaceIdentity> }
  broker: Pick<Bus, 'call'>
}

/** Which of the other's permissions each of ours needs. */
const counterparts: [ours: Flow, theirs: Flow, what: string][] = [
  ['SendReleases', 'ReceiveReleases', 'takes no releases from this space'],
  ['ReceiveReleases', 'SendReleases', 'sends no releases to this space'],
  ['SendReceipts', 'ReceiveReceipts', 'takes no receipts from this space'],
  ['ReceiveReceipts', 'SendReceipts', 'sends no receipts to this space'],
]

/** Whether the other side is there, trusts this one, and lets flow what this one lets flow. */
export async function testTrust(on: Has, trust: StoredTrust, now: Date): Promise<TrustTest> {
  checkConnected(trust)
  const other = await otherSide(on, trust)
  if (!other.isThere) {
    const fault = `There is no space with this identity on this server any more.`
    return { IsReached: false, IsTrusted: false, Faults: [fault] }
  }
  const { back } = other
  const IsTrusted = back !== null && trustState(back, now) === 'Active'
  if (!IsTrusted) {
    const Faults = [`${trust.Name} has no active trust of this space.`]
    return { IsReached: true, IsTrusted, Faults }
  }
  const Faults = counterparts
    .filter(([ours, theirs]) => trust.Allow[ours] && !back.Allow[theirs])
    .map(([, , what]) => `${trust.Name} ${what}.`)
  return { IsReached: true, IsTrusted, Faults }
}

/** The names of the other's environments, if it shares them with this space. */
export async function namesOf(on: Has, trust: StoredTrust, now: Date): Promise<{ Name: string }[]> {
  checkConnected(trust)
  const { isThere, back } = await otherSide(on, trust)
  if (!isThere || !back || flowRefusal(back, 'ShareEnvironmentNames', now) !== null)
    throw new RefusedError(`${trust.Name} does not share the names of its environments.`)
  const system = asSystem(on.broker, `the environments shared with ${back.Name}`)
  const found = await system.call('environments.names', { spaceId: back.SpaceId })
  return found.map(({ Name }) => ({ Name }))
}

function checkConnected({ Name, Transport: { Kind } }: StoredTrust) {
  if (Kind === 'Disconnected')
    throw new RefusedError(`${Name} is not connected: nothing can be asked of it.`)
  if (Kind !== 'Local')
    throw new NotBuiltError(Kind === 'Https' ? 'trusts over HTTPS' : 'trusts over a bus')
}

/** The other space's own trust of this one. */
async function otherSide({ models }: Has, { SpaceId, Fingerprint }: StoredTrust) {
  const [theirs, ours] = await Promise.all([
    models.SpaceIdentity.findOne({ Fingerprint }).lean<StoredSpaceIdentity>(),
    models.SpaceIdentity.findOne({ SpaceId }).lean<StoredSpaceIdentity>(),
  ])
  if (!theirs || !ours) return { isThere: theirs !== null, back: null }
  const back = await models.Trust.findOne({
    SpaceId: theirs.SpaceId,
    Fingerprint: ours.Fingerprint,
    State: { $ne: 'Revoked' },
  }).lean<StoredTrust>()
  return { isThere: true, back }
}
