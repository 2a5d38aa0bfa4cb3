import type { Page } from '#bus/page.ts'
import type { BuildReport } from '#domain/promotion/build.ts'
import type { NeedBody, StatusBody } from '#domain/promotion/messages.ts'
import type { PromotionState, RemoteKind } from '#domain/promotion/promotion-state.ts'

/** A remote environment that the release is promoted to, and what is known of it there. */
export interface Wanted {
  EnvironmentId: string
  /** What it is called in its own space; the space's own name when the release is handed over to it. */
  RemoteName: string
  Kind: RemoteKind
  DeploymentId: string
  /** The Promote task that waits for it. */
  TaskId: string
  State: PromotionState
  /** When it came to this state, by the clock of the target; null for what happened here. */
  At: string | null
  /** When this server learned of it. */
  ReceivedAt: string
  /** Why it failed, as the target tells it: masked there. '' otherwise. */
  Error: string
  /** Of a whole space: its environments that it has told of. */
  Environments?: { Name: string; State: PromotionState }[]
}

/** A release on its way to another space, with all of its environments that it is wanted in. */
export interface Promotion {
  Id: string
  SpaceId: string
  ProjectId: string
  ReleaseId: string
  ReleaseVersion: string
  TrustId: string
  /** As this space calls the other. */
  RemoteSpace: string
  State: PromotionState
  /** Counts the contents of the release that were promoted to this space, from 1; 0 until it is built. */
  Revision: number
  /** Counts the bundles for this space, without gaps, from 1; 0 until it is built. */
  Sequence: number
  /** A UUID; null until it is built. */
  BundleId: string | null
  /** In bytes; null until it is built. */
  BundleSize: number | null
  /** SHA-256, the same for equal contents; null until it is built. */
  ContentDigest: string | null
  /** Whether the bundle holds the files of its packages. */
  IncludePackages: boolean
  Wanted: Wanted[]
  Created: string
  CreatedBy: string
  /** When the target was last heard of about it; null before. */
  LastNews: string | null
  /** Since when it could not be delivered; null while nothing is amiss. */
  RetryingSince: string | null
  /** When the target will no longer take the bundle; null until it is built. */
  NotAfter: string | null
  /** Why it ended badly, or could not be built: a sentence or more. '' otherwise. */
  Error: string
}

interface Of {
  spaceId: string
  id: string
}

/** A file of this server's blobs, for who sends it. */
export interface PromotionFile {
  BlobName: string
  Size: number
  FileName: string
  Tag: string
}

declare module '#bus' {
  interface Actions {
    /** The newest first. */
    'promotions.list'(params: {
      spaceId: string
      skip?: number
      take?: number
      ids?: string[]
      releaseId?: string
      projectId?: string
      trustId?: string
      /** Some of the states. */
      state?: string[]
    }): Page<Promotion>
    'promotions.get'(params: Of): Promotion
    /** Deploys a release to remote environments of one trust: with the same checks as one by one. */
    'promotions.create'(params: {
      spaceId: string
      ReleaseId: string
      TrustId: string
      /** Ids or names of remote environments. */
      Environments: string[]
      IncludePackages: boolean
      IncludeChildren: boolean
    }): Promotion
    /** Takes it back, before the target has accepted it. */
    'promotions.withdraw'(params: Of): Promotion
    /** Sends it once more; what could not be built, or is too old, is built anew. */
    'promotions.resend'(params: Of & { IncludePackages?: boolean }): Promotion
    /** Takes the release back after its target has accepted it: what runs there, runs on. */
    'promotions.recall'(params: Of & { Reason: string }): Promotion
    /** What of the release crosses, by what the bundle was built of. */
    'promotions.report'(params: Of): BuildReport
    /** The file of the bundle. */
    'promotions.bundle'(params: Of): PromotionFile
    /** The files of its packages as a package pack, made when it is asked for first. */
    'promotions.packagepack'(params: Of): PromotionFile
    /** The bundle was taken as a file. */
    'promotions.taken'(params: Of): null

    /**
     * Promotes the release of a deployment whose Promote task has begun. Idempotent by the deployment.
     * The task is told of all that follows by `tasks.note`, and ended by `tasks.settle`.
     */
    'promotions.begin'(params: {
      spaceId: string
      deploymentId: string
      taskId: string
      releaseId: string
      environmentId: string
    }): { Id: string }
    /** Its deployment is cancelled: takes it back where it can be, and ends its task. Idempotent. */
    'promotions.withdrawFor'(params: { spaceId: string; deploymentId: string }): null
    /** What the target of a bundle tells of it over a connection. A bundle that was not sent there is 404. */
    'promotions.hear'(params: { spaceId: string; trustId: string; status: StatusBody }): null
    /** The target wants what it was offered: it may fetch it. */
    'promotions.needed'(params: { spaceId: string; trustId: string } & NeedBody): null
    /** Its target cannot be reached now, or could not for too long. */
    'promotions.sending'(params: {
      spaceId: string
      trustId: string
      bundleId: string
      state: 'Retrying' | 'Undeliverable'
      error: string
    }): null
    'promotions.eraseSpace'(params: { spaceId: string }): null
  }
}
