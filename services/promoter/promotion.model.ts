import { Schema } from 'mongoose'
import type { PromotionState } from '#domain/promotion/promotion-state.ts'
import { resource } from '#store/resource.ts'
import type { Promotion } from './promotions.contract.ts'

/** What this server has yet to say, or has said, of a wanted environment. */
export interface Mark {
  /** The highest sequence of the receipts that count here; 0 before the first. */
  sequence: number
  /** What was told last, to be compared. */
  told: string
  /** Whether its task has ended, or ends without us. */
  settled: boolean
}

/** A line that waits to be written into the tasks' logs. */
export interface PendingNote {
  /** The same for each try, so that it is written once. */
  key: string
  /** null: to the tasks of all wanted environments. */
  deploymentId: string | null
  category: 'Info' | 'Warning' | 'Error'
  text: string
  /** The category of the event that is to be recorded; absent where none is. */
  audit?: string
}

/** A promotion in the store. */
export interface StoredPromotion extends Omit<Promotion, 'Id'> {
  _id: string
  Version: number
  /** The state of the bundle alone; `State` follows from it and the wanted environments. */
  _bundle: PromotionState
  /** Counts the promotions of a release to a space: of two that begin at once, the index lets one. */
  _turn: string
  _turns: number
  /** 'Trusts-…#42': no two bundles for a space have the same number. */
  _sequence?: string | undefined
  /** Every bundle that was made for it: receipts may name an older one. */
  _bundles: string[]
  /** The blob of the bundle; null until it is built, and when it is no longer kept. */
  _blob: string | null
  /** The id of the bundle that is being built: kept, so that one that is begun again is the same. */
  _building: string | null
  /** Whether it is to be built anew, though it has come further. */
  _rebuild: boolean
  _deployments: string[]
  /** Deployments that were asked for when the bundle was there already: is it still the same content? */
  _asked: string[]
  /** By the id of the deployment. */
  _marks: Record<string, Mark>
  _notes: PendingNote[]
  _noted: number
  /** What the target is to be told over a connection, in order; where there is none, people tell it. */
  _tell: ('withdraw' | 'recall')[]
  /** Why it was recalled. */
  _recalls: string
  /** The bundle that the outbox has, or had; null: it is to be sent. */
  _offered: string | null
  /** Whether something is to be done for it. */
  _work: boolean
}

const { Mixed } = Schema.Types

export const promotionSchema = new Schema<StoredPromotion>({
  SpaceId: { type: String, required: true },
  ProjectId: { type: String, required: true },
  ReleaseId: { type: String, required: true },
  ReleaseVersion: { type: String, required: true },
  TrustId: { type: String, required: true },
  RemoteSpace: { type: String, required: true },
  State: { type: String, required: true },
  Revision: { type: Number, default: 0 },
  Sequence: { type: Number, default: 0 },
  BundleId: { type: String, default: null },
  BundleSize: { type: Number, default: null },
  ContentDigest: { type: String, default: null },
  IncludePackages: { type: Boolean, default: false },
  Wanted: { type: Mixed, default: [] },
  Created: { type: String, required: true },
  CreatedBy: { type: String, default: '' },
  LastNews: { type: String, default: null },
  RetryingSince: { type: String, default: null },
  NotAfter: { type: String, default: null },
  Error: { type: String, default: '' },
  _bundle: { type: String, required: true },
  _turn: { type: String, required: true },
  _turns: { type: Number, required: true },
  _sequence: String,
  _bundles: { type: [String], default: [] },
  _blob: { type: String, default: null },
  _building: { type: String, default: null },
  _rebuild: { type: Boolean, default: false },
  _deployments: { type: [String], default: [] },
  _asked: { type: [String], default: [] },
  _marks: { type: Mixed, default: {} },
  _notes: { type: Mixed, default: [] },
  _noted: { type: Number, default: 0 },
  _tell: { type: [String], default: [] },
  _recalls: { type: String, default: '' },
  _offered: { type: String, default: null },
  _work: { type: Boolean, default: true },
})
  .plugin(resource)
  .index({ _turn: 1 }, { unique: true })
  .index({ _sequence: 1 }, { unique: true, sparse: true })
  .index({ ReleaseId: 1, TrustId: 1, _turns: -1 })
  .index({ TrustId: 1, Sequence: -1 })
  .index({ _deployments: 1 })
  .index({ _bundles: 1 })
  .index({ _bundle: 1, NotAfter: 1 })
  .index({ _blob: 1, NotAfter: 1 })
  .index({ SpaceId: 1, Created: -1 })
  .index({ ProjectId: 1, Created: -1 })
  .index({ _work: 1, Created: 1 })
