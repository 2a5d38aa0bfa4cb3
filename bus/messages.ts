/**
 * Messages between the server and a worker, so that whoever reads or writes on Redis learns nothing
 * and changes nothing: signed by who sends (ES256), then encrypted to who is to read
 * (ECDH-ES, A256GCM). Algorithms stand here, never in a message.
 */
import { createHash } from 'node:crypto'
import {
  CompactEncrypt,
  CompactSign,
  type CryptoKey,
  calculateJwkThumbprint,
  compactDecrypt,
  compactVerify,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose'

const SIGNING = 'ES256'
const AGREEMENT = 'ECDH-ES'
const CONTENT = 'A256GCM'
/** Also the digits that clients show of a thumbprint. */
const FINGERPRINT_DIGITS = 40

/** What others know of a party: whose signature it is, and what only it can read. */
export interface PublicKeys {
  signing: JWK
  encryption: JWK
}

/** A party's own keys, as they are kept: a secret. */
export interface PrivateKeys {
  signing: JWK
  encryption: JWK
}

/** A party with its keys at hand. */
export interface Party {
  keys: PublicKeys
  /** 40 hexadecimal digits in capitals: what people compare. */
  fingerprint: string
  signingKey: CryptoKey
  encryptionKey: CryptoKey
}

/** What a message is for: one kind is never taken for another. */
export type Use =
  | 'order'
  | 'answer'
  | 'batch'
  | 'ack'
  | 'progress'
  | 'alive'
  | 'join'
  | 'download'
  | 'node'

export async function newKeys(): Promise<PrivateKeys> {
  const [signing, encryption] = await Promise.all([
    generateKeyPair(SIGNING, { extractable: true }),
    generateKeyPair(AGREEMENT, { extractable: true }),
  ])
  return {
    signing: await exportJWK(signing.privateKey),
    encryption: await exportJWK(encryption.privateKey),
  }
}

/** The part of the keys that everybody may know. */
export const publicOf = ({ signing, encryption }: PrivateKeys): PublicKeys => ({
  signing: publicJwk(signing),
  encryption: publicJwk(encryption),
})

/** Fails when these are no such keys. */
export async function partyOf(keys: PrivateKeys): Promise<Party> {
  const ofAll = publicOf(keys)
  return {
    keys: ofAll,
    fingerprint: await fingerprintOf(ofAll),
    signingKey: await keyFrom(keys.signing, SIGNING),
    encryptionKey: await keyFrom(keys.encryption, AGREEMENT),
  }
}

/** 40 hexadecimal digits in capitals, over both keys. */
export async function fingerprintOf({ signing, encryption }: PublicKeys): Promise<string> {
  const thumbprints = await Promise.all(
    [signing, encryption].map((jwk) => calculateJwkThumbprint(jwk)),
  )
  return createHash('sha256')
    .update(thumbprints.join('.'))
    .digest('hex')
    .slice(0, FINGERPRINT_DIGITS)
    .toUpperCase()
}

/** Signed by `from`, for anybody to read: for what is no secret. */
export async function signed(use: Use, message: object, from: Party): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(message))
  return new CompactSign(bytes).setProtectedHeader({ alg: SIGNING, typ: use }).sign(from.signingKey)
}

/** The message of `signed`. Fails when it is another's, was changed, or is for something else. */
export async function readSigned<T>(use: Use, text: string, from: PublicKeys): Promise<T> {
  const key = await keyFrom(from.signing, SIGNING)
  const { payload, protectedHeader } = await compactVerify(text, key, { algorithms: [SIGNING] })
  if (protectedHeader.typ !== use) throw new Error(`The message is no '${use}'.`)
  return JSON.parse(new TextDecoder().decode(payload)) as T // Signed by who makes it so.
}

/**
 * Signed by `from`, and readable by `to` alone: encrypted, a line with the signature of the message's
 * digest, and the message. (To sign the message itself would be to encode it twice.)
 */
export async function sealed(
  use: Use,
  message: object,
  { from, to }: { from: Party; to: PublicKeys },
): Promise<string> {
  const text = JSON.stringify(message)
  const signature = await signed(use, { sha256: digestOf(text) }, from)
  return new CompactEncrypt(Buffer.from(`${signature}\n${text}`))
    .setProtectedHeader({ alg: AGREEMENT, enc: CONTENT, typ: use })
    .encrypt(await keyFrom(to.encryption, AGREEMENT))
}

/** The message of `sealed`. Fails when it is for another, another's, was changed, or is for something else. */
export async function unsealed<T>(
  use: Use,
  text: string,
  { from, to }: { from: PublicKeys; to: Party },
): Promise<T> {
  const { plaintext } = await compactDecrypt(text, to.encryptionKey, {
    keyManagementAlgorithms: [AGREEMENT],
    contentEncryptionAlgorithms: [CONTENT],
  })
  const parts = Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength)
  const end = parts.indexOf('\n')
  const { sha256 } = await readSigned<{ sha256: string }>(
    use,
    parts.toString('latin1', 0, end),
    from,
  )
  const message = parts.subarray(end + 1)
  if (sha256 !== digestOf(message)) throw new Error('The message is not the one that was signed.')
  return JSON.parse(message.toString('utf8')) as T // Signed by who makes it so.
}

const digestOf = (message: string | Uint8Array) =>
  createHash('sha256').update(message).digest('hex')

/** Who is a valid party to talk to: fails with a sentence when these are no keys of the kind. */
export async function checkKeys(keys: PublicKeys): Promise<void> {
  await keyFrom(publicJwk(keys.signing), SIGNING)
  await keyFrom(publicJwk(keys.encryption), AGREEMENT)
}

/**
 * Imported keys of others, by what they are: to import one is as dear as to use it, and who asks for a
 * worker's key gets it in an object of its own each time.
 */
const imported = new Map<string, Promise<CryptoKey>>()
const MOST_IMPORTED = 2_000

function keyFrom(jwk: JWK, algorithm: string): Promise<CryptoKey> {
  // A key of one's own is imported once, and kept by its party.
  if (jwk.d !== undefined) return importEc(jwk, algorithm)
  const { kty, crv, x, y } = jwk
  const name = JSON.stringify([algorithm, kty, crv, x, y])
  const known = imported.get(name)
  if (known) return known
  const key = importEc(jwk, algorithm)
  // What is no key is none the next time either, but strangers must not fill the memory.
  if (imported.size >= MOST_IMPORTED) imported.clear()
  imported.set(name, key)
  key.catch(() => imported.delete(name))
  return key
}

async function importEc(jwk: JWK, algorithm: string): Promise<CryptoKey> {
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256') throw new Error('A key must be on the curve P-256.')
  const key = await importJWK(jwk, algorithm)
  if (key instanceof Uint8Array) throw new Error('A key must be a pair, not a shared secret.')
  return key
}

const publicJwk = ({ kty, crv, x, y }: JWK): JWK => ({ kty, crv, x, y }) as JWK
