/** The parts of unbzip2-stream, which has no types. */
declare module 'unbzip2-stream/lib/bit_iterator.js' {
  interface Bits {
    (count: number): number
    /** Begun, not used up. */
    bytesRead: number
  }
  /** `nextBuffer` gives undefined where there is no more. */
  export default function bitIterator(nextBuffer: () => Uint8Array | undefined): Bits
}

declare module 'unbzip2-stream/lib/bzip2.js' {
  type Bits = (count: number) => number
  const bzip2: {
    /** The size of its blocks, in units of 100,000 bytes. */
    header(bits: Bits): number
    /** Calls `tell` with each byte of a block. Answers the checksum so far, null at the end of a stream. */
    decompress(
      bits: Bits,
      tell: (byte: number) => void,
      memory: Int32Array,
      size: number,
      checksum: number,
    ): number | null
  }
  export default bzip2
}
