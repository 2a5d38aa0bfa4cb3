/** An import as it is first stored, by what is known of a bundle when it has come. */

import type { Caller } from '#bus/caller.ts'
import type { BundleError } from '#domain/bundle/errors.ts'
import { foldName } from '#domain/name.ts'
import type { BundleContent } from '#domain/promotion/content.ts'
import { newId } from '#store/ids.ts'
import type { Arrived } from './arriving.ts'
import type { StoredImport } from './import.model.ts'
import { sourceKey } from './import-memory.ts'
import type { Checked } from './import-recording.ts'
import type { ImportPackage } from './imports.contract.ts'

interface Draft {
  file: Arrived
  by: Caller
  checked: Checked
  opened: NonNullable<Checked['opened']>
  /** The import with the same content, of one that brings nothing new. */
  before: StoredImport | null
  _id: string
  _content: string | null
  _origin: string | null
  key: string
}

/** Of a bundle that has passed all checks. */
export function importOf(draft: Draft): StoredImport {
  const { file, by, checked, opened, before, _id, _content, _origin, key } = draft
  const { manifest, trust, replay, manifestSha256 } = checked
  return {
    ...blank(file, by, _id),
    State: before ? 'Duplicate' : 'AwaitingPackages',
    ...{ TrustId: trust.Id, RemoteSpace: trust.Name, BundleId: manifest.bundleId },
    ...{ Sequence: manifest.sequence, Missing: replay.missing, WentBack: replay.wentBack },
    Sender: {
      ...{ Space: manifest.source.space, Server: manifest.source.server },
      Fingerprint: manifest.source.fingerprint,
    },
    IsNewer: checked.newerMinor,
    ...{ Revision: manifest.revision, ContentDigest: manifest.contentDigest },
    ...{ IssuedAt: manifest.issuedAt, NotAfter: manifest.notAfter },
    ...{ SourceProjectId: manifest.project.id, SourceProjectName: manifest.project.name },
    ...{ SourceReleaseId: manifest.release.id, ReleaseVersion: manifest.release.version },
    WantedEnvironments: manifest.wantedEnvironments,
    HasVersionConflict: replay.kind === 'VersionConflict',
    DuplicateOf: before?._id ?? null,
    Packages: before ? [] : packagesOf(opened.content.content),
    _bundle: key,
    _manifestSha256: manifestSha256,
    _release: sourceKey(trust, manifest.release.id),
    _project: sourceKey(trust, manifest.project.id),
    _version: foldName(manifest.release.version),
    ...{ _content, _origin },
    // Of a duplicate, the first one has them.
    _blob: before ? null : file.blobName,
    _included: before ? [] : includedIn(opened, file.blobName),
    _work: true,
  }
}

/** The packages in the file of a bundle. */
export const includedIn = (
  { packages }: Draft['opened'],
  blob: string,
): StoredImport['_included'] =>
  packages.map(({ sha256 }) => ({ Sha256: sha256, blob, kind: 'bundle' }))

/** Of one that has not. */
export function quarantineOf({
  file,
  by,
  error,
}: Pick<Draft, 'file' | 'by'> & { error: BundleError }): StoredImport {
  return {
    ...blank(file, by, newId('Imports')),
    State: 'Quarantined',
    Code: error.code,
    Message: error.message,
  }
}

const blank = (file: Arrived, by: Caller, _id: string): StoredImport => ({
  _id,
  Version: 1,
  ...{ SpaceId: file.spaceId, State: 'Quarantined', Code: null, Message: '' },
  ...{ Arrival: file.arrival, Received: new Date().toISOString(), ReceivedBy: by.username },
  ...{ Size: file.size, TrustId: null, RemoteSpace: '', BundleId: null },
  ...{
    Sequence: 0,
    Sender: null,
    IsNewer: false,
    Missing: 0,
    WentBack: false,
    Revision: 0,
    ContentDigest: null,
  },
  ...{ IssuedAt: null, NotAfter: null, SourceProjectId: null, SourceProjectName: '' },
  ...{ SourceReleaseId: null, ReleaseVersion: '', WantedEnvironments: [] },
  ...{ HasVersionConflict: false, AsVersion: null, DuplicateOf: null, Packages: [], Mappings: [] },
  ...{ LifecycleId: null, ProjectGroupId: null, ProjectId: null, ReleaseId: null },
  ...{ ApprovedBy: null, ApprovedAt: null, ApprovedDigest: null, RejectedBy: null },
  ...{ Reason: '', ImportedAt: null },
  ...{ _manifestSha256: null, _release: null, _project: null, _version: '' },
  ...{
    _blob: file.blobName,
    _content: null,
    _origin: null,
    _packs: [],
    _included: [],
    _values: [],
  },
  _work: false,
})

/** Each once, however many steps use it. Those that no step fetches need not be here. */
export function packagesOf({ packages }: BundleContent): ImportPackage[] {
  const byDigest = new Map(
    packages.packages.flatMap(({ packageId, version, fileName, size, sha256 }) =>
      sha256 === null
        ? []
        : [
            [
              `${sha256} ${foldName(packageId)} ${version}`,
              {
                ...{ PackageId: packageId, Version: version, FileName: fileName },
                ...{ Size: size, Sha256: sha256, State: 'Missing' as const },
              },
            ] as const,
          ],
    ),
  )
  return [...byDigest.values()]
}
