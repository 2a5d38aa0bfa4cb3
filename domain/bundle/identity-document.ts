/**
 * The identity document: what a space tells others of itself, as a JWS in JSON signed by its own
 * identity key. It is public. That the sender has the key it proves; who the sender is, only the
 * comparison of fingerprints by two people does.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { FlattenedSign, flattenedVerify } from 'jose'
import { checkCertificates, checkDates, SKEW_MS } from './certificates.ts'
import { BundleError } from './errors.ts'
import { fingerprintOf, type SpaceIdentity } from './identity.ts'

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
  const envelope = envelopeOf(text)
  const header = headerOf(envelope.protected)
  const facts = factsOf(jsonOf(Buffer.from(envelope.payload, 'base64url').toString('utf8')))
  const certificates = checkCertificates(facts)
  await checkSignature(envelope, header, certificates.identityCert)
  checkDates(certificates.identityCert, now)
  checkDates(certificates.encryptionCert, now, 'encryption certificate')
  checkIssued(facts.issuedAt, now)
  return { ...facts, ...certificates, fingerprint: fingerprintOf(certificates.identityCert) }
}

interface Envelope {
  payload: string
  protected: string
  signature: string
}

function envelopeOf(text: string): Envelope {
  const { payload, protected: header, signature } = jsonOf(text)
  if (typeof payload !== 'string' || typeof header !== 'string' || typeof signature !== 'string') {
    throw notOne('It is not signed.')
  }
  // An unprotected header is not signed: what stands there counts for nothing.
  return { payload, protected: header, signature }
}

function headerOf(text: string) {
  const header = jsonOf(Buffer.from(text, 'base64url').toString('utf8'))
  if (header.typ !== TYPE) throw notOne('It is a document of another kind.')
  return header
}

async function checkSignature(
  envelope: Envelope,
  { kid }: Record<string, unknown>,
  identityCert: string,
) {
  try {
    if (kid !== fingerprintOf(identityCert)) throw new Error('It names another key.')
    // The key says who signed, the list says how: nothing of it is taken from the message.
    const { publicKey } = new X509Certificate(identityCert)
    await flattenedVerify(envelope, publicKey, { algorithms: ['ES256'] })
  } catch (cause) {
    const message = 'The identity document has been changed, or another key has signed it.'
    throw new BundleError('BadSignature', message, { cause })
  }
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

function jsonOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    // What is no JSON is refused in the same words as JSON of another kind.
  }
  throw notOne('It is not a JSON object.')
}

const isInstant = (text: string) =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text))

const notOne = (why: string) =>
  new BundleError('NotAnIdentity', `This is not the identity document of a space. ${why}`)
