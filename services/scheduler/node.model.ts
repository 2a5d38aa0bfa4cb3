import { Schema } from 'mongoose'

/** A server node in the store. */
export interface StoredNode {
  _id: string
  Name: string
  MaxConcurrentTasks: number
  IsInMaintenanceMode: boolean
  LastSeen: string
  /** The process that has this name; none after it was stopped. */
  _holder?: NodeHolder
}

export interface NodeHolder {
  token: string
  /** Where its number means something; null when that is not known. */
  place: string | null
  pid: number
}

/** How many tasks a node executes at once unless somebody says otherwise. */
export const DEFAULT_CAP = 5

export const nodeSchema = new Schema<StoredNode>({
  _id: String,
  Name: { type: String, required: true },
  MaxConcurrentTasks: { type: Number, default: DEFAULT_CAP },
  IsInMaintenanceMode: { type: Boolean, default: false },
  LastSeen: { type: String, required: true },
  _holder: { type: Schema.Types.Mixed, default: undefined },
}).set('versionKey', false)
