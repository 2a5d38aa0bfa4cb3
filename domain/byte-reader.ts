/** Reads a stream of bytes by counts: some at once, or many piece by piece. */
export interface ByteReader {
  /** Exactly so many bytes; fewer only where the stream ends. For small counts: they are gathered. */
  take(count: number): Promise<Buffer>
  /** So many bytes as they come; ends early where the stream does. */
  pieces(count: number): AsyncGenerator<Uint8Array>
}

export function byteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const pieces = source[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array(0)

  /** Some bytes, at most so many; none at the end. */
  async function next(most: number): Promise<Uint8Array> {
    while (rest.length === 0) {
      const { value, done } = await pieces.next()
      if (done) return rest
      rest = value
    }
    const piece = rest.subarray(0, most)
    rest = rest.subarray(piece.length)
    return piece
  }

  return {
    async take(count) {
      const taken: Uint8Array[] = []
      let missing = count
      while (missing > 0) {
        const piece = await next(missing)
        if (piece.length === 0) break
        taken.push(piece)
        missing -= piece.length
      }
      return Buffer.concat(taken)
    },

    async *pieces(count) {
      let missing = count
      while (missing > 0) {
        const piece = await next(missing)
        if (piece.length === 0) return
        missing -= piece.length
        yield piece
      }
    },
  }
}
