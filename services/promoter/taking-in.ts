/** How a message that has come is read, answered once, and answered the same when it comes again. */
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { BundleRefusedError } from '#bus/errors.ts'
import {
  MESSAGE_MEMORY_MS,
  type Message,
  readEnvelope,
  writeEnvelope,
} from '#domain/bundle/envelope.ts'
import { BundleError } from '#domain/bundle/errors.ts'
import { parseJson } from '#domain/bundle/json.ts'
import { readJws } from '#domain/bundle/jws.ts'
import { bundleLimits } from '#domain/bundle/limits.ts'
import type { MessageBodies } from '#domain/promotion/messages.ts'
import { bodyOf, isKnown, type KnownType } from '#domain/promotion/read-message.ts'
import { keysOf, type OpenKeys } from './keys.ts'
import { readerOf } from './reader.ts'
import type { StoredSeenMessage } from './seen-message.model.ts'
import type { StoredSpaceIdentity } from './space-identity.model.ts'
import { freshId, type Reply } from './talking.ts'
import type { Trust } from './trusts.contract.ts'

export interface TakesIn {
  broker: Pick<Bus, 'call'>
  models: {
    SpaceIdentity: Model<StoredSpaceIdentity>
    SeenMessage: Model<StoredSeenMessage>
  }
}

/** What a message is answered with, by its type. Each may come again after a crash: it must do no harm then. */
export type Handlers = {
  [T in KnownType]?: (trust: Trust, body: MessageBodies[T]) => Promise<Reply>
}

export interface Taken {
  reply: string
  trust: Trust
  message: Message
  /** Whether it was refused, and why. */
  refused: { code: string; reason: string } | null
}

/** Throws a BundleError for what cannot be believed. */
export async function takeIn(on: TakesIn, envelope: string, handlers: Handlers): Promise<Taken> {
  const spaceId = await receiverOf(on, envelope)
  const reader = await readerOf(on, spaceId)
  const { current } = await keysOf(on, spaceId)
  const { SeenMessage } = on.models
  let key = ''
  let before: StoredSeenMessage['Answer'] = null
  const read = readEnvelope(envelope, {
    ...reader,
    async unseen({ id, from }) {
      key = `${spaceId} ${from} ${id}`
      const Until = new Date(Date.now() + MESSAGE_MEMORY_MS).toISOString()
      // One write decides of two that come at once.
      const found = await SeenMessage.findOneAndUpdate(
        { _id: key },
        { $setOnInsert: { SpaceId: spaceId, Answer: null, Until } },
        { upsert: true, returnDocument: 'after' },
      ).lean<StoredSeenMessage>()
      before = found?.Answer ?? null
      return true
    },
  })
  const { message, trust } = await read.catch(async (error) => {
    const about = revokedIn(error)
    // Told in a signed word: it sends in vain until it knows.
    if (about) throw new RevokedError(await refusalTo(about, envelope, current))
    throw error
  })
  const answer = before ?? (await answered(trust, message, handlers))
  if (before === null) await SeenMessage.updateOne({ _id: key }, { $set: { Answer: answer } })
  const refused = answer.type === 'refused' ? (answer.body as MessageBodies['refused']) : null
  return { reply: await signed(answer, message, current), trust, message, refused }
}

/** A message of a space that is trusted no more: with the signed refusal for it. */
export class RevokedError extends Error {
  readonly reply: string
  constructor(reply: string) {
    super('The trust in the sender is Revoked.')
    this.reply = reply
  }
}

/** The fingerprint of a sender whose trust was revoked. */
const revokedIn = (error: unknown): string | null =>
  error instanceof BundleError && error.code === 'TrustNotActive' && error.data.state === 'Revoked'
    ? String(error.data.fingerprint)
    : null

/**
 * Only for the one that was revoked, and so true whoever has sent this: who it is from has not been
 * checked, and nobody must get a refusal signed for another.
 */
function refusalTo(to: string, envelope: string, keys: OpenKeys): Promise<string> {
  const { id } = parseJson(readJws(envelope).payload, 'message') as { id: string }
  const body = { code: 'TrustNotActive', reason: 'This space is trusted no more there.' }
  const letter = { id: freshId(), type: 'refused', body, to, inReplyTo: String(id) } as const
  return writeEnvelope({ ...letter, now: new Date() }, keys)
}

async function answered(trust: Trust, { type, body }: Message, handlers: Handlers) {
  const id = freshId()
  try {
    const handle = isKnown(type) ? (handlers[type] as Handler | undefined) : undefined
    if (!isKnown(type) || !handle)
      throw new BundleError('UnsupportedSchema', `Nothing is known here of '${type.slice(0, 50)}'.`)
    return { id, ...(await handle(trust, bodyOf[type](body))) }
  } catch (error) {
    const refusal = refusalIn(error)
    if (!refusal) throw error
    return { id, type: 'refused', body: refusal }
  }
}

// By its type, each handler gets what its check gives.
type Handler = (trust: Trust, body: unknown) => Promise<Reply>

/** What will not be otherwise when it is tried again; anything else is a fault of ours, or of the moment. */
function refusalIn(error: unknown): MessageBodies['refused'] | null {
  if (error instanceof BundleError) return { code: error.code, reason: error.message }
  const {
    type,
    data,
    message = '',
  } = error as {
    type?: string
    data?: { reason?: string }
    message?: string
  }
  if (type === 'BUNDLE_REFUSED') return { code: data?.reason ?? 'InvalidContent', reason: message }
  if (type === 'REFUSED') return { code: 'NotAllowed', reason: message }
  return null
}

const signed = (
  { id, type, body }: NonNullable<StoredSeenMessage['Answer']>,
  message: Message,
  keys: OpenKeys,
) =>
  writeEnvelope(
    {
      ...{ id, body, to: message.from, inReplyTo: message.id, now: new Date() },
      type: type as Reply['type'], // As it was written above.
    },
    keys,
  )

/** The space that a message says it is for: only that its own keys decide what is true of it. */
async function receiverOf({ models }: TakesIn, envelope: string): Promise<string> {
  if (envelope.length > bundleLimits.messageBytes)
    throw new BundleError('MessageTooLarge', 'The message is too large.')
  const said = parseJson(readJws(envelope).payload, 'message', bundleLimits.jsonDepth)
  const to = (said as { to?: unknown } | null)?.to
  const found =
    typeof to === 'string' &&
    (await models.SpaceIdentity.findOne(
      { $or: [{ Fingerprint: to }, { _earlier: to }] },
      { SpaceId: 1 },
    ).lean<Pick<StoredSpaceIdentity, 'SpaceId'>>())
  if (!found) throw new BundleError('WrongTarget', 'There is no space with this identity here.')
  return found.SpaceId
}

/** A refusal as who has sent it is told. */
export const toldOf = (error: unknown): unknown =>
  error instanceof BundleError ? new BundleRefusedError(error.message, error.code) : error
