/** Bytes that are read where one wants: a file, a blob, a buffer. They do not change meanwhile. */
export interface ByteSource {
  /** In bytes. */
  size: number
  /** Exactly so many bytes from there; fails where they are not. */
  read(offset: number, length: number): Promise<Uint8Array>
}

/** What is in memory already. */
export const memorySource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  async read(offset, length) {
    if (offset < 0 || offset + length > bytes.length)
      throw new Error(
        `There are no ${length} bytes at ${offset}: there are ${bytes.length} in all.`,
      )
    return bytes.subarray(offset, offset + length)
  },
})

/** So many bytes from there, piece by piece. */
export async function* piecesOf(
  source: ByteSource,
  { offset, length }: { offset: number; length: number },
): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < length; done += PIECE_BYTES) {
    yield await source.read(offset + done, Math.min(PIECE_BYTES, length - done))
  }
}

const PIECE_BYTES = 256 * 1024
