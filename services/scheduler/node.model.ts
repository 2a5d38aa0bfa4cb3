import { Schema } from 'mongoose'

/** A server node in the store. */
export interface StoredNode {
  _id: string
  Name: string
  MaxConcurrentTasks: number
  IsInMaintenanceMode: boolean
  LastSeen: string
}

/** How many tasks a node executes at once unless somebody says otherwise. */
export const DEFAULT_CAP = 5

export const nodeSchema = new Schema<StoredNode>({
  _id: String,
  Name: { type: String, required: true },
  MaxConcurrentTasks: { type: Number, default: DEFAULT_CAP },
  IsInMaintenanceMode: { type: Boolean, default: false },
  LastSeen: { type: String, required: true },
}).set('versionKey', false)
