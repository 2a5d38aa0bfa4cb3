/** A package of a step, as its variables tell it. */
interface PackageFacts {
  /** Of the reference; '' is the primary package. */
  name: string
  packageId: string
  version: string
  feedId: string | null
}

interface PackagePlace {
  name: string
  packageId: string
  version: string
  /** The file of the package, absolute. */
  file: string
  /** The folder that it is unpacked in; null when it is not. */
  folder: string | null
}

const prefixOf = (name: string, action = '') =>
  `Octopus.Action${inBrackets(action)}.Package${inBrackets(name)}`

const inBrackets = (name: string) => (name === '' ? '' : `[${name}]`)

/** What is known of packages before anything is fetched; for others than its own step under the name of their action. */
export function packageVariables(
  packages: readonly PackageFacts[],
  action = '',
): Record<string, string> {
  const pairs = packages.flatMap(({ name, packageId, version, feedId }) => {
    const prefix = prefixOf(name, action)
    return [
      [`${prefix}.PackageId`, packageId],
      [`${prefix}.PackageVersion`, version],
      [`${prefix}.FeedId`, feedId ?? ''],
      // Scripts of old still say so.
      ...(name === ''
        ? [
            [`${prefix}.NuGetPackageId`, packageId],
            [`${prefix}.NuGetPackageVersion`, version],
          ]
        : []),
    ]
  })
  return Object.fromEntries(pairs)
}

/** Where packages are, on the machine that runs the step. */
export function packagePlaces(places: readonly PackagePlace[]): Record<string, string> {
  const pairs = places.flatMap(({ name, file, folder }) => {
    const prefix = prefixOf(name)
    return [
      [`${prefix}.PackageFilePath`, file],
      [`${prefix}.PackageFileName`, file.slice(file.lastIndexOf('/') + 1)],
      [`${prefix}.OriginalPath`, file],
      ...(folder === null ? [] : [[`${prefix}.ExtractedPath`, folder]]),
      ...(name === '' ? [['Octopus.Tentacle.CurrentDeployment.PackageFilePath', file]] : []),
    ]
  })
  return Object.fromEntries(pairs)
}
