/** What has been said to one source, and how much of it has been carried there. */
export interface ReceiptsSummary {
  TrustId: string
  /** As this space calls the source. */
  RemoteSpace: string
  /** The sequence of the last receipt; 0 where there is none. */
  Highest: number
  /** Up to which the source has said that it has them. */
  Acknowledged: number
  /** Up to which they were in files that were taken. */
  Exported: number
  /** When the last file was taken: ISO; null: never. */
  ExportedAt: string | null
  /** How many have neither been acknowledged nor taken in a file. */
  Waiting: number
}

/** A file of receipts that has been made to be sent; who sends it removes it. */
export interface ReceiptsExport {
  BlobName: string
  /** In bytes. */
  Size: number
  FileName: string
  Tag: string
  /** The highest sequence in it: more than a file holds begins after it. 0: it has none. */
  Highest: number
}

/** Receipts for a connection, in their order. */
export interface PendingReceipts {
  /** Each as it is signed. */
  Receipts: { Sequence: number; Jws: string }[]
}

declare module '#bus' {
  interface Actions {
    'receiptsout.summary'(params: { spaceId: string }): ReceiptsSummary[]
    /**
     * Makes a `.takoreceipts` file. `since`: the sequence, or the ISO date, after which they are; what the
     * source has not acknowledged when not given.
     */
    'receiptsout.export'(params: {
      spaceId: string
      trustId: string
      since?: string
    }): ReceiptsExport
    /** A file up to this sequence has been taken to its end. */
    'receiptsout.exported'(params: { spaceId: string; trustId: string; highest: number }): null
    /**
     * What a source has yet to be sent: after `after`, or what it has not acknowledged. Nothing by a trust
     * that does not let it be sent now.
     */
    'receiptsout.pending'(params: {
      spaceId: string
      trustId: string
      after?: number
      take: number
    }): PendingReceipts
    /** The source has all up to this sequence. A lower one than before changes nothing. */
    'receiptsout.acknowledged'(params: { spaceId: string; trustId: string; highest: number }): null
    'receiptsout.eraseSpace'(params: { spaceId: string }): null
  }
  interface Events {
    /** A trust has new receipts: it wakes only, `receiptsout.pending` has them. */
    'receiptsout.made': { spaceId: string; trustId: string }
  }
}
