import { Schema } from 'mongoose'
import { resource } from '#store/resource.ts'
import type { Import } from './imports.contract.ts'

/** A value that an import brings for a template in an environment. */
export interface StoredTemplateValue {
  EnvironmentId: string
  Name: string
  /** null of a secret, whose text is sealed. */
  Value: string | null
  _sealed?: string
}

/** A package that came along, and the file that it is in. */
export interface IncludedPackage {
  Sha256: string
  blob: string
  kind: 'bundle' | 'pack'
}

/** An import in the store. */
export interface StoredImport extends Omit<Import, 'Id'> {
  _id: string
  Version: number
  /** Space, sender's fingerprint and the bundle's id: what was let in comes once. Absent of what was refused. */
  _bundle?: string | undefined
  /** Of the exact bytes of its manifest: the same id with another one is a forgery, or a fault. */
  _manifestSha256: string | null
  /** The trust and the source's release: what its revisions have in common. */
  _release: string | null
  /** The trust and the source's project. */
  _project: string | null
  /** The version folded, to find one that is taken. */
  _version: string
  /** The file that came; null once nobody needs it. */
  _blob: string | null
  /** What was in it, sealed; null once nobody needs it. */
  _content: string | null
  /** Its manifest as it was signed, for who sends the release on. */
  _origin: string | null
  /** Files that brought more of its packages. */
  _packs: string[]
  _included: IncludedPackage[]
  _values: StoredTemplateValue[]
  /** Whether something has yet to follow. */
  _work: boolean
}

const { Mixed } = Schema.Types
const required = { type: String, required: true }
const text = { type: String, default: '' }
const maybe = { type: String, default: null }
const count = { type: Number, default: 0 }
const no = { type: Boolean, default: false }
const list = { type: Mixed, default: [] }

export const importSchema = new Schema<StoredImport>({
  ...{ SpaceId: required, State: required, Code: maybe, Message: text },
  ...{ Arrival: required, Received: required, ReceivedBy: text, Size: count },
  ...{ TrustId: maybe, RemoteSpace: text, BundleId: maybe, Sequence: count, Missing: count },
  ...{ Sender: { type: Mixed, default: null }, IsNewer: no, AsVersion: maybe },
  ...{ WentBack: no, Revision: count, ContentDigest: maybe, IssuedAt: maybe, NotAfter: maybe },
  ...{ SourceProjectId: maybe, SourceProjectName: text, SourceReleaseId: maybe },
  ...{ ReleaseVersion: text, WantedEnvironments: { type: [String], default: [] } },
  ...{ HasVersionConflict: no, DuplicateOf: maybe, Packages: list, Mappings: list },
  ...{ LifecycleId: maybe, ProjectGroupId: maybe, ProjectId: maybe, ReleaseId: maybe },
  ...{ ApprovedBy: maybe, ApprovedAt: maybe, ApprovedDigest: maybe, RejectedBy: maybe },
  ...{ Reason: text, ImportedAt: maybe },
  ...{ _bundle: String, _manifestSha256: maybe, _release: maybe, _project: maybe, _version: text },
  ...{ _blob: maybe, _content: maybe, _origin: maybe, _packs: { type: [String], default: [] } },
  ...{ _included: list, _values: list, _work: no },
})
  .plugin(resource)
  .index({ _bundle: 1 }, { unique: true, sparse: true })
  .index({ SpaceId: 1, Received: -1 })
  .index({ SpaceId: 1, _release: 1, Revision: -1 })
  .index({ SpaceId: 1, _project: 1, Received: -1 })
  .index({ TrustId: 1, Sequence: -1 })
  .index({ ReleaseId: 1 })
  .index({ _blob: 1 })
  .index({ _packs: 1 })
  .index({ _content: 1 })
  .index({ _origin: 1 })
  .index({ State: 1, Received: 1 })
  .index({ _work: 1, Received: 1 })
