import { foldName } from '#domain/name.ts'
import type { PackageDoc } from './content.ts'

/** Which packages the target has. */
export interface PackagesHere {
  /** In its own feed. */
  feed: readonly { PackageId: string; Version: string; Sha256: string }[]
  /** SHA-256 of those that came with the bundle, or after it. */
  arrived: readonly string[]
}

export interface PreviewedPackage {
  PackageId: string
  Version: string
  FileName: string
  /** In bytes. */
  Size: number
  Sha256: string | null
  /** `OtherFile`: the feed has another one as this version. `NotNeeded`: no step fetches it. */
  State: 'Here' | 'Arrived' | 'Missing' | 'OtherFile' | 'NotNeeded'
}

/** The packages of a bundle, each file once. */
export function previewPackages(
  docs: readonly PackageDoc[],
  { feed, arrived }: PackagesHere,
): PreviewedPackage[] {
  const key = (id: string, version: string) => `${foldName(id)}\n${foldName(version)}`
  const here = new Map(feed.map((one) => [key(one.PackageId, one.Version), one.Sha256]))
  const come = new Set(arrived)
  const once = new Map(
    docs.map((doc) => [`${key(doc.packageId, doc.version)}\n${doc.sha256}`, doc]),
  )
  return [...once.values()].map(({ packageId, version, fileName, size, sha256 }) => {
    const own = here.get(key(packageId, version))
    return {
      ...{ PackageId: packageId, Version: version, FileName: fileName, Size: size, Sha256: sha256 },
      State:
        sha256 === null
          ? 'NotNeeded'
          : own === sha256
            ? 'Here'
            : own !== undefined
              ? 'OtherFile'
              : come.has(sha256)
                ? 'Arrived'
                : 'Missing',
    }
  })
}
