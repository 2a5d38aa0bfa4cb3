/**
 * The file of rotations: all by which a space has come to its present keys, oldest first. Who trusts
 * one of the older identities so comes to the newest without comparing fingerprints again, however
 * many he has missed.
 */
import { BundleError } from './errors.ts'
import { fingerprintOf } from './identity.ts'
import type { IdentityDocument } from './identity-document.ts'
import { objectOf, payloadOf } from './statement.ts'
import { readRotation } from './trust-statements.ts'

const MOST_CHARACTERS = 600_000
const MOST_ROTATIONS = 20

/** The text of `rotations.json`, of rotations as `writeRotation` makes them. */
export const writeRotations = (rotations: readonly string[]): string =>
  `{"rotations":[\n${rotations.join(',\n')}\n]}\n`

/** Whether a text is a file of rotations, and not an identity document. */
export const isRotations = (text: string): boolean => /^\s*\{\s*"rotations"/.test(text)

/**
 * The identity that follows from the pinned one. Throws `WrongIdentity` when no rotation in the file
 * begins with it, `NotAnIdentity` when it is no such file, and what `readRotation` throws.
 */
export async function followRotations(
  text: string,
  pinnedCert: string,
  now: Date,
): Promise<IdentityDocument> {
  let cert = pinnedCert
  let document: IdentityDocument | null = null
  for (const { old, text: rotation } of rotationsIn(text)) {
    if (old !== fingerprintOf(cert)) continue
    document = await follow(rotation, cert, now)
    cert = document.identityCert
  }
  if (document) return document
  const message = 'None of these rotations begins with the identity that is trusted here.'
  throw new BundleError('WrongIdentity', message)
}

/** One step, as if the identity before it were trusted, which the step before has shown. */
async function follow(rotation: string, cert: string, now: Date): Promise<IdentityDocument> {
  const Fingerprint = fingerprintOf(cert)
  const trust = {
    Fingerprint,
    IdentityCertificate: cert,
    State: 'Active' as const,
    Allow: { ReceiveReleases: false, ReceiveReceipts: false },
  }
  const trustByKid = async (kid: string) => (kid === Fingerprint ? trust : null)
  return (await readRotation(rotation, { trustByKid, ownFingerprints: [], now })).document
}

/** Each with the identity that it claims to begin with. */
function rotationsIn(text: string) {
  if (text.length > MOST_CHARACTERS) throw notOne('It is too long.')
  const { rotations } = objectOf(text, notOne)
  if (!Array.isArray(rotations) || rotations.length > MOST_ROTATIONS)
    throw notOne('It holds no list of rotations.')
  return rotations.map((one: unknown) => {
    const rotation = JSON.stringify(one ?? null)
    return { old: payloadOf(objectOf(rotation, notOne), notOne).old, text: rotation }
  })
}

const notOne = (why: string) =>
  new BundleError('NotAnIdentity', `This is not a file of rotations. ${why}`)
