/** How a bundle comes in: checked as a whole before anything of it is believed, and recorded either way. */
import { actionTypes } from '#domain/action-work.ts'
import { BundleError } from '#domain/bundle/errors.ts'
import { bundleLimits } from '#domain/bundle/limits.ts'
import type { Manifest } from '#domain/bundle/manifest.ts'
import { unsealed } from '#domain/bundle/sealed.ts'
import { openSigned } from '#domain/bundle/signed.ts'
import type { ByteSource } from '#domain/bundle/source.ts'
import { type BundleContext, type OpenedContents, verifyBundle } from '#domain/bundle/verify.ts'
import { type ReadContent, readContent } from '#domain/promotion/read-content.ts'
import { withBlob } from './blob-source.ts'
import type { StoredImport } from './import.model.ts'
import { seenBefore } from './import-memory.ts'
import { quarantine, type RecordsOn, record } from './import-recording.ts'
import type { By } from './import-writes.ts'
import type { Arrival } from './imports.contract.ts'
import { keysOf } from './keys.ts'
import { readerOf } from './reader.ts'
import type { Trust } from './trusts.contract.ts'

/** A file that has come, as a blob. */
export interface Arrived {
  spaceId: string
  blobName: string
  /** In bytes. */
  size: number
  arrival: Arrival
}

interface Outcome {
  stored: StoredImport
  /** Whether the file is in use from now on. */
  isKept: boolean
}

/**
 * Takes a bundle. What fails a check is recorded as quarantined, and never read again; the very same
 * bundle once more gives the import that there is.
 */
export async function arrive(on: RecordsOn, by: By, file: Arrived): Promise<Outcome> {
  try {
    const context = await contextFor(on, file.spaceId)
    const checked = await withBlob(file.blobName, async (source) => ({
      ...(await verifyBundle(source, context)),
      signed: await signedIn(source, context),
    }))
    return await record(on, by, { file, checked })
  } catch (error) {
    if (!(error instanceof BundleError)) throw error
    return { stored: await quarantine(on, by, { file, error }), isKept: true }
  }
}

type Context = BundleContext<ReadContent, Trust>

async function contextFor(on: RecordsOn, spaceId: string): Promise<Context> {
  const reader = await readerOf(on, spaceId)
  const { current, previous } = await keysOf(on, spaceId)
  return {
    ...reader,
    encryptionKeys: [current, ...previous].map((keys) => ({
      fingerprint: keys.encryptionFingerprint,
      key: keys.encryptionKey,
    })),
    seen: ({ manifest, trust }: { manifest: Manifest; trust: Trust }) =>
      seenBefore(on.models.Import, { spaceId, manifest, trust }),
    readContent: (opened: OpenedContents) => readContent(opened, actionTypes),
  }
}

async function signedIn(source: ByteSource, { encryptionKeys }: Context) {
  const plain = await unsealed(source, { encryptionKeys, limits: bundleLimits })
  return (await openSigned(plain, { kind: 'bundle' })).signed
}
