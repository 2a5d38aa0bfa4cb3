/**
 * The identity document: what a space tells others of itself, as a JWS in JSON signed by its own
 * identity key. It is public. That the sender has the key it proves; who the sender is, only the
 * comparison of fingerprints by two people does.
 */
import { createPrivateKey } from 'node:crypto'
import { FlattenedSign } from 'jose'
import { checkCertificates, checkDates, SKEW_MS } from './certificates.ts'
import { BundleError } from './errors.ts'
import { fingerprintOf, type SpaceIdentity } from './identity.ts'
import { checkSignature, checkType, isInstant, objectOf, payloadOf } from './statement.ts'

const SCHEMA = 'tako/identity@1'
const TYPE = 'tako-identity+jws'
const MOST_CHARACTERS = 65_536
const MOST_NAME = 200
const MOST_ADDRESS = 500
/** Control characters, and those that turn the direction of writing: a name could look like another one. */
const MISLEADING = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u

export interface IdentityFacts {
  spaceName: string
  serverName: string
  /** Where the server listens for others, such as 'https://tako.example.com'. */
  serverUrl?: string
  /** Its name on the promotions bus. */
  busAddress?: string
  /** ISO. */
  issuedAt: string
}

export interface IdentityDocument extends IdentityFacts {
  /** PEM. */
  identityCert: string
  /** PEM. */
  encryptionCert: string
  /** Of the identity certificate: 64 small hexadecimal digits. */
  fingerprint: string
}

type Sender = Pick<SpaceIdentity, 'identityKey' | 'identityCert' | 'encryptionCert'>

/** Makes the text of `identity.json`. */
export async function writeIdentityDocument(sender: Sender, facts: IdentityFacts): Promise<string> {
  const { identityKey, identityCert, encryptionCert } = sender
  const payload = { schema: SCHEMA, ...facts, identityCert, encryptionCert }
  const signed = await new FlattenedSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'ES256', typ: TYPE, kid: fingerprintOf(identityCert) })
    .sign(createPrivateKey(identityKey))
  return JSON.stringify(signed, null, 2)
}

/**
 * What an identity document says, checked: its form, both certificates, their dates at `now`, and
 * the signature. Changes nothing and trusts nobody. Throws `NotAnIdentity`, `UnsupportedSchema`,
 * `InvalidCertificate`, `IssuedInFuture`, `SenderCertificateExpired` or `BadSignature`.
 */
export async function readIdentityDocument(text: string, now: Date): Promise<IdentityDocument> {
  if (text.length > MOST_CHARACTERS) throw notOne('It is too long.')
  const envelope = objectOf(text, notOne)
  const facts = factsOf(payloadOf(envelope, notOne))
  checkType(envelope, TYPE, notOne)
  const certificates = checkCertificates(facts)
  await checkSignature(envelope, certificates.identityCert)
  checkDates(certificates.identityCert, now)
  checkDates(certificates.encryptionCert, now, 'encryption certificate')
  checkIssued(facts.issuedAt, now)
  return { ...facts, ...certificates, fingerprint: fingerprintOf(certificates.identityCert) }
}

function factsOf(payload: Record<string, unknown>) {
  const { schema, issuedAt, identityCert, encryptionCert } = payload
  if (typeof schema !== 'string' || !schema.startsWith('tako/identity@')) {
    throw notOne('It is a document of another kind.')
  }
  if (schema !== SCHEMA) {
    const message = `The identity document is of the form ${schema}. This server knows ${SCHEMA}: it must be upgraded.`
    throw new BundleError('UnsupportedSchema', message)
  }
  if (typeof issuedAt !== 'string' || !isInstant(issuedAt)) throw notOne('It has no issuedAt.')
  if (typeof identityCert !== 'string' || typeof encryptionCert !== 'string') {
    throw notOne('It has no certificates.')
  }
  return {
    spaceName: textOf(payload, 'spaceName', MOST_NAME),
    serverName: textOf(payload, 'serverName', MOST_NAME),
    ...optionalOf(payload, 'serverUrl'),
    ...optionalOf(payload, 'busAddress'),
    issuedAt,
    identityCert,
    encryptionCert,
  }
}

function checkIssued(issuedAt: string, now: Date) {
  if (Date.parse(issuedAt) <= now.getTime() + SKEW_MS) return
  const clocks = `The identity document was issued at ${issuedAt}, and here it is ${now.toISOString()}.`
  throw new BundleError('IssuedInFuture', `${clocks} One of the two clocks is wrong.`)
}

function textOf(payload: Record<string, unknown>, field: string, most: number): string {
  const text = payload[field]
  const isText = typeof text === 'string' && text.length <= most && !MISLEADING.test(text)
  if (!isText || text.trim() === '') throw notOne(`Its ${field} cannot be used.`)
  return text
}

function optionalOf<Field extends string>(
  payload: Record<string, unknown>,
  field: Field,
): { [Name in Field]?: string } {
  if (payload[field] === undefined) return {}
  // The key is the one that was asked for; the compiler widens it to string.
  return { [field]: textOf(payload, field, MOST_ADDRESS) } as { [Name in Field]?: string }
}

const notOne = (why: string) =>
  new BundleError('NotAnIdentity', `This is not the identity document of a space. ${why}`)
