const MiB = 1024 * 1024

/** How much is read of what another space has sent. */
export const bundleLimits = {
  /** Bytes of manifest.json. */
  manifestBytes: 4 * MiB,
  /** Bytes of any other JSON text, and of a script module. */
  documentBytes: 32 * MiB,
  entries: 10_000,
  /** Bytes of all entries but the packages. */
  totalBytes: 128 * MiB,
  /** Lists and objects in each other. */
  jsonDepth: 64,
  /** Bytes of manifest.jws. */
  signatureBytes: 64 * 1024,
  /** Bytes of a message or a receipt. */
  messageBytes: 8 * MiB,
}

export type BundleLimits = typeof bundleLimits
