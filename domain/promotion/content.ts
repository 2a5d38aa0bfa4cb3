/**
 * What a bundle says of a release: a JSON document for each entry. Environments, worker pools, feeds,
 * teams and channels stand in them by name. The ids are the source's: they tell things apart, and
 * which is which in the next revision; they are no ids of the target.
 */
import type { Action, PackageReference, Step } from '#domain/process.ts'
import type { TemplateType } from './variable-templates.ts'

/** release.json */
export interface ReleaseDoc {
  id: string
  version: string
  notes: string
  channel: string
  /** An ISO time. */
  assembled: string
  customFields: Record<string, string>
  buildInformation: BuildDoc[]
}

/** What a build has told of a package of the release. */
export interface BuildDoc {
  packageId: string
  version: string
  buildEnvironment: string
  buildNumber: string
  buildUrl: string
  branch: string
  vcsType: string
  vcsRoot: string
  vcsCommitNumber: string
  vcsCommitUrl: string
  issueTrackerName: string
  commits: { id: string; linkUrl: string; comment: string }[]
  workItems: { id: string; linkUrl: string; source: string; description: string }[]
  incompleteDataWarning: string
}

/** project.json */
export interface ProjectDoc {
  id: string
  name: string
  slug: string
  description: string
  settings: {
    guidedFailureMode: 'EnvironmentDefault' | 'Off' | 'On'
    connectivityPolicy: {
      skipMachineBehavior: 'None' | 'SkipUnavailableMachines'
      targetRoles: string[]
      allowDeploymentsToNoTargets: boolean
      excludeUnhealthyTargets: boolean
    }
    skipIfAlreadyInstalled: boolean
    forcePackageDownload: boolean
    releaseNotesTemplate: string
    deploymentChangesTemplate: string
  }
}

/** process.json: the frozen process, as far as it is for this target. */
export interface ProcessDoc {
  steps: StepDoc[]
}

/** The properties of a step or action; of those in `secretProperties` the value is among the secrets. */
interface PropertiesDoc {
  properties: Record<string, string>
  secretProperties: string[]
}

export interface StepDoc extends PropertiesDoc {
  id: string
  name: string
  slug: string
  packageRequirement: Step['PackageRequirement']
  condition: Step['Condition']
  startTrigger: Step['StartTrigger']
  actions: ActionDoc[]
}

export interface ActionDoc extends PropertiesDoc {
  id: string
  name: string
  slug: string
  type: string
  notes: string | null
  isDisabled: boolean
  isRequired: boolean
  condition: Action['Condition']
  /** null: the default pool, whatever that is in the target. */
  workerPool: string | null
  workerPoolVariable: string | null
  /** Names of environments of the target. */
  environments: string[]
  excludedEnvironments: string[]
  /** Canonical names: 'Set/Tag'. */
  tenantTags: string[]
  /** Names of teams, by the property that lists their ids in a process. */
  teams: Record<string, string[]>
  packages: PackageReferenceDoc[]
}

/** A place that packages come from. */
export interface FeedDoc {
  kind: string
  name: string
}

export interface PackageReferenceDoc {
  id: string
  /** '' for the primary package. */
  name: string
  packageId: string
  feed: FeedDoc
  acquisitionLocation: PackageReference['AcquisitionLocation']
  properties: Record<string, string>
  version: string | null
}

/** variables.json */
export interface VariablesDoc {
  variables: VariableDoc[]
}

/** What a value is: a text, a secret (`value` is null), or something by its name. */
export type ValueKind = 'text' | 'secret' | 'workerPool'

export interface VariableDoc {
  id: string
  name: string
  kind: ValueKind
  /** As the source calls it: 'String', 'Sensitive', … */
  type: string
  value: string | null
  description: string | null
  isEditable: boolean
  prompt: PromptDoc | null
  /** Lists that are empty do not restrict. */
  scope: ScopeDoc
}

export interface PromptDoc {
  label: string | null
  description: string | null
  isRequired: boolean
  displaySettings: Record<string, string>
}

export interface ScopeDoc {
  /** Names of environments of the target. */
  environments: string[]
  roles: string[]
  /** Names of actions. */
  actions: string[]
  tenantTags: string[]
}

/** templates.json: what the target is asked for. */
export interface TemplatesDoc {
  templates: TemplateDoc[]
}

export interface TemplateDoc {
  id: string
  name: string
  label: string
  helpText: string
  type: TemplateType
  defaultValue: string | null
  isRequired: boolean
}

/** packages.json: what the steps use. */
export interface PackagesDoc {
  packages: PackageDoc[]
}

export interface PackageDoc {
  packageId: string
  version: string
  feedKind: string
  feedName: string
  actionSlug: string
  referenceName: string
  /** Of a package that no step fetches, these three are '', 0 and null. */
  fileName: string
  size: number
  sha256: string | null
}

/** history.json: what the source says of deployments so far. */
export interface HistoryDoc {
  deployments: HistoryEntry[]
}

export interface HistoryEntry {
  /** Where it was: a space of its own for each hop of a chain. */
  space: string
  environment: string
  state: string
  /** ISO times. */
  startedAt: string | null
  endedAt: string | null
  /** Who deployed; null where names of people are not shared. */
  by: string | null
}

/** All documents of a bundle. */
export interface BundleContent {
  release: ReleaseDoc
  project: ProjectDoc
  process: ProcessDoc
  variables: VariablesDoc
  templates: TemplatesDoc
  packages: PackagesDoc
  history: HistoryDoc
}
