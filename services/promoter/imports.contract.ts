import type { Page } from '#bus/page.ts'
import type { Origin } from '#domain/bundle/manifest.ts'
import type { ImportState } from '#domain/promotion/import-state.ts'
import type { Mapping } from '#domain/promotion/mappings.ts'
import type { Preview } from '#domain/promotion/preview.ts'
import type { TransportKind } from '#domain/promotion/promotion-state.ts'

/** How a bundle came. */
export type Arrival = 'File' | Exclude<TransportKind, 'Disconnected'>

/** A package that the release needs, and whether this space has it. */
export interface ImportPackage {
  PackageId: string
  Version: string
  FileName: string
  /** In bytes. */
  Size: number
  Sha256: string
  /** `Arrived` came with the bundle or a pack; `OtherFile` is in the feed with other bytes. */
  State: 'Here' | 'Arrived' | 'Missing' | 'OtherFile'
}

/** One received bundle, and what has become of it here. */
export interface Import {
  Id: string
  SpaceId: string
  State: ImportState
  /** Why it was refused, for programs: 'BadSignature'; null otherwise. */
  Code: string | null
  /** Why it was refused, or could not be imported: a sentence. '' otherwise. */
  Message: string
  Arrival: Arrival
  /** By this server's clock. */
  Received: string
  ReceivedBy: string
  /** In bytes. */
  Size: number
  /** null: nobody known has signed it. */
  TrustId: string | null
  /** As this space calls the sender; '' where he is not known. */
  RemoteSpace: string
  /** The rest is null or empty for what was refused. */
  BundleId: string | null
  Sequence: number
  /** Who has signed it, as it calls itself. */
  Sender: { Space: string; Server: string; Fingerprint: string } | null
  /** Whether the sender's Tako knows more than this one, of a kind that may be left aside. */
  IsNewer: boolean
  /** Bundles of this sender before it that have not come. */
  Missing: number
  /** The sender counts again what it has counted: it was restored from an old backup. */
  WentBack: boolean
  Revision: number
  ContentDigest: string | null
  /** By the sender's clock. */
  IssuedAt: string | null
  NotAfter: string | null
  SourceProjectId: string | null
  SourceProjectName: string
  SourceReleaseId: string | null
  ReleaseVersion: string
  WantedEnvironments: string[]
  /** Another release of the project has this version here: an approver may take it under another one. */
  HasVersionConflict: boolean
  /** The version that it gets here, where that is another one; null: its own. */
  AsVersion: string | null
  /** The import that has the same content, of one that is a duplicate. */
  DuplicateOf: string | null
  Packages: ImportPackage[]
  Mappings: Mapping[]
  /** The lifecycle of the project to be made; null until it is chosen. */
  LifecycleId: string | null
  /** The group of the project to be made; null: the first of the space. */
  ProjectGroupId: string | null
  /** The project and the release here, once they are decided. */
  ProjectId: string | null
  ReleaseId: string | null
  ApprovedBy: string | null
  ApprovedAt: string | null
  /** What was approved. */
  ApprovedDigest: string | null
  RejectedBy: string | null
  /** Why it was rejected, withdrawn or recalled; '' otherwise. */
  Reason: string
  ImportedAt: string | null
}

interface Of {
  spaceId: string
  id: string
}

/** What a client decides of names and places; what is left out stays as it is. */
export interface ImportChoices {
  /** Each about something that the bundle names; others that were decided before stay. */
  Mappings?: { Kind: Mapping['Kind']; Name: string; TargetId?: string | null }[]
  LifecycleId?: string | null
  ProjectGroupId?: string | null
  /** Of a release whose version another one has here: takes it as '1.4.2+r2'. */
  TakeAsNewVersion?: boolean
}

/** Values for templates. null or '' takes one away; a secret that comes without a text stays. */
export interface ImportValues {
  Environments: {
    EnvironmentId: string
    Values: { Name: string; Value?: string | null; HasValue?: boolean | null }[]
  }[]
}

/** What people see before they decide, and what is asked of them. */
export interface ImportPreview extends Preview {
  /** What people read to each other of the sender's fingerprint. */
  ShortFingerprint: string
  /** The project that is here already; null: it will be made, in a lifecycle that is chosen now. */
  ProjectId: string | null
  /** Who approves it may not be who imports it. */
  RequireSecondApprover: boolean
}

/** What has come of a file: of the same bundle as before, the import that there is. */
export interface Received {
  Import: Import
  IsNew: boolean
}

declare module '#bus' {
  interface Actions {
    /** The newest first. */
    'imports.list'(params: {
      spaceId: string
      skip?: number
      take?: number
      ids?: string[]
      state?: string[]
      trustId?: string
      releaseId?: string
    }): Page<Import>
    'imports.get'(params: Of): Import
    /**
     * Takes a bundle, or a package pack, that was stored as a blob below 'imports/' and the space. What fails
     * a check is kept as a Quarantined import, with its code; a pack that fails one is refused.
     */
    'imports.receive'(params: {
      spaceId: string
      blobName: string
      size: number
      arrival: Arrival
    }): Received
    /** What it will be, by what is decided so far, or with another lifecycle; its digest names it. */
    'imports.preview'(params: Of & { lifecycleId?: string }): ImportPreview
    'imports.map'(params: Of & ImportChoices): Import
    'imports.fill'(params: Of & ImportValues): Import
    /** `PreviewDigest` is that of the preview that was seen: another one now is 409. */
    'imports.approve'(params: Of & { PreviewDigest: string }): Import
    'imports.reject'(params: Of & { Reason: string }): Import
    /** Begins to import what was seen, or was approved; it goes on though nobody waits for it. */
    'imports.import'(params: Of & { PreviewDigest: string }): Import
    /** Its source takes a bundle back, or recalls the release: with a reason. What has begun, goes on. */
    'imports.withdrawn'(params: {
      spaceId: string
      trustId: string
      bundleId: string
      reason: string
    }): null
    /**
     * What the first space of an imported release has signed of it, for who sends the release on; null
     * where it was not imported, or has another version here than was signed.
     */
    'imports.origin'(params: { spaceId: string; releaseId: string }): Origin | null
    'imports.eraseSpace'(params: { spaceId: string }): null
  }
}
