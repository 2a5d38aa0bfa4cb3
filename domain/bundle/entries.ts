import { createHash } from 'node:crypto'
import type { Container } from './container.ts'
import { sha256Of } from './content-digest.ts'
import { BundleError } from './errors.ts'
import type { ManifestEntry } from './manifest.ts'
import type { PackageFile } from './write-container.ts'

const signedFacts = new Set(['manifest.json', 'manifest.jws'])
const named = /^(?:modules|packages)\/([0-9a-f]{64})$/

/**
 * Compares all files of a container with the signed list (check 10). Packages are read piece by piece.
 * Throws `MissingEntry`, `UnlistedEntry` or `DigestMismatch`.
 * @returns the bytes of all other files, by name
 */
export async function checkEntries(
  container: Container,
  entries: ManifestEntry[],
): Promise<Map<string, Uint8Array>> {
  checkList(container, entries)
  const contents = new Map<string, Uint8Array>()
  for (const entry of entries) {
    if (entry.name.startsWith('packages/')) await checkPackage(container, entry)
    else contents.set(entry.name, await checkedFile(container, entry))
  }
  return contents
}

/** The packages that have come along. Whoever reads one learns at its end whether it is as listed. */
export const packagesIn = (container: Container, entries: ManifestEntry[]): PackageFile[] =>
  entries
    .filter(({ name }) => name.startsWith('packages/'))
    .map(({ name, size, sha256 }) => ({ sha256, size, open: () => container.pieces(name) }))

function checkList({ sizes }: Container, entries: ManifestEntry[]) {
  const listed = new Set(entries.map(({ name }) => name))
  for (const { name, size } of entries) {
    const found = sizes.get(name)
    if (found === undefined) throw about('MissingEntry', name, 'is listed and not there')
    if (found !== size) throw about('DigestMismatch', name, 'has another size than listed')
  }
  for (const name of sizes.keys()) {
    if (!listed.has(name) && !signedFacts.has(name))
      throw about('UnlistedEntry', name, 'is there and not listed')
  }
  for (const { name, sha256 } of entries) {
    const digest = named.exec(name)?.[1]
    if (digest && digest !== sha256)
      throw about('DigestMismatch', name, 'is named by another digest')
  }
}

async function checkedFile(container: Container, { name, sha256 }: ManifestEntry) {
  const bytes = await container.read(name)
  if (sha256Of(bytes) !== sha256) throw about('DigestMismatch', name, 'has been changed')
  return bytes
}

async function checkPackage(container: Container, { name, sha256 }: ManifestEntry) {
  const hash = createHash('sha256')
  for await (const piece of container.pieces(name)) hash.update(piece)
  if (hash.digest('hex') !== sha256) throw about('DigestMismatch', name, 'has been changed')
}

const about = (
  code: 'MissingEntry' | 'UnlistedEntry' | 'DigestMismatch',
  entry: string,
  what: string,
) => new BundleError(code, `The file ${entry} ${what}.`, { data: { entry } })
