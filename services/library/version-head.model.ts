import { Schema } from 'mongoose'

/** The version of a package that is the latest, as its head keeps it. */
export interface Latest {
  Version: string
  /** The `_id` of its document. */
  id: string
}

/**
 * A package with all its versions: what a search finds, and which version is the latest, so that
 * neither has to read all versions. It follows from the versions, and is made anew after each change.
 */
export interface VersionHead {
  /** Its space and folded id. */
  _id: string
  SpaceId: string
  /** As its latest version spells it. */
  PackageId: string
  _packageId: string
  latest: Latest | null
  /** Without pre-releases. */
  latestRelease: Latest | null
  /** Counts what has been written to it. */
  revision: number
  /** Changes of versions that have begun and of which it does not know the end: when, and a number. */
  changes: string[]
}

const Mixed = Schema.Types.Mixed

export const versionHeadSchema = () =>
  new Schema<VersionHead>(
    {
      _id: { type: String, required: true },
      SpaceId: { type: String, required: true },
      PackageId: { type: String, required: true },
      _packageId: { type: String, required: true },
      latest: { type: Mixed, default: null },
      latestRelease: { type: Mixed, default: null },
      revision: { type: Number, default: 0 },
      changes: { type: [String], default: [] },
    },
    { versionKey: false, minimize: false },
  ).index({ SpaceId: 1, _packageId: 1 }, { unique: true })
