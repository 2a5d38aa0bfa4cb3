import { Schema } from 'mongoose'
import type { PublicKeys } from '#bus/messages.ts'
import { named } from '#store/named.ts'
import { resource } from '#store/resource.ts'
import { slugged } from '#store/slugged.ts'
import type { Worker } from './workers.contract.ts'

/** A worker as it is stored: the rest of `Worker` follows from this and from what is heard. */
export type StoredWorker = Omit<
  Worker,
  'Status' | 'HasLatestCalamari' | 'IsInProcess' | 'RunningCount' | 'Running' | 'Fingerprint'
> & {
  /** Of Tako's workers alone: no two have the same. */
  Fingerprint?: string
  /** Of Tako's workers alone. */
  _keys?: PublicKeys
  /** When it has asked to join last (ISO), while it waits. */
  _askedAt?: string
}

export const workerSchema = new Schema<StoredWorker>({
  SpaceId: { type: String, required: true },
  WorkerPoolIds: { type: [String], default: [] },
  MachinePolicyId: { type: String, required: true },
  IsDisabled: { type: Boolean, default: false },
  Endpoint: { type: Schema.Types.Mixed, required: true },
  Thumbprint: { type: String, default: null },
  Uri: { type: String, default: null },
  HealthStatus: { type: String, default: 'Unknown' },
  StatusSummary: { type: String, default: '' },
  SkipInitialHealthCheck: { type: Boolean, default: false },
  OperatingSystem: { type: String, default: 'Unknown' },
  Architecture: { type: String, default: 'Unknown' },
  ShellName: { type: String, default: 'Unknown' },
  ShellVersion: { type: String, default: 'Unknown' },
  Fingerprint: String,
  Approval: { type: String, default: 'Approved' },
  IsDraining: { type: Boolean, default: false },
  LastSeen: { type: String, default: null },
  Version: { type: String, default: null },
  Slots: { type: Number, default: null },
  FreeDiskBytes: { type: Number, default: null },
  Shells: { type: Schema.Types.Mixed, default: [] },
  LastModifiedOn: String,
  LastModifiedBy: String,
  _keys: Schema.Types.Mixed,
  _askedAt: String,
})
  .index({ SpaceId: 1, WorkerPoolIds: 1 })
  .index({ Fingerprint: 1 }, { unique: true, sparse: true })
  .index({ Approval: 1, _askedAt: 1 })
  .plugin(resource, { isCounted: false })
  .plugin(named, { per: 'SpaceId' })
  .plugin(slugged, { per: 'SpaceId' })

/** The worker that a server node has beside it, by its id. It is in no space and in no list. */
export interface StoredBuiltIn {
  _id: string
  Node: string
  Fingerprint: string
  Keys: PublicKeys
}

export const builtInWorkerSchema = new Schema<StoredBuiltIn>({
  _id: String,
  Node: String,
  Fingerprint: String,
  Keys: Schema.Types.Mixed,
}).set('versionKey', false)
