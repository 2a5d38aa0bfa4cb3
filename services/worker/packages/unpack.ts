import { mkdir, stat } from 'node:fs/promises'
import { ArchiveError, archiveKindOf } from '#domain/archive-rules.ts'
import { roomErrorOf } from './room.ts'
import { unpackTar } from './unpack-tar.ts'
import { unpackZip } from './unpack-zip.ts'

interface Unpacking {
  /** The archive. */
  file: string
  /** With its dot. */
  extension: string
  /** Has nothing in it, or is not there yet. */
  folder: string
}

/**
 * Unpacks an archive. Nothing is ever written outside of `folder`; what is refused, or broken, may leave
 * a part of it there. Refusals are ArchiveErrors. Answers the number of files.
 */
export async function unpack({ file, extension, folder }: Unpacking): Promise<number> {
  const kind = archiveKindOf(extension)
  if (kind === null) throw new ArchiveError(`Tako cannot unpack files of the kind '${extension}'.`)
  const { size } = await stat(file)
  await mkdir(folder, { recursive: true, mode: 0o755 })
  try {
    if (kind === 'zip') return await unpackZip({ file, size, extension, folder })
    return await unpackTar({ file, size, kind, folder })
  } catch (error) {
    throw roomErrorOf(error, 'the unpacked package')
  }
}
