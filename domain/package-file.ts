import { isPackageVersion } from './version.ts'

/** What the name of a package's file says. */
export interface PackageFile {
  PackageId: string
  Version: string
  /** With its dot: '.tar.gz'. */
  FileExtension: string
}

/** The forms that packages come in; those with two dots before what they end with. */
export const packageExtensions = [
  ...['.tar.gz', '.tar.bz2', '.zip', '.nupkg', '.tar', '.tgz', '.tbz'],
  ...['.jar', '.war', '.ear', '.rar'],
] as const

const LONGEST_ID = 100
const LONGEST_VERSION = 200

const idGrammar = /^[a-z0-9_][a-z0-9_.-]*$/i

/**
 * Reads 'Acme.Web.1.2.3-beta.zip': the id goes up to the first dot with a digit after it that
 * begins a version. A text says what is wrong with the name.
 */
export function packageFileOf(fileName: string): PackageFile | string {
  const name = fileName.toLowerCase()
  const extension = packageExtensions.find((one) => name.endsWith(one))
  if (extension === undefined) {
    return `The file '${shown(fileName)}' is no package: its name must end with one of ${packageExtensions.join(', ')}.`
  }
  const stem = fileName.slice(0, -extension.length)
  for (const { index } of stem.matchAll(/\.(?=\d)/g)) {
    const [PackageId, Version] = [stem.slice(0, index), stem.slice(index + 1)]
    if (!isPackageVersion(Version)) continue
    const fault = faultOfPackage({ PackageId, Version })
    return fault ?? { PackageId, Version, FileExtension: extension }
  }
  return `The file '${shown(fileName)}' names no version: call it id, dot, version, such as 'Acme.Web.1.2.3.zip'.`
}

/** What is wrong with an id and a version as those of a package, as a sentence; null when nothing is. */
export function faultOfPackage(of: { PackageId: string; Version: string }): string | null {
  const { PackageId, Version } = of
  if (PackageId.length > LONGEST_ID) return `A package id has at most ${LONGEST_ID} characters.`
  if (!idGrammar.test(PackageId)) {
    return `The package id '${PackageId}' must have letters, digits and . - _ only, and begin with none of . and -.`
  }
  if (Version.length > LONGEST_VERSION) {
    return `A package version has at most ${LONGEST_VERSION} characters.`
  }
  if (!isPackageVersion(Version)) return `'${Version}' is no version such as 1.2.3 or 1.2.3-beta.`
  return null
}

const shown = (name: string) => (name.length > 200 ? `${name.slice(0, 200)}…` : name)
