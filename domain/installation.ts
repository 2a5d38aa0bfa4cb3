/** Where packages are installed, and for how long. */

/** A package that was deployed on this machine. */
export interface Installation {
  /** Its folder, absolute. */
  folder: string
  /** What it was installed for: the space, project, environment and action. */
  owner: string
  version: string
  /** Where its files were copied to; null when they stayed. */
  customDirectory: string | null
  /** Epoch ms. */
  installedAt: number
  isSuccessful: boolean
}

/** How many installations of a package are kept for each owner. */
const kept = 3

/** A name as a folder takes it: 'Production (EU)' stays, 'a/b' becomes 'a_b'. */
export function folderNameOf(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are no part of a good name.
  const plain = name.replace(/[\0-\x1f\x7f/\\:*?"<>|]/g, '_').trim()
  const short = Array.from(plain).slice(0, 60).join('')
  return /^\.*$/.test(short) ? `_${short.slice(1)}` : short
}

/** Those of one owner that may go now: the last three stay, and the last that was successful. */
export function outdated(installations: readonly Installation[], owner: string): Installation[] {
  const own = installations
    .filter((one) => one.owner === owner)
    .toSorted((a, b) => b.installedAt - a.installedAt)
  const successful = own.find(({ isSuccessful }) => isSuccessful)
  return own.slice(kept).filter((one) => one !== successful)
}

/** What was installed last for this owner before, and what last with success. */
export function previousOf(installations: readonly Installation[], owner: string) {
  const own = installations
    .filter((one) => one.owner === owner)
    .toSorted((a, b) => b.installedAt - a.installedAt)
  return { last: own[0] ?? null, successful: own.find((one) => one.isSuccessful) ?? null }
}

/** What scripts may know of an installation before theirs. */
export function previousVariables(
  installations: readonly Installation[],
  owner: string,
): Record<string, string> {
  const { last, successful } = previousOf(installations, owner)
  return {
    ...variablesOf('PreviousInstallation', last),
    ...variablesOf('PreviousSuccessfulInstallation', successful),
  }
}

function variablesOf(name: string, installation: Installation | null): Record<string, string> {
  if (!installation) return {}
  const prefix = `Octopus.Tentacle.${name}`
  return {
    [`${prefix}.PackageVersion`]: installation.version,
    [`${prefix}.OriginalInstalledPath`]: installation.folder,
    ...(installation.customDirectory !== null && {
      [`${prefix}.CustomInstallationDirectory`]: installation.customDirectory,
    }),
  }
}

/**
 * Why files are not copied to a folder; null when they are. `protectedFolder` is the worker's own: nothing
 * may be purged that it is in. Both are absolute and without '..'.
 */
export function customDirectoryFault(path: string, protectedFolder: string): string | null {
  if (path.includes('#{')) return `The custom directory '${path}' has a variable without a value.`
  if (!path.startsWith('/')) return `The custom directory '${path}' is not absolute.`
  const folder = `${path.replace(/\/+$/, '')}/`
  if (folder === '/') return `The custom directory '${path}' is the root of the disk.`
  const own = `${protectedFolder.replace(/\/+$/, '')}/`
  if (own.startsWith(folder) || folder.startsWith(own))
    return `The custom directory '${path}' is where the worker keeps its own files.`
  return null
}
