/** One question to another space and its answer, both signed. */
import { randomBytes } from 'node:crypto'
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { bundleIdOf } from '#domain/bundle/bundle-id.ts'
import { readEnvelope, writeEnvelope } from '#domain/bundle/envelope.ts'
import { BundleError } from '#domain/bundle/errors.ts'
import { isRotations } from '#domain/bundle/rotation.ts'
import type { MessageBodies } from '#domain/promotion/messages.ts'
import { bodyOf, isKnown, type KnownType } from '#domain/promotion/read-message.ts'
import { keysOf } from './keys.ts'
import type { StoredSpaceIdentity } from './space-identity.model.ts'
import { transportTo, UnreachedError } from './transport.ts'
import type { Trust } from './trusts.contract.ts'

interface On {
  models: { SpaceIdentity: Model<StoredSpaceIdentity> }
  broker: Pick<Bus, 'call'>
}

type Partner = Pick<Trust, 'SpaceId' | 'Name' | 'Fingerprint' | 'IdentityCertificate' | 'Transport'>

/** What is asked. One that is asked again has the id that it had. */
export type Question = {
  [T in KnownType]: { type: T; body: MessageBodies[T]; id?: string }
}[KnownType]

export type Reply = { [T in KnownType]: { type: T; body: MessageBodies[T] } }[KnownType]

/** An id for a message, or for anything else that needs one in the order of time. */
export const freshId = (): string => bundleIdOf(Date.now(), randomBytes(10))

/**
 * Asks, and gives the answer as the other has signed it. Fails with an UnreachedError when there is
 * none, or none that is the other's.
 */
export async function ask(on: On, trust: Partner, asked: Question): Promise<Reply> {
  const { current, previous } = await keysOf(on, trust.SpaceId)
  const { type, body, id = freshId() } = asked
  const transport = transportTo(asSystem(on.broker, `a message to ${trust.Name}`), trust)
  // Who has yet to learn of new keys knows the ones before.
  const before = previous.find(({ fingerprint }) => fingerprint !== current.fingerprint)
  const isRotation = asked.type === 'trust.rotate' && isRotations(asked.body.rotations)
  const envelope = await writeEnvelope(
    { id, type, body, to: trust.Fingerprint, now: new Date() },
    (isRotation && before) || current,
  )
  const reply = await transport.send(envelope)
  try {
    const { message } = await readEnvelope(reply, {
      trustByKid: async (kid) => asAnswering(trust, kid),
      ownFingerprints: [current, ...previous].map(({ fingerprint }) => fingerprint),
      now: new Date(),
      // It answers this one question, and so comes once.
      unseen: async () => true,
    })
    if (message.inReplyTo !== id) throw new UnreachedError('This answers another question.')
    return replyOf(message)
  } catch (cause) {
    if (!(cause instanceof BundleError)) throw cause
    const text = `What has come from ${trust.Name} is not its answer: ${cause.message}`
    throw new UnreachedError(text, { cause })
  }
}

/** Who answers is believed for the answer alone, however far it is trusted. */
function asAnswering({ Fingerprint, IdentityCertificate }: Partner, kid: string) {
  if (kid !== Fingerprint) return null
  const Allow = { ReceiveReleases: false, ReceiveReceipts: false }
  return { Fingerprint, IdentityCertificate, State: 'Active' as const, Allow }
}

function replyOf({ type, body }: { type: string; body: unknown }): Reply {
  if (!isKnown(type)) throw new UnreachedError(`Nothing is known here of '${type}'.`)
  return { type, body: bodyOf[type](body) } as Reply // Its check has been by its type.
}
