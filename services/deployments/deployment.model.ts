import { Schema } from 'mongoose'
import type { Row } from '#domain/dashboard.ts'
import type { SelectedPackage } from '#domain/package-selection.ts'
import type { TemplateVariable } from '#domain/promotion/variable-templates.ts'
import { resource } from '#store/resource.ts'
import type { Deployment } from './deployments.contract.ts'
import type { Destination } from './promoting.ts'

/** How a deployment has ended; null while it has not, or nobody has looked. */
export type Outcome = 'Success' | 'Failed' | 'Canceled' | 'TimedOut' | null

/** A deployment in the store. */
export interface StoredDeployment extends Omit<Deployment, 'Id'> {
  _id: string
  _outcome: Outcome
  /** What `FormValues` shows, as it was answered: secrets in it are sealed, where that has asterisks. */
  _answers: Record<string, string>
  /** What the environment had for the release's templates when it was made; secrets are sealed. */
  _templateValues?: TemplateVariable[]
  /** Of an imported release, which may get another revision, the packages that it had then. */
  _packages?: SelectedPackage[] | null
  /** Its task goes before those without. */
  _isPriority: boolean
  /** Of a deployment to another space. */
  _destination?: Destination
  /** Another space has told so much of it. */
  _newsCount?: number
  /** By what was told, its environment counts as deployed to. */
  _hasArrived?: boolean
  /** What follows from the last news is not done yet. */
  _newsOpen?: true
  /** Made by the lifecycle: one for each release and environment. */
  _automatic?: string
}

const Mixed = Schema.Types.Mixed
const required = { type: String, required: true } as const
const optional = { type: String, default: null } as const
const flag = { type: Boolean, default: false } as const

export const deploymentSchema = new Schema<StoredDeployment>({
  SpaceId: required,
  ReleaseId: required,
  EnvironmentId: required,
  TenantId: optional,
  ProjectId: required,
  ChannelId: required,
  DeploymentProcessId: required,
  ManifestVariableSetId: required,
  TaskId: required,
  Name: required,
  Created: required,
  DeployedBy: { type: String, default: '' },
  DeployedById: { type: String, default: '' },
  Comments: { type: String, default: '' },
  Changes: { type: Mixed, default: [] },
  ChangesMarkdown: { type: String, default: '' },
  UseGuidedFailure: flag,
  ForcePackageDownload: flag,
  ForcePackageRedeployment: flag,
  SkipActions: { type: [String], default: [] },
  SpecificMachineIds: { type: [String], default: [] },
  ExcludedMachineIds: { type: [String], default: [] },
  DeployedToMachineIds: { type: [String], default: [] },
  FormValues: { type: Mixed, default: {} },
  _answers: { type: Mixed, default: {} },
  _templateValues: Mixed,
  _packages: { type: Mixed, default: null },
  _isPriority: flag,
  FailureEncountered: flag,
  QueueTime: optional,
  QueueTimeExpiry: optional,
  _outcome: optional,
  _automatic: String,
  RemoteNews: { type: Mixed, default: undefined },
  _destination: { type: Mixed, default: undefined },
  _newsCount: Number,
  _hasArrived: Boolean,
  _newsOpen: Boolean,
})
  .plugin(resource, { isCounted: false })
  .index({ SpaceId: 1, Created: -1 })
  .index({ ReleaseId: 1, Created: -1 })
  .index({ ProjectId: 1, Created: -1 })
  .index({ ProjectId: 1, EnvironmentId: 1, _outcome: 1, Created: -1 })
  .index({ ProjectId: 1, EnvironmentId: 1, Created: -1 })
  .index({ _outcome: 1, Created: 1 })
  .index({ _automatic: 1 }, { unique: true, sparse: true })
  .index({ _newsOpen: 1 }, { sparse: true })

/** What the dashboard shows of a project and an environment, kept so that it reads no history. */
export interface StoredRow extends Row {
  _id: string
  SpaceId: string
  /** Counts the writes: of two at once one is made again. */
  _writes: number
}

export const rowSchema = new Schema<StoredRow>({
  _id: String,
  SpaceId: required,
  ProjectId: required,
  EnvironmentId: required,
  TenantId: optional,
  Current: { type: Mixed, default: null },
  Previous: { type: Mixed, default: null },
  _writes: { type: Number, default: 0 },
})
  .set('minimize', false)
  .set('versionKey', false)
  .index({ SpaceId: 1 })
  .index({ ProjectId: 1 })
