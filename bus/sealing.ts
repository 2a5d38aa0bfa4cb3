/**
 * Sealed texts on the workers' bus: only who has the worker's key can read or make them. The
 * built-in worker shares its key with the server that started it.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const algorithm = 'aes-256-gcm'
const ivLength = 12
const tagLength = 16

/** A new key for `sealFor` and `openWith`: 32 bytes. */
export const newSealingKey = () => randomBytes(32)

/** The text as only the holder of the key can read it, in base64. */
export function sealFor(key: Uint8Array, text: string): string {
  const iv = randomBytes(ivLength)
  const cipher = createCipheriv(algorithm, key, iv)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')
}

/** The text of `sealFor`. Fails when it was changed, or sealed with another key. */
export function openWith(key: Uint8Array, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64')
  const iv = bytes.subarray(0, ivLength)
  const tag = bytes.subarray(ivLength, ivLength + tagLength)
  try {
    const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tagLength })
    decipher.setAuthTag(tag)
    const text = decipher.update(bytes.subarray(ivLength + tagLength))
    return Buffer.concat([text, decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new Error('A sealed text was changed on its way, or sealed with another key.', { cause })
  }
}
