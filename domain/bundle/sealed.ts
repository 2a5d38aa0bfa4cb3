/** EncryptAll: a whole bundle in one JWE, so that who finds the file can read nothing of it. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { BundleError } from './errors.ts'
import type { BundleLimits } from './limits.ts'
import { bundleLimits } from './limits.ts'
import { CONTENT_ENCRYPTION, type EncryptionKey, KEY_AGREEMENT, partiesOf } from './secrets.ts'
import { type ByteSource, memorySource } from './source.ts'
import type { Written } from './write.ts'

const TYPE = 'tako-bundle+jwe'
/** How a ZIP begins; a JWE begins with an encoded '{"'. */
const JWE_START = 'eyJ'

/**
 * The whole bundle, readable by the holder of the certificate's key alone: a compact JWE. It is made
 * in memory, so packages do not go along: `UnsupportedContent` says so.
 */
export async function sealBundle(
  written: Written<'bundle'>,
  encryptionCert: string,
): Promise<Uint8Array> {
  const { manifest, size } = written
  if (manifest.packagesIncluded || size > bundleLimits.totalBytes)
    throw new BundleError(
      'UnsupportedContent',
      'A bundle that is encrypted as a whole holds no packages: send them as a package pack.',
    )
  const pieces: Uint8Array[] = []
  for await (const piece of written.bytes()) pieces.push(piece)
  const jwe = await new CompactEncrypt(Buffer.concat(pieces))
    .setProtectedHeader({
      ...{ alg: KEY_AGREEMENT, enc: CONTENT_ENCRYPTION, typ: TYPE },
      kid: manifest.target.encryptionKey,
    })
    .setKeyManagementParameters(partiesOf(manifest))
    .encrypt(new X509Certificate(encryptionCert).publicKey)
  return Buffer.from(jwe)
}

/** The bundle's ZIP, whether it was sealed or not. Throws `BundleTooLarge` or `CannotDecrypt`. */
export async function unsealed(
  source: ByteSource,
  { encryptionKeys, limits }: { encryptionKeys: EncryptionKey[]; limits: BundleLimits },
): Promise<ByteSource> {
  const start = await source.read(0, Math.min(JWE_START.length, source.size))
  if (Buffer.from(start).toString('latin1') !== JWE_START) return source
  if (source.size > mostSealed(limits))
    throw new BundleError('BundleTooLarge', `This is too large. It has ${source.size} bytes.`)
  const text = Buffer.from(await source.read(0, source.size)).toString('latin1')
  return memorySource(await opened(text, encryptionKeys))
}

async function opened(text: string, keys: EncryptionKey[]): Promise<Uint8Array> {
  const parts = text.split('.')
  if (parts.length !== 5 || !parts.every(isCanonical))
    throw new BundleError('NotABundle', 'This cannot be read. It is no encrypted bundle.')
  try {
    const { plaintext } = await compactDecrypt(
      text,
      ({ kid, typ, zip }) => {
        const own = keys.find(({ fingerprint }) => fingerprint === kid)
        if (!own || typ !== TYPE || zip !== undefined) throw new Error('It is for another key.')
        return createPrivateKey(own.key)
      },
      {
        keyManagementAlgorithms: [KEY_AGREEMENT],
        contentEncryptionAlgorithms: [CONTENT_ENCRYPTION],
      },
    )
    return plaintext
  } catch (cause) {
    const message = 'The bundle cannot be decrypted: it is for another key, or has been changed.'
    throw new BundleError('CannotDecrypt', message, { cause })
  }
}

const isCanonical = (part: string) => Buffer.from(part, 'base64url').toString('base64url') === part

/** Base64 makes four of three. */
const mostSealed = ({ totalBytes, signatureBytes }: BundleLimits) =>
  Math.ceil((totalBytes * 4) / 3) + signatureBytes
