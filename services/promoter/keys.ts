/** The keys of a space, opened: in this folder and this process only. They are never sent, told or logged. */
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { fingerprintOf, type SpaceIdentity } from '#domain/bundle/identity.ts'
import { seal, unseal } from '#store/encryption.ts'
import type { StoredPreviousKeys, StoredSpaceIdentity } from './space-identity.model.ts'

type PrivateKeys = Pick<SpaceIdentity, 'identityKey' | 'encryptionKey'>

/** One identity with its keys: PEM. */
export interface OpenKeys extends SpaceIdentity {
  /** Of the identity certificate. */
  fingerprint: string
  /** SHA-256 of the encryption certificate, by which others name it. */
  encryptionFingerprint: string
}

export interface KeysOfSpace {
  spaceName: string
  serverName: string
  current: OpenKeys
  /** Those that were replaced and are still taken, newest first. */
  previous: OpenKeys[]
}

interface Has {
  models: { SpaceIdentity: Model<StoredSpaceIdentity> }
  broker: Pick<Bus, 'call'>
}

/** The keys of a space at this time; they are made when there are none yet. */
export async function keysOf(on: Has, spaceId: string, now = new Date()): Promise<KeysOfSpace> {
  const found = (await identityIn(on, spaceId)) ?? (await made(on, spaceId))
  return openKeys(found, now)
}

export function openKeys(identity: StoredSpaceIdentity, now: Date): KeysOfSpace {
  return {
    spaceName: identity.SpaceName,
    serverName: identity.ServerName,
    current: opened(identity, identity._sealed),
    previous: identity._previous
      .filter(({ Until }) => Date.parse(Until) > now.getTime())
      .map((keys) => opened(keys, keys.sealed)),
  }
}

/** Closes the keys for the store. */
export const sealKeys = ({ identityKey, encryptionKey }: PrivateKeys): string =>
  seal(JSON.stringify({ identityKey, encryptionKey }))

function opened(certificates: Certificates, sealed: string): OpenKeys {
  const { IdentityCertificate: identityCert, EncryptionCertificate: encryptionCert } = certificates
  return {
    ...(JSON.parse(unseal(sealed)) as PrivateKeys), // Sealed by `sealKeys`.
    identityCert,
    encryptionCert,
    fingerprint: fingerprintOf(identityCert),
    encryptionFingerprint: fingerprintOf(encryptionCert),
  }
}

type Certificates = Pick<StoredPreviousKeys, 'IdentityCertificate' | 'EncryptionCertificate'>

const identityIn = ({ models }: Has, spaceId: string) =>
  models.SpaceIdentity.findOne({ SpaceId: spaceId }).lean<StoredSpaceIdentity>()

/** By the service that has them, which also says so in the audit trail. */
async function made(on: Has, spaceId: string): Promise<StoredSpaceIdentity> {
  await asSystem(on.broker, 'the first use of a space’s identity').call('spaceidentities.get', {
    spaceId,
  })
  const found = await identityIn(on, spaceId)
  if (!found) throw new Error(`The identity of the space '${spaceId}' has gone meanwhile.`)
  return found
}
