/** What is asked of the other space itself, whichever way it is reached. */
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { RefusedError } from '#bus/errors.ts'
import type { HelloReplyBody } from '#domain/promotion/messages.ts'
import type { Flow } from '#domain/promotion/trust-state.ts'
import type { StoredSpaceIdentity } from './space-identity.model.ts'
import { ask } from './talking.ts'
import { TurnedAwayError, UnreachedError } from './transport.ts'
import type { StoredTrust } from './trust.model.ts'
import type { TrustTest } from './trusts.contract.ts'

interface Has {
  models: { SpaceIdentity: Model<StoredSpaceIdentity> }
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
export async function testTrust(on: Has, trust: StoredTrust): Promise<TrustTest> {
  checkConnected(trust)
  try {
    const { type, body } = await ask(on, trust, { type: 'hello', body: {} })
    if (type !== 'hello.reply') throw new UnreachedError(`${trust.Name} has answered '${type}'.`)
    return { IsReached: true, IsTrusted: true, Faults: faultsOf(trust, body) }
  } catch (error) {
    if (!(error instanceof UnreachedError)) throw error
    return { ...unheard(trust, error), IsTrusted: false }
  }
}

const faultsOf = ({ Name, Allow }: StoredTrust, { allow }: HelloReplyBody) =>
  counterparts
    .filter(([ours, theirs]) => Allow[ours] && !allow[theirs])
    .map(([, , what]) => `${Name} ${what}.`)

function unheard({ Name }: StoredTrust, error: UnreachedError) {
  const code = error instanceof TurnedAwayError ? error.code : null
  if (code === 'UnknownSender' || code === 'TrustNotActive')
    return { IsReached: true, Faults: [`${Name} has no active trust of this space.`] }
  if (code === 'WrongTarget')
    return { IsReached: false, Faults: ['There is no space with this identity there any more.'] }
  return { IsReached: code !== null, Faults: [error.message] }
}

/** The names of the other's environments, if it shares them with this space. */
export async function namesOf(on: Has, trust: StoredTrust): Promise<{ Name: string }[]> {
  checkConnected(trust)
  const reply = await ask(on, trust, { type: 'directory.query', body: {} }).catch((error) => {
    if (!(error instanceof UnreachedError)) throw error
    throw new RefusedError(unheard(trust, error).Faults.join(' '))
  })
  if (reply.type === 'directory.reply')
    return reply.body.environments.map(({ name }) => ({ Name: name }))
  throw new RefusedError(`${trust.Name} does not share the names of its environments.`)
}

function checkConnected({ Name, Transport: { Kind } }: StoredTrust) {
  if (Kind === 'Disconnected')
    throw new RefusedError(`${Name} is not connected: nothing can be asked of it.`)
}
