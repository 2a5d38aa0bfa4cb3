import { createPrivateKey, X509Certificate } from 'node:crypto'
import { FlattenedEncrypt, type FlattenedJWE, flattenedDecrypt } from 'jose'
import { BundleError } from './errors.ts'
import { fingerprintOf } from './identity.ts'
import { jsonBytes, parseJson } from './json.ts'
import type { Manifest } from './manifest.ts'
import { exactly, shapeCheck, shapes } from './shape.ts'

/** A value that only the target may read, and where it belongs: 'variables/Variables-7'. */
export interface Secret {
  path: string
  value: string
}

/** A key of the reader's own. */
export interface EncryptionKey {
  /** SHA-256 of the certificate that goes with it. */
  fingerprint: string
  /** PEM in PKCS#8: secret. */
  key: string
}

/** The bundle that the secrets belong to: they are worth nothing in another. */
export type SecretsOwner = Pick<Manifest, 'bundleId'> & {
  source: { fingerprint: string }
  target: { fingerprint: string; encryptionKey: string }
}

/** The only ones. What a message says of them is compared with these, and never followed. */
export const KEY_AGREEMENT = 'ECDH-ES+A256KW'
export const CONTENT_ENCRYPTION = 'A256GCM'
const headerNames = new Set(['alg', 'enc', 'kid', 'apu', 'apv', 'bid', 'epk'])

/** Makes secrets.jwe, which the holder of the certificate's key alone can read. */
export async function encryptSecrets(
  values: Secret[],
  owner: SecretsOwner,
  encryptionCert: string,
): Promise<Uint8Array> {
  const { bundleId, source, target } = owner
  if (fingerprintOf(encryptionCert) !== target.encryptionKey)
    throw new Error('The secrets are for another certificate than the bundle.')
  const { publicKey } = new X509Certificate(encryptionCert)
  const plain = { bundleId, source: source.fingerprint, target: target.fingerprint, values }
  const jwe = await new FlattenedEncrypt(jsonBytes(plain))
    .setProtectedHeader({ alg: KEY_AGREEMENT, enc: CONTENT_ENCRYPTION, ...claimsOf(owner) })
    .setKeyManagementParameters(partiesOf(owner))
    .encrypt(publicKey)
  return jsonBytes(jwe)
}

/** The values of secrets.jwe. Throws `CannotDecrypt` or `SecretsMismatch`. */
export async function decryptSecrets(
  bytes: Uint8Array,
  owner: SecretsOwner,
  keys: EncryptionKey[],
): Promise<Secret[]> {
  const jwe = jweOf(parseJson(bytes, 'secrets.jwe'))
  checkHeader(headerOf(jwe), owner)
  const own = keys.find(({ fingerprint }) => fingerprint === owner.target.encryptionKey)
  if (!own)
    throw new BundleError(
      'CannotDecrypt',
      'The secrets are for a key that is no longer here: the sender must build the bundle again.',
      { data: { encryptionKey: owner.target.encryptionKey } },
    )
  const inner = innerOf(parseJson(await decrypted(jwe, own.key), 'secrets.jwe'))
  const isOurs =
    inner.bundleId === owner.bundleId &&
    inner.source === owner.source.fingerprint &&
    inner.target === owner.target.fingerprint
  if (!isOurs) throw mismatch()
  return inner.values
}

async function decrypted(jwe: FlattenedJWE, key: string): Promise<Uint8Array> {
  try {
    const { plaintext } = await flattenedDecrypt(jwe, createPrivateKey(key), {
      keyManagementAlgorithms: [KEY_AGREEMENT],
      contentEncryptionAlgorithms: [CONTENT_ENCRYPTION],
    })
    return plaintext
  } catch (cause) {
    throw new BundleError('CannotDecrypt', 'The secrets cannot be decrypted.', { cause })
  }
}

const text = { type: 'string' }
/** One recipient, and nothing outside of what is authenticated. */
const jweOf = shapeCheck<FlattenedJWE & { protected: string }>('secrets.jwe', {
  ...exactly({ ciphertext: text, iv: text, tag: text, encrypted_key: text, protected: text }),
  additionalProperties: false,
})

const innerOf = shapeCheck<{ bundleId: string; source: string; target: string; values: Secret[] }>(
  'secrets.jwe',
  exactly({
    bundleId: shapes.text,
    source: shapes.text,
    target: shapes.text,
    values: { type: 'array', items: exactly({ path: shapes.text, value: text }) },
  }),
)

function headerOf(jwe: { protected: string }) {
  const header = parseJson(Buffer.from(jwe.protected, 'base64url'), 'secrets.jwe')
  return header as Record<string, unknown> | null
}

function checkHeader(header: Record<string, unknown> | null, owner: SecretsOwner) {
  const expected: Record<string, unknown> = { ...claimsOf(owner), ...encodedPartiesOf(owner) }
  const isOurs =
    header !== null &&
    Object.keys(header).every((name) => headerNames.has(name)) &&
    Object.entries(expected).every(([name, value]) => header[name] === value)
  if (!isOurs) throw mismatch()
}

const claimsOf = ({ bundleId, target }: SecretsOwner) => ({
  kid: target.encryptionKey,
  bid: bundleId,
})

/** Both parties go into the derivation of the key. */
export const partiesOf = ({ source, target }: SecretsOwner) => ({
  apu: Buffer.from(source.fingerprint, 'hex'),
  apv: Buffer.from(target.fingerprint, 'hex'),
})

const encodedPartiesOf = (owner: SecretsOwner) => {
  const { apu, apv } = partiesOf(owner)
  return { apu: apu.toString('base64url'), apv: apv.toString('base64url') }
}

const mismatch = () =>
  new BundleError('SecretsMismatch', 'The secrets in this bundle were made for another one.')
