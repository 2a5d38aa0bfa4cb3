import { createPrivateKey, X509Certificate } from 'node:crypto'
import { CompactSign, compactVerify } from 'jose'
import { BundleError } from './errors.ts'
import { fingerprintOf } from './identity.ts'

/** Who signs: PEM, the key in PKCS#8 and secret. */
export interface Signer {
  identityKey: string
  identityCert: string
}

/** The one algorithm. What a message says of it is compared with this, and never followed. */
const ALGORITHM = 'ES256'
/** A header is read before it is known whose it is; with a certificate it has about 1,000. */
const HEADER_CHARACTERS = 16_384

interface Signing {
  /** 'tako-bundle+jws': what is signed for one use is never taken for another. */
  typ: string
  signer: Signer
  /** Whether the certificate goes along, so that a stranger's name can be shown. */
  withCertificate?: boolean
}

/** A compact JWS of these bytes. */
export function sign(payload: Uint8Array, { typ, signer, withCertificate }: Signing) {
  const { raw } = new X509Certificate(signer.identityCert)
  return new CompactSign(payload)
    .setProtectedHeader({
      alg: ALGORITHM,
      typ,
      kid: fingerprintOf(signer.identityCert),
      ...(withCertificate && { x5c: [raw.toString('base64')] }),
    })
    .sign(createPrivateKey(signer.identityKey))
}

/** The same with the payload left out: 'header..signature' (RFC 7515, appendix F). */
export async function signDetached(payload: Uint8Array, signing: Signing): Promise<string> {
  const [header, , signature] = (await sign(payload, signing)).split('.')
  return `${header}..${signature}`
}

/** A JWS that is being read: its signature has not been checked. */
export interface UncheckedJws {
  /** The fingerprint that the sender claims. */
  kid: string
  /** What the sender's certificate says it is called, for messages; null without one. */
  claims: string | null
  payload: Uint8Array
  /** Header, payload and signature as they are signed. */
  text: string
}

/** Takes a JWS apart. `detached` is its payload where that is kept elsewhere. Throws `BadSignature`. */
export function readJws(jws: string, detached?: Uint8Array): UncheckedJws {
  const [header = '', body = '', signature = '', ...more] = jws.split('.')
  const payload = detached ? Buffer.from(detached).toString('base64url') : body
  const parts = [header, payload, signature]
  const isOne =
    more.length === 0 &&
    header.length <= HEADER_CHARACTERS &&
    parts.every(isCanonical) &&
    !(detached && body !== '')
  if (!isOne) throw bad('It is no signature of the form that is wanted.')
  const { kid, x5c } = headerOf(header)
  return {
    kid: typeof kid === 'string' ? kid : '',
    claims: claimedName(x5c),
    payload: Buffer.from(payload, 'base64url'),
    text: parts.join('.'),
  }
}

/** Checks the signature with the pinned certificate. Throws `BadSignature`. */
export async function checkSignature(
  jws: UncheckedJws,
  { typ, certificate }: { typ: string; certificate: string },
): Promise<void> {
  const { publicKey } = new X509Certificate(certificate)
  try {
    const { protectedHeader } = await compactVerify(jws.text, publicKey, {
      algorithms: [ALGORITHM],
    })
    if (protectedHeader.typ === typ && protectedHeader.kid === jws.kid) return
  } catch (cause) {
    throw bad('It has been changed, or another key has signed it.', cause)
  }
  throw bad('It has been signed for another use.')
}

/** Several texts may stand for the same bytes; only one of them is what a writer writes. */
const isCanonical = (part: string) =>
  part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part

function headerOf(part: string): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    if (typeof header === 'object' && header !== null) return { ...header }
  } catch (cause) {
    throw bad('Its header is no JSON.', cause)
  }
  throw bad('Its header is no JSON object.')
}

/** Of a certificate that is not trusted: for people to read, and for nothing else. */
function claimedName(x5c: unknown): string | null {
  const [first] = Array.isArray(x5c) ? x5c : []
  if (typeof first !== 'string') return null
  try {
    const { subject } = new X509Certificate(Buffer.from(first, 'base64'))
    return subject.replaceAll('\n', ', ').slice(0, 200)
  } catch {
    // A name that cannot be read is not shown; whose signature it is says `kid`.
    return null
  }
}

const bad = (why: string, cause?: unknown) =>
  new BundleError('BadSignature', `The signature does not hold. ${why}`, { cause })
