/** A space of another server, as far as it is seen from here: it sends bundles, and is trusted. */

import { randomBytes } from 'node:crypto'
import type { Bus } from '#bus'
import { config } from '#config'
import { bundleIdOf } from '#domain/bundle/bundle-id.ts'
import { fingerprintOf, shortForm } from '#domain/bundle/identity.ts'
import { writeIdentityDocument } from '#domain/bundle/identity-document.ts'
import { writePack } from '#domain/bundle/pack.ts'
import type { Secret } from '#domain/bundle/secrets.ts'
import type { BundleParts } from '#domain/bundle/write.ts'
import type { PackageFile } from '#domain/bundle/write-container.ts'
import type { BundleContent } from '#domain/promotion/content.ts'
import { contentDocs } from '../domain/promotion/content-sample.ts'
import { bundleOf, bytesOf, makeSpace, packFactsOf, type Space } from './bundles.ts'
import type { TestServer } from './server.ts'
import { trustSettings } from './trusts.ts'

export interface Sent extends Partial<BundleContent> {
  secrets?: Secret[]
  packageFiles?: PackageFile[]
  facts?: Partial<BundleParts['facts']>
}

/** A space that sends releases to a space of the server, which trusts it. */
export async function playedSource(
  { bus }: { bus: Pick<Bus, 'call'> },
  spaceId: string,
  settings: Partial<ReturnType<typeof trustSettings>> = {},
) {
  const now = new Date()
  const space = await makeSpace('DevTest Space', now)
  const facts = { spaceName: space.name, serverName: 'dev.example', issuedAt: now.toISOString() }
  const Document = await writeIdentityDocument(space, facts)
  const { Id: id } = await bus.call('trusts.create', {
    ...{ spaceId, Document, ...trustSettings() },
    Transport: { Kind: 'Disconnected' },
    ...settings,
  })
  const ConfirmFingerprint = shortForm(space.fingerprint)
  const trust = await bus.call('trusts.confirm', { spaceId, id, ConfirmFingerprint })
  const target = await targetSpace(bus, spaceId)
  let sequence = 0

  return {
    space,
    trust,
    target,

    /** A bundle of it, the next of its sequence. */
    async bundle({ secrets = [], packageFiles = [], facts = {}, ...docs }: Sent = {}) {
      const content = contentDocs(docs)
      sequence += 1
      return bundleOf({
        facts: {
          bundleId: bundleIdOf(Date.now(), randomBytes(10)),
          ...{ sequence, revision: 1 },
          source: {
            ...{ space: space.name, spaceId: 'Spaces-1', server: 'dev.example' },
            fingerprint: space.fingerprint,
          },
          target: {
            ...{ name: target.name, fingerprint: target.fingerprint },
            encryptionKey: target.encryptionFingerprint,
          },
          issuedAt: new Date().toISOString(),
          notAfter: new Date(Date.now() + 86_400_000).toISOString(),
          project: {
            id: content.project.id,
            name: content.project.name,
            slug: content.project.slug,
          },
          release: {
            ...{ id: content.release.id, version: content.release.version },
            channel: content.release.channel,
          },
          ...{ wantedEnvironments: [], previous: null, origin: null, producer: 'tako/0.1.0' },
          ...facts,
        },
        documents: content,
        modules: [],
        secrets,
        packages: packageFiles,
        signer: space,
        encryptionCert: target.encryptionCert,
        secretsKey: Buffer.alloc(32, 7),
      })
    },

    /** A package pack of it. */
    pack: async (packages: (PackageFile & { packageId: string; version: string })[]) =>
      bytesOf(
        await writePack({
          facts: {
            ...packFactsOf(space, target),
            issuedAt: new Date().toISOString(),
            notAfter: new Date(Date.now() + 86_400_000).toISOString(),
          },
          packages,
          signer: space,
        }),
      ),
  }
}

type Public = Pick<Space, 'name' | 'fingerprint' | 'encryptionFingerprint' | 'encryptionCert'>

async function targetSpace(bus: Pick<Bus, 'call'>, spaceId: string): Promise<Space & Public> {
  const { Fingerprint, EncryptionCertificate, SpaceName } = await bus.call('spaceidentities.get', {
    spaceId,
  })
  return {
    ...{ name: SpaceName, fingerprint: Fingerprint, encryptionCert: EncryptionCertificate },
    encryptionFingerprint: fingerprintOf(EncryptionCertificate),
    // Of the target only what everybody may know is known.
    ...{ identityKey: '', identityCert: '', encryptionKey: '' },
  }
}

/** Uploads a file of a bundle, as a person does. */
export async function upload(server: TestServer, spaceId: string, file: Buffer) {
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(file)]), 'release.takobundle')
  return fetch(`${server.url}/${spaceId}/bundles/import`, {
    method: 'POST',
    headers: { 'X-Octopus-ApiKey': config.adminApiKey ?? '' },
    body: form,
  })
}
