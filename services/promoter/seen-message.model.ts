import { Schema } from 'mongoose'

/** A message that has come, and how it was answered: so that it comes once. */
export interface StoredSeenMessage {
  /** The space, the sender's fingerprint and the message's id. */
  _id: string
  SpaceId: string
  /** null until it was answered: what a crash cut short is taken up again. */
  Answer: { id: string; type: string; body: unknown } | null
  /** ISO: until then it is remembered. */
  Until: string
}

export const seenMessageSchema = new Schema<StoredSeenMessage>({
  _id: String,
  SpaceId: { type: String, required: true, index: true },
  Answer: { type: Schema.Types.Mixed, default: null },
  Until: { type: String, required: true, index: true },
}).set('versionKey', false)
