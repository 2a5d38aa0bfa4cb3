import { Schema } from 'mongoose'
import type { VariableTemplate } from '#domain/promotion/variable-templates.ts'
import { resource } from '#store/resource.ts'
import type { StoredVariable, VariableSet } from './variables.contract.ts'

/** A set as it is stored: what can be chosen for scopes is asked for anew each time. */
export interface StoredVariableSet
  extends Omit<VariableSet, 'ScopeValues' | 'Variables' | 'Templates'> {
  Variables: StoredVariable[]
  /** Sets of before there were any have none. */
  Templates?: VariableTemplate[]
}

export const variableSetSchema = new Schema<StoredVariableSet>({
  SpaceId: { type: String, required: true },
  OwnerId: { type: String, required: true },
  // Replaced whole. The values of secrets are sealed.
  Variables: { type: Schema.Types.Mixed, default: [] },
  Templates: Schema.Types.Mixed,
  LastModifiedOn: String,
  LastModifiedBy: String,
})
  .index({ SpaceId: 1, OwnerId: 1 })
  .plugin(resource)

export interface VariableSnapshot
  extends Pick<StoredVariableSet, 'Id' | 'SpaceId' | 'OwnerId' | 'Variables' | 'Templates'> {
  /** Of the variables: the same variables have the same snapshot. */
  _hash: string
}

export const variableSnapshotSchema = new Schema<VariableSnapshot>({
  SpaceId: { type: String, required: true },
  OwnerId: { type: String, required: true },
  Variables: { type: Schema.Types.Mixed, default: [] },
  Templates: Schema.Types.Mixed,
  _hash: String,
})
  .index({ OwnerId: 1, _hash: 1 }, { unique: true })
  .plugin(resource)
