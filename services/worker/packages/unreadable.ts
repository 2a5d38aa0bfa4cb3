import { ArchiveError } from '#domain/archive-rules.ts'
import { NoRoomError } from './room.ts'

/** What the reader of an archive says of it has no code, or one of zlib's; what the disk says has its own. */
export function unreadable(error: unknown, format: 'zip' | 'tar' | 'bzip2'): unknown {
  if (!(error instanceof Error) || error instanceof ArchiveError || error instanceof NoRoomError)
    return error
  const { code } = error as NodeJS.ErrnoException
  if (code !== undefined && !code.startsWith('Z_')) return error
  return new ArchiveError(`It is no ${format} file that can be read: ${error.message}.`)
}
