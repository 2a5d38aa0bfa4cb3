declare module 'unbzip2-stream' {
  /** A stream as they were before Node had Readable: it is written to, and tells 'data', 'end', 'error'. */
  export default function unbzip2(): NodeJS.ReadWriteStream
}
