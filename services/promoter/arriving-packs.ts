/** How packages come in without their bundle: for imports that wait for them. */
import { RefusedError } from '#bus/errors.ts'
import { BundleError } from '#domain/bundle/errors.ts'
import { parseJson } from '#domain/bundle/json.ts'
import { readPack } from '#domain/bundle/pack.ts'
import { openSigned } from '#domain/bundle/signed.ts'
import type { Arrived } from './arriving.ts'
import { withBlob } from './blob-source.ts'
import type { StoredImport } from './import.model.ts'
import type { RecordsOn } from './import-recording.ts'
import { readerOf } from './reader.ts'
import { orRefused } from './refused.ts'

/** Whether a file says that it is a package pack. Nothing of it is believed by that. */
export const isPack = (blobName: string): Promise<boolean> =>
  withBlob(blobName, async (source) => {
    try {
      const { signed } = await openSigned(source, { kind: 'pack' })
      const facts = parseJson(signed.manifest, 'manifest.json') as { schema?: unknown } | null
      return typeof facts?.schema === 'string' && facts.schema.startsWith('tako/pack@')
    } catch (error) {
      // Whatever it is, the checks of a bundle say what is wrong with it.
      if (error instanceof BundleError) return false
      throw error
    }
  })

/** Gives the packages of a pack to those imports of its sender that lack them. Answers these. */
export async function arrivePack(
  on: RecordsOn,
  { spaceId, blobName }: Arrived,
): Promise<StoredImport[]> {
  const context = await readerOf(on, spaceId)
  const { trust, packages } = await orRefused(
    withBlob(blobName, (source) => readPack(source, context)),
  )
  const { Import } = on.models
  const waiting = await Import.find({
    ...{ SpaceId: spaceId, TrustId: trust.Id },
    State: { $in: ['AwaitingPackages', 'ImportFailed'] },
  }).lean<StoredImport[]>()
  const digests = new Set(packages.map(({ sha256 }) => sha256))
  const served: StoredImport[] = []
  for (const one of waiting) {
    const wanted = one.Packages.filter(
      ({ State, Sha256 }) => State !== 'Here' && digests.has(Sha256),
    )
    if (wanted.length === 0) continue
    const included = wanted.map(({ Sha256 }) => ({ Sha256, blob: blobName, kind: 'pack' as const }))
    await Import.updateOne(
      { _id: one._id },
      {
        $push: { _included: { $each: included }, _packs: blobName },
        $set: { _work: true },
        $inc: { Version: 1 },
      },
    )
    served.push(one)
  }
  if (served.length === 0)
    throw new RefusedError(`No import of ${trust.Name} waits for a package of this pack.`)
  return served
}
