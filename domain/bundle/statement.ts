/** What identity documents and rotations are signed like: a JWS in JSON, by ES256 and nothing else. */
import { X509Certificate } from 'node:crypto'
import { flattenedVerify } from 'jose'
import { BundleError } from './errors.ts'
import { fingerprintOf } from './identity.ts'

type Fields = Record<string, unknown>

/** Says why something is not what it should be, as the error to throw. */
export type NotOne = (why: string) => BundleError

/** The object that a text is. */
export function objectOf(text: string, notOne: NotOne): Fields {
  const value = parsed(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw notOne('It is not a JSON object.')
  return { ...value }
}

/** What was signed, not yet checked. */
export function payloadOf({ payload }: Fields, notOne: NotOne): Fields {
  if (typeof payload !== 'string') throw notOne('It is not signed.')
  return objectOf(Buffer.from(payload, 'base64url').toString('utf8'), notOne)
}

/** Refuses what was signed as something else. An unprotected header is not signed, and counts for nothing. */
export function checkType(signed: Fields, type: string, notOne: NotOne): void {
  if (headerOf(signed)?.typ !== type) throw notOne('It is a document of another kind.')
}

/** Refuses what the key of this certificate has not signed. */
export async function checkSignature(signed: Fields, cert: string): Promise<void> {
  const { payload, protected: header, signature } = signed
  try {
    if (headerOf(signed)?.kid !== fingerprintOf(cert)) throw new Error('It names another key.')
    if (typeof payload !== 'string' || typeof header !== 'string' || typeof signature !== 'string')
      throw new Error('It is not signed.')
    // The certificate says who, the list says how: nothing of it is taken from the message.
    const { publicKey } = new X509Certificate(cert)
    await flattenedVerify({ payload, protected: header, signature }, publicKey, {
      algorithms: ['ES256'],
    })
  } catch (cause) {
    const message = 'This document has been changed, or another key has signed it.'
    throw new BundleError('BadSignature', message, { cause })
  }
}

/** The signed header of a signature; null when it has none. */
export function headerOf({ protected: header }: Fields): Fields | null {
  if (typeof header !== 'string') return null
  const value = parsed(Buffer.from(header, 'base64url').toString('utf8'))
  return typeof value === 'object' && value !== null ? { ...value } : null
}

/** Whether a text is a time in UTC as JSON has it. */
export const isInstant = (text: unknown): text is string =>
  typeof text === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) &&
  !Number.isNaN(Date.parse(text))

/** Undefined when it is no JSON, which is refused in the same words as JSON of another kind. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
