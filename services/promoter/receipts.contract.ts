import type { ReceiptState } from '#domain/bundle/receipt.ts'

/** What another space has signed of one of its deployments of a release that came from here. */
export interface StoredReceiptFacts {
  Id: string
  SpaceId: string
  TrustId: string
  /** As this space calls the other. */
  RemoteSpace: string
  PromotionId: string
  ReleaseId: string
  BundleId: string
  Revision: number
  /** Counts what the other space has said to this one. */
  Sequence: number
  /** As the other calls it; null for what is about the release as a whole. */
  Environment: { Id: string; Name: string } | null
  DeploymentId: string | null
  State: ReceiptState
  /** ISO times by the other's clock. */
  QueuedAt: string | null
  StartedAt: string | null
  EndedAt: string | null
  HasWarnings: boolean
  /** null where the other does not tell. */
  Steps: { Name: string; Status: string }[] | null
  /** Masked there; '' where there is none. */
  Error: string
  Tenants: { Total: number; Succeeded: number; Failed: number } | null
  By: string | null
  IssuedAt: string
  /** By this server's clock. */
  ReceivedAt: string
}

/** What has come of a file of receipts. */
export interface ReceiptsImported {
  RemoteSpace: string
  /** Those that say something new. */
  Accepted: number
  /** Those that were known, or are older than what is known. */
  Unchanged: number
  /** Those about bundles that this space has not sent there. */
  Unknown: number
}

declare module '#bus' {
  interface Actions {
    /** Whether a file of receipts may be sent; refuses otherwise. */
    'receipts.expect'(params: { spaceId: string }): null
    /** From a `.takoreceipts` file that has been stored. One wrong receipt refuses all of it. */
    'receipts.import'(params: { spaceId: string; blobName: string }): ReceiptsImported
    /** From a connection: receipts as their target has signed them. */
    'receipts.take'(params: { spaceId: string; receipts: string[] }): ReceiptsImported & {
      /** The highest sequence of them: its sender need not send them any more. */
      Highest: number
    }
    /** The latest of each deployment of a release in other spaces, the newest first. */
    'receipts.ofRelease'(params: { spaceId: string; releaseId: string }): StoredReceiptFacts[]
    'receipts.eraseSpace'(params: { spaceId: string }): null
  }
  interface Events {
    /** Receipts have come, and promotions know what they say: it wakes only, what follows is in the store. */
    'receipts.taken': { spaceId: string }
  }
}
