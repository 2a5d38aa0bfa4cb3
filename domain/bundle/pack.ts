import { checkEntries, packagesIn } from './entries.ts'
import { BundleError } from './errors.ts'
import type { Signer } from './jws.ts'
import type { PackManifest } from './manifest.ts'
import type { SenderTrust } from './sender.ts'
import { checkManifest, openSigned, type ReaderContext } from './signed.ts'
import type { ByteSource } from './source.ts'
import { writeSigned } from './write.ts'
import type { PackageFile } from './write-container.ts'

interface PackParts {
  facts: Omit<PackManifest, 'schema' | 'minReader' | 'entries' | 'packages'>
  packages: (PackageFile & { packageId: string; version: string })[]
  signer: Signer
}

/** Makes a package pack (`.takopack`): packages for a target that lacks them. */
export const writePack = ({ facts, packages, signer }: PackParts) =>
  writeSigned('pack', {
    ...{ packages, signer, files: [] },
    facts: {
      ...facts,
      packages: packages.map(({ packageId, version, sha256, size }) => ({
        ...{ packageId, version },
        ...{ sha256, size },
      })),
    },
  })

/** Checks a package pack. Throws a BundleError; all packages are what their digests say when it does not. */
export async function readPack<T extends SenderTrust>(
  source: ByteSource,
  context: ReaderContext<T>,
): Promise<{ manifest: PackManifest; trust: T; packages: PackageFile[] }> {
  const { container, signed } = await openSigned(source, { kind: 'pack', ...context })
  const { manifest, trust } = await checkManifest(signed, 'pack', context)
  await checkEntries(container, manifest.entries)
  const lacking = manifest.packages.find(({ sha256 }) => !container.sizes.has(`packages/${sha256}`))
  if (lacking)
    throw new BundleError(
      'MissingEntry',
      `The package ${lacking.packageId} ${lacking.version} is named and not there.`,
      { data: { ...lacking } },
    )
  return { manifest, trust, packages: packagesIn(container, manifest.entries) }
}
