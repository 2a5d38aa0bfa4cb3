import { Schema } from 'mongoose'
import { resource } from '#store/resource.ts'

/** A version of a package in the store. */
export interface StoredPackage {
  /** The id of its space before its own, which another space may have too. */
  _id: string
  SpaceId: string
  PackageId: string
  FeedId: string
  Version: string
  FileExtension: string
  Published: string
  PackageSizeBytes: number
  Hash: string
  /** The folded `PackageId`. */
  _packageId: string
  /** What is the same for versions that count as one: 1.0 and 1.0.0. */
  _version: string
  /** Sorts as the version does. */
  _order: string
  _isRelease: boolean
  _sha256: string
  /** The name of its file, which no other package has. */
  _blob: string
}

const text = { type: String, required: true } as const

export const packageSchema = new Schema<StoredPackage>({
  SpaceId: text,
  PackageId: text,
  FeedId: text,
  Version: text,
  FileExtension: text,
  Published: text,
  PackageSizeBytes: { type: Number, required: true },
  Hash: text,
  _packageId: text,
  _version: text,
  _order: text,
  _isRelease: { type: Boolean, required: true },
  _sha256: text,
  _blob: text,
})
  .plugin(resource, { isCounted: false })
  .index({ SpaceId: 1, _packageId: 1, _version: 1 }, { unique: true })
  .index({ SpaceId: 1, _packageId: 1, _order: -1 })
  .index({ SpaceId: 1, _sha256: 1 })
  .index({ _blob: 1 }, { unique: true })
