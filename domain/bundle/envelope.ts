import { BundleError } from './errors.ts'
import { fingerprintOf } from './identity.ts'
import { jsonBytes, parseJson } from './json.ts'
import { readJws, type Signer, sign } from './jws.ts'
import { bundleLimits } from './limits.ts'
import type { SenderTrust } from './sender.ts'
import { exactly, orNull, shapeCheck, shapes } from './shape.ts'
import { checkSigner, type ReaderContext } from './signed.ts'

export type MessageType =
  | 'hello'
  | 'hello.reply'
  | 'trust.rotate'
  | 'trust.revoked'
  | 'directory.query'
  | 'directory.reply'
  | 'bundle.offer'
  | 'bundle.need'
  | 'bundle.commit'
  | 'bundle.status'
  | 'bundle.withdraw'
  | 'release.recall'
  | 'receipt.publish'
  | 'receipt.ack'
  /** Answers: it was taken, and there is nothing more to say; it was not, for good. */
  | 'received'
  | 'refused'

/** A message between two promoters, as its sender signs it. */
export interface Message {
  v: number
  /** A UUID of version 7; a message that is sent again keeps it. */
  id: string
  /** A MessageType; a newer Tako may know more of them. */
  type: string
  /** Fingerprints. */
  from: string
  to: string
  /** Seconds since 1970: when it was signed, and until when it is taken. */
  iat: number
  exp: number
  inReplyTo: string | null
  body: unknown
}

const VERSION = 1
const TYPE = 'tako-msg+jws'
/** How long a message is valid, in seconds. */
const LIFE_SECONDS = 10 * 60
/** How far two clocks may be apart, in seconds. */
const SKEW_SECONDS = 2 * 60
/** How long an id must be remembered, in milliseconds: much longer than a message is valid. */
export const MESSAGE_MEMORY_MS = 24 * 3_600_000

interface Letter {
  id: string
  type: MessageType
  /** The receiver's fingerprint. */
  to: string
  body: unknown
  inReplyTo?: string
  now: Date
}

/** Signs a message: a compact JWS, valid for ten minutes. */
export function writeEnvelope(letter: Letter, signer: Signer): Promise<string> {
  const iat = Math.floor(letter.now.getTime() / 1000)
  const message: Message = {
    ...{ v: VERSION, id: letter.id, type: letter.type },
    ...{ from: fingerprintOf(signer.identityCert), to: letter.to },
    ...{ iat, exp: iat + LIFE_SECONDS },
    inReplyTo: letter.inReplyTo ?? null,
    body: letter.body,
  }
  return sign(jsonBytes(message), { typ: TYPE, signer })
}

export interface EnvelopeContext<T extends SenderTrust = SenderTrust> extends ReaderContext<T> {
  /** Keeps the id, and answers whether it was not kept before: in one step. */
  unseen(message: Message): Promise<boolean>
}

/**
 * Opens a message: who has sent it, that it is for us, now, and for the first time. Throws a
 * BundleError; `MessageRepeated` has the id in its data, for an answer as before.
 */
export async function readEnvelope<T extends SenderTrust>(
  jws: string,
  context: EnvelopeContext<T>,
): Promise<{ message: Message; trust: T }> {
  const { limits = bundleLimits } = context
  if (jws.length > limits.messageBytes)
    throw new BundleError('MessageTooLarge', 'The message is too large.')
  const trust = await checkSigner({ jws, typ: TYPE }, null, context)
  const message = messageOf(parseJson(readJws(jws).payload, 'message', limits.jsonDepth))
  if (message.v > VERSION)
    throw new BundleError(
      'UnsupportedSchema',
      `Version ${message.v} of messages is not known here.`,
    )
  if (message.from !== trust.Fingerprint)
    throw new BundleError('InvalidContent', 'The message names another sender than its signature.')
  if (!context.ownFingerprints.includes(message.to))
    throw new BundleError('WrongTarget', 'The message is for another space.')
  checkTime(message, context.now)
  if (!(await context.unseen(message)))
    throw new BundleError('MessageRepeated', 'This message has come before.', {
      data: { id: message.id },
    })
  return { message, trust }
}

function checkTime({ iat, exp }: Message, now: Date) {
  const seconds = now.getTime() / 1000
  const [signed, here] = [new Date(iat * 1000), now].map((date) => date.toISOString())
  const clocks = `The message was signed at ${signed}, and here it is ${here}.`
  const options = { data: { signed, now: here } }
  if (exp - iat > LIFE_SECONDS)
    throw new BundleError('InvalidContent', 'The message would be valid for too long.')
  if (iat > seconds + SKEW_SECONDS)
    throw new BundleError('IssuedInFuture', `${clocks} One of the two clocks is wrong.`, options)
  if (exp < seconds - SKEW_SECONDS)
    throw new BundleError(
      'MessageExpired',
      `${clocks} It is too old, or a clock is wrong.`,
      options,
    )
}

// Until the year 9999: a date that a Date can hold.
const seconds = { type: 'integer', minimum: 0, maximum: 253_402_300_799 }

const messageOf = shapeCheck<Message>('The message', {
  ...exactly({
    ...{ v: shapes.count, id: shapes.uuid, type: shapes.text },
    ...{ from: shapes.digest, to: shapes.digest, iat: seconds, exp: seconds },
    inReplyTo: orNull(shapes.uuid),
    body: {},
  }),
})
