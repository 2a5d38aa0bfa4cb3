import { BundleError } from './errors.ts'
import { exactly, orNull, shapeCheck, shapes } from './shape.ts'

/** A file in a container, as the signed manifest lists it. */
export interface ManifestEntry {
  name: string
  /** In bytes. */
  size: number
  /** 64 hexadecimal digits in lower case. */
  sha256: string
}

/** What every signed container says of itself: a bundle, a package pack, a file of receipts. */
export interface SignedFacts {
  /** 'tako/bundle@1' */
  schema: string
  /** The least version of a reader that understands all that matters in it. */
  minReader: number
  /** Who has signed it. */
  source: { space: string; spaceId: string; server: string; fingerprint: string }
  /** For whom it is: the fingerprint of its identity. */
  target: { name: string; fingerprint: string }
  /** ISO times. */
  issuedAt: string
  notAfter: string
  entries: ManifestEntry[]
  /** 'tako/0.3.0' */
  producer: string
}

/** The first manifest of a release that comes through several spaces, with its signature. */
export interface Origin {
  /** The exact text of that manifest.json. */
  manifest: string
  jws: string
}

/** manifest.json of a bundle. What a newer writer has added stays in it, and is not looked at. */
export interface Manifest extends SignedFacts {
  /** A UUID of version 7. */
  bundleId: string
  /** Counts the bundles of one trust, from 1, without gaps. */
  sequence: number
  /** Counts the contents of one release for one target, from 1. */
  revision: number
  target: SignedFacts['target'] & {
    /** SHA-256 of the encryption certificate that the secrets are for. */
    encryptionKey: string
  }
  project: { id: string; name: string; slug: string }
  release: { id: string; version: string; channel: string }
  wantedEnvironments: string[]
  /** Equal for equal content, secrets included; see contentDigestOf. */
  contentDigest: string
  /** The bundle with the release's revision before this one. */
  previous: { bundleId: string; contentDigest: string } | null
  packagesIncluded: boolean
  /** null in the first bundle of a release. */
  origin: Origin | null
}

/** manifest.json of a package pack: packages that the target has asked for, and nothing else. */
export interface PackManifest extends SignedFacts {
  packId: string
  /** What is in it; the file of each is 'packages/<sha256>'. */
  packages: { packageId: string; version: string; sha256: string; size: number }[]
}

/** manifest.json of a file of receipts. */
export interface ReceiptsManifest extends SignedFacts {
  fileId: string
  /** How many there are, and the highest sequence of them; 0 where there are none. */
  receipts: { count: number; highest: number }
}

export interface ManifestOf {
  bundle: Manifest
  pack: PackManifest
  receipts: ReceiptsManifest
}

/** What a signed container is. */
export type ContainerKind = keyof ManifestOf

const { digest, uuid, count, bytes, time, text } = shapes

const signedFacts = {
  schema: text,
  minReader: count,
  source: exactly({ space: text, spaceId: text, server: text, fingerprint: digest }),
  target: exactly({ name: text, fingerprint: digest }),
  issuedAt: time,
  notAfter: time,
  entries: { type: 'array', items: exactly({ name: text, size: bytes, sha256: digest }) },
  producer: text,
}

const checks: { [K in ContainerKind]: (value: unknown) => ManifestOf[K] } = {
  bundle: shapeCheck(
    'manifest.json',
    exactly({
      ...signedFacts,
      bundleId: uuid,
      sequence: count,
      revision: count,
      target: exactly({ name: text, fingerprint: digest, encryptionKey: digest }),
      project: exactly({ id: text, name: text, slug: text }),
      release: exactly({ id: text, version: text, channel: text }),
      wantedEnvironments: { type: 'array', items: text },
      contentDigest: digest,
      previous: orNull(exactly({ bundleId: uuid, contentDigest: digest })),
      packagesIncluded: { type: 'boolean' },
      origin: orNull(exactly({ manifest: { type: 'string' }, jws: { type: 'string' } })),
    }),
  ),
  pack: shapeCheck(
    'manifest.json',
    exactly({
      ...signedFacts,
      packId: uuid,
      packages: {
        type: 'array',
        items: exactly({ packageId: text, version: text, sha256: digest, size: bytes }),
      },
    }),
  ),
  receipts: shapeCheck(
    'manifest.json',
    exactly({ ...signedFacts, fileId: uuid, receipts: exactly({ count: bytes, highest: bytes }) }),
  ),
}

/** Parsed JSON as the manifest of such a container; refuses it as InvalidContent. */
export function manifestOf<K extends ContainerKind>(kind: K, value: unknown): ManifestOf[K] {
  const manifest = checks[kind](value) as ManifestOf[K]
  const names = new Set<string>()
  for (const { name } of manifest.entries) {
    if (names.has(name))
      throw new BundleError('InvalidContent', `manifest.json lists '${name}' twice.`, {
        data: { entry: 'manifest.json' },
      })
    names.add(name)
  }
  return manifest
}
