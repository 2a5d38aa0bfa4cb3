/**
 * What the promoters of two spaces say to each other about a bundle, in signed envelopes. A message may
 * come twice, late, or never: each stands by itself, and the answer to a repeated one is the same.
 *
 *     source ── bundle.offer ──▶ target        answers bundle.need, or bundle.status
 *     source ══ bytes of blobs ══▶ target      by the ticket of bundle.need, from an offset on
 *     source ── bundle.commit ──▶ target       answers bundle.status
 *     target ── bundle.status ──▶ source       whenever something has become of it
 *     source ── bundle.withdraw, release.recall ──▶ target
 */

/** bundle.offer: the signed part of a bundle, by which the target decides whether it wants the rest. */
export interface OfferBody {
  /** manifest.json as a text: its exact bytes are the UTF-8 of it. */
  manifest: string
  /** manifest.jws */
  jws: string
  /** Of the whole file, in bytes. */
  size: number
  /** Of the whole file: 64 small hexadecimal digits. */
  sha256: string
}

/** bundle.need: what the target wants to have of what was offered. */
export interface NeedBody {
  bundleId: string
  /** By it the bytes are taken, for a while. */
  ticket: string
  /** The file of the bundle and packages, by their SHA-256; from which byte on. */
  blobs: { sha256: string; offset: number }[]
}

/** bundle.commit: all that was wanted has been sent. */
export interface CommitBody {
  bundleId: string
}

export const bundleStatuses = [
  'Quarantined',
  'AwaitingPackages',
  'AwaitingReview',
  'Rejected',
  'Imported',
  'Superseded',
  'Withdrawn',
  'Expired',
  'Removed',
] as const

export type BundleStatus = (typeof bundleStatuses)[number]

/** bundle.status: what has become of a bundle at its target. */
export interface StatusBody {
  bundleId: string
  status: BundleStatus
  /** By the target's clock, ISO. */
  at: string
  /** A BundleCode, for Quarantined; '' otherwise. */
  code: string
  /** A sentence: why it was refused or rejected, which packages are missing; '' otherwise. */
  reason: string
}

/** bundle.withdraw: not to be imported any more. */
export interface WithdrawBody {
  bundleId: string
}

/** release.recall: not to be deployed any further. */
export interface RecallBody {
  bundleId: string
  reason: string
}

/** receipt.publish: receipts, each as its target has signed it. */
export interface ReceiptsBody {
  receipts: string[]
}

/** receipt.ack: up to which sequence the source has them. */
export interface AckBody {
  highest: number
}

/** hello.reply: how far the other trusts who asks. */
export interface HelloReplyBody {
  /** The newest version of the formats that it understands. */
  reader: number
  /** What it lets flow to and from who asks. */
  allow: Record<string, boolean>
}

/** directory.reply */
export interface DirectoryBody {
  environments: { name: string }[]
}

/** refused: an answer to a message that the other will not take, now or later. */
export interface RefusedBody {
  /** A BundleCode. */
  code: string
  reason: string
}

/** A message by its type. */
export interface MessageBodies {
  hello: object
  'hello.reply': HelloReplyBody
  /** The text that `spaceidentities.rotations` gives. */
  'trust.rotate': { rotations: string }
  'trust.revoked': { reason: string }
  'directory.query': object
  'directory.reply': DirectoryBody
  received: object
  refused: RefusedBody
  'bundle.offer': OfferBody
  'bundle.need': NeedBody
  'bundle.commit': CommitBody
  'bundle.status': StatusBody
  'bundle.withdraw': WithdrawBody
  'release.recall': RecallBody
  'receipt.publish': ReceiptsBody
  'receipt.ack': AckBody
}

/** The most bytes of a blob that go at once. */
export const CHUNK_BYTES = 1024 * 1024
