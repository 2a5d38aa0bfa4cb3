import type { Page } from '#bus/page.ts'
import type { BuildInformation } from './buildinformation.contract.ts'

/** A version of a package in the built-in feed, as the API shows it. */
export interface Package {
  /** 'packages-Acme.Web.1.0.0': unique in its space. */
  Id: string
  SpaceId: string
  PackageId: string
  NuGetPackageId: string
  FeedId: string
  NuGetFeedId: string
  Version: string
  /** With its dot: '.zip', '.tar.gz'. */
  FileExtension: string
  Title: string
  Summary: string | null
  Description: string
  /** When it was pushed: an ISO date. */
  Published: string
  /** null: clients read a text without notes as a time. */
  ReleaseNotes: string | null
  PackageSizeBytes: number
  /** SHA-1 in hex, as clients compare it. */
  Hash: string
  /** What its build has told of itself; null when nothing. */
  PackageVersionBuildInformation: BuildInformation | null
}

export interface PackageIdentity {
  PackageId: string
  Version: string
}

/** Which version of a package is wanted: an exact one, or the latest that fits. */
export interface PackageWish {
  PackageId: string
  /** Exactly this one; then the rest does not count. */
  Version?: string | null
  /** As NuGet writes it: '[1.0,2.0)'. */
  VersionRange?: string
  /** A regular expression for the pre-release part with the metadata: '^beta', '^$'. */
  Tag?: string
  /** True when not given. */
  IncludePreRelease?: boolean
}

/** What a worker needs to have a package. */
export interface PackageToRun extends PackageIdentity {
  FileExtension: string
  /** In bytes. */
  Size: number
  /** In hex. */
  Sha256: string
  /** Its file, for `store/blobs.ts`. */
  BlobName: string
}

/** What happens when the version is there already. */
export type OverwriteMode = 'FailIfExists' | 'OverwriteExisting' | 'IgnoreIfExists'

/** What a push has come to. Kept: one was there, and stays as it was. */
export type PushOutcome = 'new' | 'replaced' | 'kept'

/** A file that has been written whole, with its digests in hex. */
export interface WrittenBlob {
  BlobName: string
  Size: number
  Sha1: string
  Sha256: string
}

/** A package's file, for who sends it. */
export interface PackageContent {
  BlobName: string
  Size: number
  /** 'Acme.Web.1.0.0.zip' */
  FileName: string
  Sha256: string
}

/** A package as a search finds it: with its latest version. */
export interface PackageDescription {
  Id: string
  SpaceId: string
  FeedId: string
  Name: string
  Description: string
  LatestVersion: string
}

/** A version as a feed lists it. */
export interface PackageVersion {
  Id: string
  SpaceId: string
  PackageId: string
  FeedId: string
  Version: string
  Published: string
  SizeBytes: number
  Title: string
  ReleaseNotes: string | null
}

/** Notes of a version; `Succeeded` is false when there is no such version. */
export interface PackageNotes extends PackageIdentity {
  FeedId: string
  Notes: {
    Succeeded: boolean
    Notes: string | null
    FailureReason: string | null
    DisplayMessage: string | null
  }
}

interface Push {
  spaceId: string
  /** 'Acme.Web.1.0.0.zip': gives id, version and format. */
  fileName: string
  overwriteMode: OverwriteMode
}

declare module '#bus' {
  interface Actions {
    'packages.list'(params: {
      spaceId: string
      skip?: number
      take?: number
      /** The exact id, in any case. */
      nuGetPackageId?: string
      /** A part of the id. */
      filter?: string
      /** Only the latest version of each. */
      latest?: boolean
    }): Page<Package>
    'packages.get'(params: { spaceId: string; id: string }): Package
    /**
     * Whether a file of this name may be pushed; refuses otherwise. Gives the package that is there
     * and will be kept, null when the file is wanted.
     */
    'packages.expect'(params: Push): Package | null
    /** Makes a package of a file that has been written; the file is the package's unless the old one is kept. */
    'packages.push'(params: Push & { blob: WrittenBlob }): {
      package: Package
      outcome: PushOutcome
    }
    'packages.remove'(params: { spaceId: string; id: string }): null
    /** Unknown ids are dropped. */
    'packages.removeMany'(params: { spaceId: string; ids: string[] }): null
    'packages.content'(params: { spaceId: string; id: string }): PackageContent
    /** The version that a delta for `version` may be made from: the highest below it. */
    'packages.deltaBase'(params: {
      spaceId: string
      packageId: string
      version: string
    }): PackageContent & PackageIdentity
    /** The file of a version that a delta has been made from. */
    'packages.deltaSource'(params: {
      spaceId: string
      packageId: string
      baseVersion: string
    }): PackageContent & PackageIdentity
    'packages.notes'(params: { spaceId: string; packageIds: string[] }): {
      Packages: PackageNotes[]
    }

    /** Packages of a feed by a part of their id, each once. Empty for a feed that is not built in. */
    'packages.search'(params: {
      spaceId: string
      feedId: string
      term?: string
      skip?: number
      take?: number
    }): Page<PackageDescription>
    /** Versions of a package in a feed, the latest first. */
    'packages.versions'(params: {
      spaceId: string
      feedId: string
      packageId: string
      skip?: number
      take?: number
      includePreRelease?: boolean
      versionRange?: string
      preReleaseTag?: string
      /** A part of the version. */
      filter?: string
    }): Page<PackageVersion>
    'packages.notesOf'(params: {
      spaceId: string
      feedId: string
      packageId: string
      version: string
    }): PackageNotes
    'packages.stats'(params: { spaceId: string }): {
      /** Versions count one by one. */
      TotalPackages: number
    }

    /** For each wish the version that fits, in the same order; null where none does. */
    'packages.resolve'(params: {
      spaceId: string
      wishes: PackageWish[]
    }): (PackageIdentity | null)[]
    /** The files of exact versions, in the same order; null where there is none. */
    'packages.toRun'(params: {
      spaceId: string
      packages: PackageIdentity[]
    }): (PackageToRun | null)[]
    /** The file with this SHA-256 in a space; null when no package has it. */
    'packages.blob'(params: { spaceId: string; sha256: string }): {
      BlobName: string
      Size: number
    } | null
    'packages.eraseSpace'(params: { spaceId: string }): null
  }
}
