import { createHash } from 'node:crypto'
import { InvalidError } from '#bus/errors.ts'
import { checkKeys, fingerprintOf, type PublicKeys, publicOf, readSigned } from '#bus/messages.ts'
import type { JoinProof } from '#bus/orders.ts'
import { isAtHost } from '#domain/same-host.ts'

/** The keys without anything else, and their fingerprint. Fails when they are none. */
export async function shownKeys(
  shown: PublicKeys,
): Promise<{ keys: PublicKeys; fingerprint: string }> {
  const keys = publicOf(shown)
  try {
    await checkKeys(keys)
    return { keys, fingerprint: await fingerprintOf(keys) }
  } catch {
    // What the library says of a key helps nobody who has made it by `npm run worker`.
    throw new InvalidError(["'Keys' must be two public keys (JWK) on the curve P-256."])
  }
}

/** What is wrong with a proof; null when the sender has these keys, and means this server and this token. */
export async function faultOfProof(
  proof: string,
  {
    keys,
    fingerprint,
    token,
    hosts,
  }: {
    keys: PublicKeys
    fingerprint: string
    token: string
    hosts: string[]
  },
): Promise<string | null> {
  const said = await readSigned<Partial<JoinProof>>('join', proof, keys).catch(() => null)
  if (!said) return 'it is not signed by the keys that were shown'
  if (said.fingerprint !== fingerprint) return 'it is for other keys'
  if (said.token !== digestOf(token)) return 'it is for another token'
  if (typeof said.server !== 'string' || !isAtHost(said.server, hosts))
    return 'it is for another server: is PUBLIC_URL what workers call this one?'
  return null
}

const digestOf = (token: string) =>
  token === '' ? '' : createHash('sha256').update(token).digest('hex')
