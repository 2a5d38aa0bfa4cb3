import { BundleError } from './errors.ts'
import { fingerprintOf } from './identity.ts'
import { type IdentityDocument, readIdentityDocument } from './identity-document.ts'
import { jsonBytes, parseJson } from './json.ts'
import { checkSignature, readJws, type Signer, sign } from './jws.ts'
import { bundleLimits } from './limits.ts'
import { checkSchema, READER_VERSION } from './schema-version.ts'
import type { SenderTrust } from './sender.ts'
import { exactly, shapeCheck, shapes } from './shape.ts'
import { checkSigner, type ReaderContext } from './signed.ts'

const ROTATION = 'tako-rotation+jws'
const REVOCATION = 'tako-revocation+jws'

interface RotationParts {
  /** The text of the identity document with the new keys. */
  document: string
  old: Signer
  next: Signer
  now: Date
}

/** Says by the old key and by the new one that the second follows the first: a JWS with two signatures. */
export async function writeRotation({ document, old, next, now }: RotationParts): Promise<string> {
  const payload = jsonBytes({
    schema: `tako/rotation@${READER_VERSION}`,
    old: fingerprintOf(old.identityCert),
    next: fingerprintOf(next.identityCert),
    document,
    issuedAt: now.toISOString(),
  })
  const signed = [old, next].map((signer) => sign(payload, { typ: ROTATION, signer }))
  const signatures = (await Promise.all(signed)).map((jws) => {
    const [header, , signature] = jws.split('.')
    return { protected: header, signature }
  })
  return JSON.stringify({ payload: Buffer.from(payload).toString('base64url'), signatures })
}

/**
 * Checks that a trusted space has really got new keys: the old one signs, the new one counter-signs,
 * both for the same identity document, which is checked too. Throws a BundleError.
 */
export async function readRotation<T extends SenderTrust>(
  text: string,
  context: ReaderContext<T>,
): Promise<{ trust: T; document: IdentityDocument }> {
  const [byOld, byNext] = statementsOf(text)
  const trust = await checkSigner({ jws: byOld, typ: ROTATION }, null, context)
  const facts = parseJson(readJws(byOld).payload, 'rotation')
  checkSchema(facts, { kind: 'rotation', reader: context.reader })
  const { old, next, document: documentText } = rotationOf(facts)
  const document = await readIdentityDocument(documentText, context.now)
  const counter = readJws(byNext)
  await checkSignature(counter, { typ: ROTATION, certificate: document.identityCert })
  const isOfBoth =
    old === trust.Fingerprint &&
    next === document.fingerprint &&
    counter.kid === next &&
    old !== next
  if (!isOfBoth)
    throw new BundleError(
      'InvalidContent',
      'The rotation names other keys than those that signed it.',
    )
  return { trust, document }
}

/** Says that a space trusts another one no longer. */
export const writeRevocation = (
  { target, reason, now }: { target: string; reason: string; now: Date },
  signer: Signer,
): Promise<string> => {
  const source = fingerprintOf(signer.identityCert)
  const schema = `tako/revocation@${READER_VERSION}`
  const statement = { schema, source, target, reason, issuedAt: now.toISOString() }
  return sign(jsonBytes(statement), { typ: REVOCATION, signer })
}

export interface Revocation {
  /** Fingerprints: who trusts no longer, and whom. */
  source: string
  target: string
  reason: string
  issuedAt: string
}

/** Throws a BundleError. */
export async function readRevocation<T extends SenderTrust>(
  jws: string,
  context: ReaderContext<T>,
): Promise<{ trust: T; revocation: Revocation }> {
  if (jws.length > bundleLimits.signatureBytes)
    throw new BundleError('MessageTooLarge', 'The revocation is too large.')
  const trust = await checkSigner({ jws, typ: REVOCATION }, null, context)
  const facts = parseJson(readJws(jws).payload, 'revocation')
  checkSchema(facts, { kind: 'revocation', reader: context.reader })
  const revocation = revocationOf(facts)
  if (revocation.source !== trust.Fingerprint)
    throw new BundleError(
      'InvalidContent',
      'The revocation names another space than its signature.',
    )
  if (!context.ownFingerprints.includes(revocation.target))
    throw new BundleError('WrongTarget', 'The revocation is for another space.')
  return { trust, revocation }
}

/** Each signature as a JWS of its own: by the old key, by the new one. */
function statementsOf(text: string): [string, string] {
  if (text.length > bundleLimits.signatureBytes)
    throw new BundleError('MessageTooLarge', 'The rotation is too large.')
  const { payload, signatures } = signedTwice(parseJson(Buffer.from(text), 'rotation'))
  const [old, next] = signatures.map((one) => `${one.protected}.${payload}.${one.signature}`) as [
    string,
    string,
  ]
  return [old, next]
}

const part = { type: 'string' }

const signedTwice = shapeCheck<{
  payload: string
  signatures: { protected: string; signature: string }[]
}>(
  'The rotation',
  exactly({
    payload: part,
    signatures: {
      type: 'array',
      items: exactly({ protected: part, signature: part }),
      ...{ minItems: 2, maxItems: 2 },
    },
  }),
)

const { digest, time, text } = shapes

const rotationOf = shapeCheck<{ old: string; next: string; document: string }>(
  'The rotation',
  exactly({ old: digest, next: digest, document: { type: 'string' }, issuedAt: time }),
)

const revocationOf = shapeCheck<Revocation>(
  'The revocation',
  exactly({ source: digest, target: digest, reason: text, issuedAt: time }),
)
