import { BundleError } from './errors.ts'
import { parseJson } from './json.ts'
import { checkSignature, readJws } from './jws.ts'
import { type Manifest, manifestOf, type Origin } from './manifest.ts'
import { checkSchema } from './schema-version.ts'
import type { SenderTrust, TrustByKid } from './sender.ts'

/** What is said of the first space of a release that comes through another one. */
export interface CheckedOrigin {
  manifest: Manifest
  /** null: it is only claimed, since there is no trust in that space. */
  trust: SenderTrust | null
}

/** The origin to put into the bundle that sends an imported release on: always the first one. */
export const originOf = (received: { manifest: Uint8Array; jws: string }): Origin => {
  const manifest = new TextDecoder().decode(received.manifest)
  const { origin } = JSON.parse(manifest) as Manifest
  return origin ?? { manifest, jws: received.jws }
}

/**
 * Checks the first space's signature, where a bundle has one. Its dates do not count: that bundle was
 * for somebody else, and is long used.
 * Throws `OriginMissing` or `OriginNotTrusted` where the trust requires an origin that is trusted too.
 */
export async function checkOrigin(
  manifest: Manifest,
  {
    trust,
    trustByKid,
    reader,
  }: { trust: SenderTrust; trustByKid: TrustByKid; reader?: number | undefined },
): Promise<CheckedOrigin | null> {
  if (!manifest.origin) {
    if (!trust.RequireOrigin) return null
    const message = 'The sender must name the first space of a release, and this has none.'
    throw new BundleError('OriginMissing', message)
  }
  const origin = await readOrigin(manifest.origin, { trustByKid, reader })
  if (origin.manifest.release.version !== manifest.release.version)
    throw new BundleError('OriginNotTrusted', 'The first space has signed another release.', {
      data: { version: origin.manifest.release.version },
    })
  if (trust.RequireOrigin && !origin.trust)
    throw new BundleError(
      'OriginNotTrusted',
      'There is no active trust in the first space of this release.',
      {
        data: {
          fingerprint: origin.manifest.source.fingerprint,
          space: origin.manifest.source.space,
        },
      },
    )
  return origin
}

async function readOrigin(
  origin: Origin,
  { trustByKid, reader }: { trustByKid: TrustByKid; reader?: number | undefined },
): Promise<CheckedOrigin> {
  const bytes = Buffer.from(origin.manifest)
  const jws = readJws(origin.jws, bytes)
  const facts = parseJson(bytes, 'origin')
  checkSchema(facts, { kind: 'bundle', reader })
  const manifest = manifestOf('bundle', facts)
  const trust = await trustByKid(jws.kid)
  const isTrusted = trust?.Fingerprint === jws.kid && trust.State === 'Active'
  if (!isTrusted) return { manifest, trust: null }
  await checkSignature(jws, { typ: 'tako-bundle+jws', certificate: trust.IdentityCertificate })
  if (manifest.source.fingerprint !== jws.kid)
    throw new BundleError(
      'OriginNotTrusted',
      'The first manifest names another space than its signature.',
    )
  return { manifest, trust }
}
