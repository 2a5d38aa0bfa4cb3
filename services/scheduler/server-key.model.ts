import { Schema } from 'mongoose'

/** The keys by which this server is known to its workers. All its nodes have the same. */
export interface StoredServerKeys {
  _id: string
  /** `PrivateKeys` as JSON, sealed with the master key. */
  _sealed: string
}

export const serverKeySchema = new Schema<StoredServerKeys>({
  _id: String,
  _sealed: { type: String, required: true },
}).set('versionKey', false)
