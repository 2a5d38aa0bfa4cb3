/** How a bundle that has come is recorded: as an import, as a duplicate, or as refused. */
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { BundleError } from '#domain/bundle/errors.ts'
import { originOf } from '#domain/bundle/origin.ts'
import type { SignedManifest } from '#domain/bundle/signed.ts'
import type { CheckedBundle } from '#domain/bundle/verify.ts'
import type { ReadContent } from '#domain/promotion/read-content.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import { blobs } from '#store/blobs.ts'
import { newId } from '#store/ids.ts'
import type { Arrived } from './arriving.ts'
import type { StoredImport } from './import.model.ts'
import { writeContent } from './import-content.ts'
import { importOf, includedIn, quarantineOf } from './import-draft.ts'
import { bundleKey, firstOf, type Imports, latestOf, sourceKey } from './import-memory.ts'
import type { By } from './import-writes.ts'
import type { StoredSpaceIdentity } from './space-identity.model.ts'
import type { Trust } from './trusts.contract.ts'

export interface RecordsOn extends Audit {
  broker: Pick<Bus, 'call'>
  models: { Import: Imports; SpaceIdentity: Model<StoredSpaceIdentity> }
}

export type Checked = CheckedBundle<ReadContent, Trust> & { signed: SignedManifest }

const DUPLICATE_KEY = 11_000

/** Records what has passed its checks. `isKept` says whether its file is in use from now on. */
export async function record(
  on: RecordsOn,
  by: By,
  { file, checked }: { file: Arrived; checked: Checked },
): Promise<{ stored: StoredImport; isKept: boolean }> {
  const { Import } = on.models
  const { manifest, trust, replay, opened } = checked
  const key = bundleKey(file.spaceId, trust, manifest)
  if (!opened) return again(Import, key, checked)
  const before =
    replay.kind === 'Resend'
      ? await latestOf(Import, file.spaceId, sourceKey(trust, manifest.release.id))
      : null
  const _id = newId('Imports')
  const files = before ? { _content: null, _origin: null } : await writeFiles(file, _id, checked)
  if (before) await bringPackages(Import, before, includedIn(opened, file.blobName))
  const caller = by.meta.caller
  const stored = importOf({ file, by: caller, checked, opened, before, _id, ...files, key })
  try {
    await Import.create(stored)
  } catch (error) {
    if ((error as { code?: number }).code !== DUPLICATE_KEY) throw error
    // It has come twice at once: the index has let one in.
    for (const name of [files._content, files._origin]) if (name) await blobs.remove(name)
    return again(Import, key, checked)
  }
  const system = asSystem(on.broker, 'a bundle has come')
  const at = new Date().toISOString()
  await system.call('trusts.seen', { spaceId: file.spaceId, id: trust.Id, at })
  await on.audited(by, {
    ...{ category: 'BundleReceived', kind: 'Import', id: _id, spaceId: file.spaceId },
    message: `${manifest.project.name} ${manifest.release.version} has come from ${trust.Name}`,
    related: [trust.Id],
  })
  return { stored, isKept: before === null || opened.packages.length > 0 }
}

/** Before they are told of: what nobody tells of is removed in the end. */
async function writeFiles({ spaceId }: Arrived, id: string, { opened, signed }: Checked) {
  const [_content, _origin] = [
    `imports/${spaceId}/${id}.content`,
    `imports/${spaceId}/${id}.origin`,
  ]
  if (opened) await writeContent(_content, opened.content)
  await blobs.write(_origin, JSON.stringify(originOf(signed)))
  return { _content, _origin }
}

/** The import of a bundle that is here already; another one with its id is refused. */
async function again(imports: Imports, key: string, { manifestSha256 }: Checked) {
  const stored = await firstOf(imports, key)
  if (stored._manifestSha256 === manifestSha256) return { stored, isKept: false }
  throw new BundleError('BundleIdReused', 'Another bundle with the same id has come before.', {
    data: { bundleId: stored.BundleId },
  })
}

/** A bundle with nothing new but packages gives these to the first one. */
async function bringPackages(
  imports: Imports,
  { _id }: StoredImport,
  included: StoredImport['_included'],
): Promise<void> {
  const [first] = included
  if (!first) return
  await imports.updateOne(
    { _id },
    {
      $push: { _included: { $each: included }, _packs: first.blob },
      $set: { _work: true },
      $inc: { Version: 1 },
    },
  )
}

/** Records what was refused, and why. */
export async function quarantine(
  on: RecordsOn,
  by: By,
  { file, error }: { file: Arrived; error: BundleError },
): Promise<StoredImport> {
  const stored = quarantineOf({ file, by: by.meta.caller, error })
  await on.models.Import.create(stored)
  const { _id: id, SpaceId: spaceId } = stored
  await on.audited(by, {
    category: error.code === 'BundleIdReused' ? 'BundleIdReused' : 'BundleQuarantined',
    ...{ kind: 'Import', id, spaceId },
    message: `A bundle was refused (${error.code}): ${error.message}`,
  })
  return stored
}
