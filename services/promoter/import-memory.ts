/** What a space remembers of the bundles that have come to it: each comes once, and none goes back. */
import { readFile } from 'node:fs/promises'
import type { Model } from 'mongoose'
import { NotFoundError } from '#bus/errors.ts'
import type { Manifest, Origin } from '#domain/bundle/manifest.ts'
import type { Seen } from '#domain/bundle/replay.ts'
import { foldName } from '#domain/name.ts'
import type { ImportState } from '#domain/promotion/import-state.ts'
import { blobs } from '#store/blobs.ts'
import type { StoredImport } from './import.model.ts'
import type { Trust } from './trusts.contract.ts'

export type Imports = Model<StoredImport>

/** Those that have left nothing behind: the same content may come again. */
const gone: ImportState[] = [
  ...(['Quarantined', 'Duplicate', 'Rejected', 'Withdrawn', 'Expired', 'Removed'] as const),
]

export const bundleKey = (
  spaceId: string,
  { Fingerprint }: Pick<Trust, 'Fingerprint'>,
  { bundleId }: Pick<Manifest, 'bundleId'>,
): string => `${spaceId} ${Fingerprint} ${bundleId}`

/** What a project or a release of another space is known by. */
export const sourceKey = ({ Id }: Pick<Trust, 'Id'>, sourceId: string): string =>
  `${Id}/${sourceId}`

/** For the check of replays. */
export async function seenBefore(
  imports: Imports,
  { spaceId: SpaceId, trust, manifest }: { spaceId: string; trust: Trust; manifest: Manifest },
): Promise<Seen> {
  const { project, release } = manifest
  const _release = sourceKey(trust, release.id)
  const sameVersionOf = {
    ...{ SpaceId, _project: sourceKey(trust, project.id), _release: { $ne: _release } },
    ...{ _version: foldName(release.version), State: { $nin: gone } },
  }
  const [sameId, latest, sameVersion, newest] = await Promise.all([
    imports.findOne({ _bundle: bundleKey(SpaceId, trust, manifest) }).lean<StoredImport>(),
    latestOf(imports, SpaceId, _release),
    imports.findOne(sameVersionOf).lean<StoredImport>(),
    imports.findOne({ TrustId: trust.Id }).sort({ Sequence: -1 }).lean<StoredImport>(),
  ])
  return {
    sameId: sameId && { manifestSha256: sameId._manifestSha256 ?? '' },
    latest: latest && {
      bundleId: latest.BundleId ?? '',
      revision: latest.Revision,
      contentDigest: latest.ContentDigest ?? '',
    },
    sameVersion: sameVersion && { sourceReleaseId: sameVersion.SourceReleaseId ?? '' },
    newest: newest && { sequence: newest.Sequence, issuedAt: newest.IssuedAt ?? '' },
  }
}

/** The newest revision of a source's release that is here, or waits to be. */
export const latestOf = (
  imports: Imports,
  SpaceId: string,
  _release: string,
): Promise<StoredImport | null> =>
  imports
    .findOne({ SpaceId, _release, State: { $nin: gone } })
    .sort({ Revision: -1 })
    .lean<StoredImport | null>()

/** The import of a bundle by its key. */
export async function firstOf(imports: Imports, key: string): Promise<StoredImport> {
  const found = await imports.findOne({ _bundle: key }).lean<StoredImport>()
  if (!found) throw new NotFoundError('Import', key)
  return found
}

/** What the first space of a release has signed, as the import of its newest revision has kept it. */
export async function originIn(
  imports: Imports,
  { spaceId: SpaceId, releaseId: ReleaseId }: { spaceId: string; releaseId: string },
): Promise<Origin | null> {
  const where = { SpaceId, ReleaseId, ImportedAt: { $ne: null }, _origin: { $ne: null } }
  const found = await imports.findOne(where).sort({ Revision: -1 }).lean<StoredImport>()
  // The signature is for the version that the first space knows.
  if (!found?._origin || found.AsVersion !== null) return null
  return JSON.parse(await readFile(blobs.pathOf(found._origin), 'utf8'))
}

/** Which of these files an import tells of. */
export async function filesInUse(imports: Imports, names: string[]): Promise<string[]> {
  const files = { _blob: 1, _packs: 1, _content: 1, _origin: 1 } as const
  const found = await imports
    .find(
      {
        $or: [
          { _blob: { $in: names } },
          { _packs: { $in: names } },
          { _content: { $in: names } },
          { _origin: { $in: names } },
        ],
      },
      files,
    )
    .lean<Pick<StoredImport, keyof typeof files>[]>()
  return found
    .flatMap(({ _blob, _packs, _content, _origin }) => [_blob, ..._packs, _content, _origin])
    .filter((name) => name !== null)
}
