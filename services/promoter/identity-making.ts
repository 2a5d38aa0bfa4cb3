/** How the identity of a space comes to be, and how its keys are replaced. */
import { hostname } from 'node:os'
import type { Model } from 'mongoose'
import { config } from '#config'
import { datesOf } from '#domain/bundle/certificates.ts'
import {
  fingerprintOf,
  type SpaceIdentity as MadeIdentity,
  makeEncryption,
  makeIdentity,
  shortForm,
} from '#domain/bundle/identity.ts'
import { writeIdentityDocument } from '#domain/bundle/identity-document.ts'
import { writeRotation } from '#domain/bundle/trust-statements.ts'
import { newId } from '#store/ids.ts'
import { publicOf } from '#store/resource.ts'
import { isDuplicateOf } from '#store/taken.ts'
import { openKeys, sealKeys } from './keys.ts'
import type { StoredPreviousKeys, StoredSpaceIdentity } from './space-identity.model.ts'
import type { SpaceIdentity } from './spaceidentities.contract.ts'

/** How long what was made for replaced keys is still taken: disks travel slowly. */
const OVERLAP_MS = 30 * 86_400_000
/** Older ones are dropped: who has missed so many trusts the space anew. */
const MOST_ROTATIONS = 10

interface Made {
  identity: StoredSpaceIdentity
  isNew: boolean
}

/** The identity of a space, made when it has none. Of several that make it at once, one does. */
export async function identityOf(
  model: Model<StoredSpaceIdentity>,
  { spaceId, spaceName }: { spaceId: string; spaceName(): Promise<string> },
  now: Date,
): Promise<Made> {
  const there = () => model.findOne({ SpaceId: spaceId }).lean<StoredSpaceIdentity>()
  const found = await there()
  if (found) return { identity: found, isNew: false }
  const wish = { spaceName: await spaceName(), serverName: serverName(), now }
  const fields = fieldsOf(await makeIdentity(wish))
  try {
    const names = { SpaceName: wish.spaceName, ServerName: wish.serverName }
    const Created = now.toISOString()
    const _id = newId('SpaceIdentities')
    const made = await model.create({ _id, SpaceId: spaceId, ...names, ...fields, Created })
    return { identity: made.toObject({ transform: false }), isNew: true }
  } catch (error) {
    const other = isDuplicateOf('SpaceId', error) ? await there() : null
    if (!other) throw error
    return { identity: other, isNew: false }
  }
}

/** What a rotation writes: new certificates and keys, with the old ones kept for the overlap. */
export async function rotated(
  identity: StoredSpaceIdentity,
  { keys, spaceName, now }: { keys: 'Identity' | 'Encryption'; spaceName: string; now: Date },
): Promise<Partial<StoredSpaceIdentity>> {
  const { current } = openKeys(identity, now)
  const wish = { spaceName, serverName: serverName(), now }
  const next: MadeIdentity =
    keys === 'Identity'
      ? await makeIdentity(wish)
      : { ...current, ...(await makeEncryption(current, wish)) }
  const previous: StoredPreviousKeys = {
    IdentityCertificate: identity.IdentityCertificate,
    EncryptionCertificate: identity.EncryptionCertificate,
    ReplacedAt: now.toISOString(),
    Until: new Date(now.getTime() + OVERLAP_MS).toISOString(),
    sealed: identity._sealed,
  }
  return {
    SpaceName: wish.spaceName,
    ServerName: wish.serverName,
    ...fieldsOf(next),
    _previous: [previous, ...stillKept(identity._previous, now)],
    _earlier: [...new Set([identity.Fingerprint, ...(identity._earlier ?? [])])].slice(
      0,
      MOST_ROTATIONS,
    ),
    _warned: null,
    ...(keys === 'Identity' && {
      _rotations: [...identity._rotations, await rotationTo(current, next, { ...wish, now })].slice(
        -MOST_ROTATIONS,
      ),
    }),
  }
}

/** Those whose overlap has not ended. */
export const stillKept = (previous: StoredPreviousKeys[], now: Date): StoredPreviousKeys[] =>
  previous.filter(({ Until }) => Date.parse(Until) > now.getTime())

/** The identity document of a space. */
export function documentOf(
  identity: StoredSpaceIdentity,
  { spaceName, serverUrl, now }: { spaceName: string; serverUrl?: string | undefined; now: Date },
): Promise<string> {
  const { current } = openKeys(identity, now)
  return writeIdentityDocument(current, {
    spaceName,
    serverName: identity.ServerName,
    ...(serverUrl !== undefined && { serverUrl }),
    issuedAt: now.toISOString(),
  })
}

/** An identity as it is served: no keys. */
export function identityView(identity: StoredSpaceIdentity): SpaceIdentity {
  return {
    ...publicOf(identity),
    ShortFingerprint: shortForm(identity.Fingerprint),
    Previous: identity._previous.map(({ IdentityCertificate, ReplacedAt, Until }) => ({
      Fingerprint: fingerprintOf(IdentityCertificate),
      ReplacedAt,
      Until,
    })),
  }
}

const serverName = () => (config.publicUrl ? new URL(config.publicUrl).host : hostname())

function fieldsOf(made: MadeIdentity) {
  return {
    Fingerprint: fingerprintOf(made.identityCert),
    IdentityCertificate: made.identityCert,
    EncryptionCertificate: made.encryptionCert,
    NotAfter: datesOf(made.identityCert).notAfter.toISOString(),
    EncryptionNotAfter: datesOf(made.encryptionCert).notAfter.toISOString(),
    _sealed: sealKeys(made),
  }
}

async function rotationTo(
  from: MadeIdentity,
  to: MadeIdentity,
  facts: { spaceName: string; serverName: string; now: Date },
) {
  const { spaceName, serverName, now } = facts
  const issuedAt = now.toISOString()
  const document = await writeIdentityDocument(to, { spaceName, serverName, issuedAt })
  return writeRotation({ document, old: from, next: to, now })
}
