/** What may come out of an archive: rules for names, kinds, modes, and how much it may be. */

export type ArchiveKind = 'zip' | 'tar' | 'tar.gz' | 'tar.bz2'

const kinds: Record<string, ArchiveKind> = {
  '.zip': 'zip',
  '.nupkg': 'zip',
  '.jar': 'zip',
  '.war': 'zip',
  '.ear': 'zip',
  '.tar': 'tar',
  '.tar.gz': 'tar.gz',
  '.tgz': 'tar.gz',
  '.tar.bz2': 'tar.bz2',
  '.tbz': 'tar.bz2',
  '.tbz2': 'tar.bz2',
}

/** How a file with this extension ('.zip') is packed; null when Tako cannot unpack it. */
export function archiveKindOf(extension: string): ArchiveKind | null {
  const folded = extension.toLowerCase()
  return Object.hasOwn(kinds, folded) ? (kinds[folded] as ArchiveKind) : null
}

/** An archive that is not unpacked, and why. */
export class ArchiveError extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'ArchiveError'
  }
}

const MiB = 1024 * 1024
/** How much an archive may hold. */
export const archiveLimits = {
  entries: 250_000,
  /** Folders in folders. */
  depth: 64,
  /** Bytes of a file's or folder's name, as file systems take them. */
  name: 255,
  /** Bytes of all of a path. */
  path: 2_048,
  /** How many times the archive's own size; what people pack is seldom ten times as large. */
  ratio: 200,
  /** So little may be in the smallest archive. */
  least: MiB,
  /** However large the archive is. */
  most: 64 * 1024 * MiB,
}

export type Limits = typeof archiveLimits

/** The path of an entry below the folder: 'bin/app'; '' is the folder itself. Refuses what leads elsewhere. */
export function safePathOf(name: string, limits: Limits = archiveLimits): string {
  const shown = shownName(name)
  if (name === '') throw new ArchiveError('It has an entry without a name.')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\0-\x1f\x7f]/.test(name))
    throw new ArchiveError(`The name '${shown}' has a control character.`)
  if (name.includes('\\')) throw new ArchiveError(`The name '${shown}' has a backslash.`)
  if (name.startsWith('/')) throw new ArchiveError(`The name '${shown}' is absolute.`)
  if (/^[A-Za-z]:/.test(name)) throw new ArchiveError(`The name '${shown}' names a drive.`)
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw new ArchiveError(`The name '${shown}' leads out of its folder.`)
  if (parts.length > limits.depth)
    throw new ArchiveError(`The name '${shown}' is over ${limits.depth} folders deep.`)
  if (parts.some((part) => lengthOf(part) > limits.name) || lengthOf(name) > limits.path)
    throw new ArchiveError(`The name '${shown}' is too long.`)
  return parts.join('/')
}

const lengthOf = (text: string) => new TextEncoder().encode(text).length

/** For messages: no longer than a line, and nothing in it that a terminal would obey. */
const shownName = (name: string) => {
  const plain = name.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?')
  return plain.length > 120 ? `${plain.slice(0, 120)}…` : plain
}

export type EntryKind = 'file' | 'folder'

/** What an entry is, by the mode that Unix has stored ('S_IFMT'); 0 where none was. */
export function kindOfMode(mode: number, name: string): EntryKind {
  const type = mode & 0o170_000
  if (type === 0o100_000 || type === 0) return name.endsWith('/') ? 'folder' : 'file'
  if (type === 0o040_000) return 'folder'
  throw new ArchiveError(`'${shownName(name)}' is ${types.get(type) ?? 'no file'}.`)
}

const types = new Map([
  [0o120_000, 'a symbolic link'],
  [0o060_000, 'a device'],
  [0o020_000, 'a device'],
  [0o010_000, 'a pipe'],
  [0o140_000, 'a socket'],
])

const tarTypes: Record<string, string> = {
  symlink: 'a symbolic link',
  link: 'a hard link',
  'character-device': 'a device',
  'block-device': 'a device',
  fifo: 'a pipe',
}

/** The same by the type that a tar gives it. */
export function kindOfTarType(type: string | null | undefined, name: string): EntryKind {
  if (type === 'file' || type === 'contiguous-file') return 'file'
  if (type === 'directory') return 'folder'
  throw new ArchiveError(`'${shownName(name)}' is ${tarTypes[type ?? ''] ?? 'no plain file'}.`)
}

/** A file's mode on the disk: readable and writable for its owner, writable for nobody else, never setuid. */
export const safeMode = (mode: number): number =>
  (mode & 0o777) === 0 ? 0o644 : (mode & 0o755) | 0o600

/** What has been met in an archive so far. */
export interface Census {
  /** Takes an entry in, with the size that it says to have. Answers its path, or refuses it. */
  enter(entry: { name: string; kind: EntryKind; size: number }): string
  /** Counts bytes that really came out of files. */
  count(bytes: number): void
  /** Bytes that the files say to have. */
  declared(): number
}

/** Counts for one archive of `archiveSize` bytes; each rule is checked as early as it can be. */
export function createCensus(archiveSize: number, limits: Limits = archiveLimits): Census {
  const most = Math.min(limits.most, Math.max(limits.least, archiveSize * limits.ratio))
  const kindOfPath = new Map<string, EntryKind>([['', 'folder']])
  let entries = 0
  let declared = 0
  let counted = 0

  function refuseIfOver(bytes: number) {
    if (bytes <= most) return
    throw new ArchiveError(
      `It would be more than ${sizeText(most)} unpacked, and has ${sizeText(archiveSize)} itself: that is refused.`,
    )
  }

  function claim(path: string, kind: EntryKind) {
    const before = kindOfPath.get(path)
    if (before === undefined) kindOfPath.set(path, kind)
    else if (before === 'file' || kind === 'file')
      throw new ArchiveError(`It has '${shownName(path)}' twice.`)
  }

  return {
    enter({ name, kind, size }) {
      if (++entries > limits.entries)
        throw new ArchiveError(`It has more than ${limits.entries} entries.`)
      if (!Number.isSafeInteger(size) || size < 0)
        throw new ArchiveError(`'${shownName(name)}' has no size.`)
      const path = safePathOf(name, limits)
      for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
        claim(path.slice(0, at), 'folder')
      }
      claim(path, kind)
      declared += size
      refuseIfOver(declared)
      return path
    },
    count(bytes) {
      counted += bytes
      refuseIfOver(counted)
    },
    declared: () => declared,
  }
}

/** '1.5 MB' */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB']
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10))
  const value = bytes / 1024 ** step
  return `${step === 0 ? value : Number(value.toFixed(1))} ${units[step]}`
}

const ofNuget = /^(?:\[Content_Types\]\.xml$|_rels\/|package\/services\/metadata\/)/i

/**
 * The name of an entry of a zip file. Older packers on Windows write backslashes between folders;
 * a nupkg has escaped names. null: what only NuGet itself needs.
 */
export function zipNameOf(name: string, extension: string): string | null {
  const plain = name.replaceAll('\\', '/')
  if (extension.toLowerCase() !== '.nupkg') return plain
  if (ofNuget.test(plain)) return null
  try {
    return decodeURIComponent(plain)
  } catch {
    // A percent sign that escapes nothing is one.
    return plain
  }
}
