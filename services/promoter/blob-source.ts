import { open } from 'node:fs/promises'
import type { ByteSource } from '#domain/bundle/source.ts'
import { blobs } from '#store/blobs.ts'

/** Does `work` with a blob that is read where one wants, and closes it then. */
export async function withBlob<T>(
  name: string,
  work: (source: ByteSource) => Promise<T>,
): Promise<T> {
  const handle = await open(blobs.pathOf(name), 'r')
  try {
    const { size } = await handle.stat()
    return await work({
      size,
      async read(offset, length) {
        const bytes = Buffer.alloc(length)
        let done = 0
        while (done < length) {
          const { bytesRead } = await handle.read(bytes, done, length - done, offset + done)
          if (bytesRead === 0) throw new Error(`The blob '${name}' ends before ${offset + length}.`)
          done += bytesRead
        }
        return bytes
      },
    })
  } finally {
    await handle.close()
  }
}
