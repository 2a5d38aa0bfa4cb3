import { Schema } from 'mongoose'
import { resource } from '#store/resource.ts'
import type { Event } from './events.contract.ts'

export interface StoredEvent extends Omit<Event, 'Id'> {
  _id: string
  /** What it is about: 'Environment'. */
  _kind: string | null
}

export const eventSchema = new Schema<StoredEvent>({
  AutoId: { type: Number, required: true },
  SpaceId: { type: String, default: null },
  Category: { type: String, required: true },
  UserId: String,
  Username: String,
  IsService: Boolean,
  IdentityEstablishedWith: String,
  UserAgent: String,
  Occurred: String,
  Message: String,
  MessageHtml: String,
  MessageReferences: [
    new Schema(
      { ReferencedDocumentId: String, StartIndex: Number, Length: Number },
      { _id: false },
    ),
  ],
  RelatedDocumentIds: [String],
  Comments: { type: String, default: null },
  Details: { type: String, default: null },
  // Values of any form, as they were.
  ChangeDetails: Schema.Types.Mixed,
  IpAddress: { type: String, default: null },
  _kind: { type: String, default: null },
})
  .index({ AutoId: -1 })
  .index({ SpaceId: 1, AutoId: -1 })
  .index({ RelatedDocumentIds: 1, AutoId: -1 })
  .plugin(resource, { isCounted: false })
