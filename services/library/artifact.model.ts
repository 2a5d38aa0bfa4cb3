import { Schema } from 'mongoose'
import { resource } from '#store/resource.ts'
import type { Artifact } from './artifacts.contract.ts'

/** An artifact in the store. */
export interface StoredArtifact extends Omit<Artifact, 'Id'> {
  _id: string
  /** The folded file name, for lists. */
  _filename: string
  /** Ids of all that it is about: its task, deployment, release, project, environment. */
  _related: string[]
  /** The name of its file, which no other artifact has; null until it has content. */
  _blob: string | null
  /** Of one that a worker has sent: space, task, source and file name. Another has none. */
  _collected?: string
}

const text = { type: String, default: null } as const

export const artifactSchema = new Schema<StoredArtifact>({
  SpaceId: { type: String, required: true },
  Filename: { type: String, required: true },
  Source: text,
  ServerTaskId: text,
  Created: { type: String, required: true },
  LogCorrelationId: text,
  SizeBytes: { type: Number, default: null },
  LastModifiedOn: String,
  LastModifiedBy: String,
  _filename: { type: String, required: true },
  _related: { type: [String], default: [] },
  _blob: text,
  _collected: String,
})
  .plugin(resource, { isCounted: false })
  .index({ SpaceId: 1, Created: -1 })
  .index({ SpaceId: 1, _related: 1, Created: -1 })
  .index({ ServerTaskId: 1 })
  .index({ _collected: 1 }, { unique: true, sparse: true })
  .index({ _blob: 1 })
