import { Schema } from 'mongoose'
import type { ValuesByEnvironment } from '#domain/promotion/variable-templates.ts'
import { resource } from '#store/resource.ts'

/** The values of a project's templates as they are stored. */
export interface StoredTemplateValues {
  /** 'templatevalues-' and the project's id. */
  Id: string
  SpaceId: string
  ProjectId: string
  Version: number
  Values: ValuesByEnvironment
  LastModifiedOn?: string
  LastModifiedBy?: string
  /** What an import has brought, and no release has made true yet. */
  _staged?: ValuesByEnvironment
}

export const templateValuesSchema = new Schema<StoredTemplateValues>({
  SpaceId: { type: String, required: true },
  ProjectId: { type: String, required: true },
  // Replaced whole. The values of secrets are sealed.
  Values: { type: Schema.Types.Mixed, default: {} },
  LastModifiedOn: String,
  LastModifiedBy: String,
  _staged: Schema.Types.Mixed,
})
  .index({ SpaceId: 1 })
  .plugin(resource)
