import { randomUUID } from 'node:crypto'
import { InvalidError } from '#bus/errors.ts'
import { nameRule } from '#domain/name.ts'
import { defaultTemplate } from '#domain/next-version.ts'
import type {
  ConnectivityPolicy,
  Project,
  ProjectBody,
  ProjectTemplate,
  ReleaseCreationStrategy,
  VersioningStrategy,
} from './projects.contract.ts'

const maybe = { optional: true, nullable: true } as const
const text = { type: 'string', ...maybe, max: 10_000 } as const
const flag = { type: 'boolean', ...maybe } as const
const no = { type: 'boolean', default: false } as const
const texts = { type: 'array', items: 'string', default: [], max: 1_000 } as const

const packageRule = {
  type: 'object',
  strict: 'remove',
  ...maybe,
  props: { DeploymentAction: 'string', PackageReference: text },
} as const

const guidedFailureModes = ['EnvironmentDefault', 'Off', 'On']

const guidedFailureRule = {
  type: 'enum',
  values: guidedFailureModes,
  default: 'EnvironmentDefault',
} as const

const connectivityRule = {
  type: 'object',
  ...maybe,
  props: {
    SkipMachineBehavior: { type: 'enum', values: ['None', 'SkipUnavailableMachines'], ...maybe },
    TargetRoles: { type: 'array', items: 'string', ...maybe },
    AllowDeploymentsToNoTargets: flag,
    ExcludeUnhealthyTargets: flag,
  },
} as const

const versioningRule = {
  type: 'object',
  ...maybe,
  props: { Template: text, DonorPackage: packageRule, DonorPackageStepId: text },
} as const

/** The validator's rules for a project. */
export const projectRules = {
  Name: nameRule,
  Slug: { type: 'string', optional: true, max: 100 },
  Description: { type: 'string', default: '', max: 10_000 },
  ProjectGroupId: 'string',
  LifecycleId: 'string',
  IsDisabled: no,
  IncludedLibraryVariableSetIds: texts,
  Templates: {
    type: 'array',
    default: [],
    max: 1_000,
    items: {
      type: 'object',
      props: {
        ...{ Id: text, Name: text, Label: text, HelpText: text },
        DefaultValue: { type: 'any', ...maybe },
        DisplaySettings: { type: 'record', key: 'string', value: 'string', ...maybe },
      },
    },
  },
  TenantedDeploymentMode: {
    type: 'enum',
    values: ['Untenanted', 'TenantedOrUntenanted', 'Tenanted'],
    default: 'Untenanted',
  },
  DefaultToSkipIfAlreadyInstalled: no,
  DefaultGuidedFailureMode: guidedFailureRule,
  ProjectConnectivityPolicy: connectivityRule,
  VersioningStrategy: versioningRule,
  ReleaseCreationStrategy: {
    type: 'object',
    ...maybe,
    props: {
      ChannelId: text,
      ReleaseCreationPackage: packageRule,
      ReleaseCreationPackageStepId: text,
    },
  },
  AutoCreateRelease: no,
  DiscreteChannelRelease: no,
  PersistenceSettings: { type: 'object', ...maybe, props: { Type: text } },
  ExtensionSettings: {
    type: 'array',
    items: {
      type: 'object',
      strict: 'remove',
      props: { ExtensionId: 'string', Values: { type: 'any', optional: true } },
    },
    default: [],
    max: 100,
  },
  ReleaseNotesTemplate: { type: 'string', default: '', max: 100_000 },
  DeploymentChangesTemplate: { type: 'string', default: '', max: 100_000 },
  AutoDeployReleaseOverrides: { type: 'array', default: [], max: 1_000 },
  AllowIgnoreChannelRules: { type: 'boolean', default: true },
  ProjectTags: texts,
  CombineHealthAndSyncStatusInDashboardLiveStatus: no,
  ForcePackageDownload: no,
  PromoteTaskEnds: {
    type: 'enum',
    values: ['Trust', 'OnDelivered', 'OnAccepted', 'OnReceipt'],
    optional: true,
  },
} as const

/** The validator's rules for the deployment settings. */
export const settingsRules = {
  ConnectivityPolicy: connectivityRule,
  DefaultGuidedFailureMode: guidedFailureRule,
  DefaultToSkipIfAlreadyInstalled: no,
  DeploymentChangesTemplate: projectRules.DeploymentChangesTemplate,
  ReleaseNotesTemplate: projectRules.ReleaseNotesTemplate,
  ForcePackageDownload: no,
  VersioningStrategy: versioningRule,
} as const

/** The objects inside a project with all their fields. */
export function completeProject(
  body: Pick<
    ProjectBody,
    'Templates' | 'ProjectConnectivityPolicy' | 'VersioningStrategy' | 'ReleaseCreationStrategy'
  >,
): Pick<
  Project,
  'Templates' | 'ProjectConnectivityPolicy' | 'VersioningStrategy' | 'ReleaseCreationStrategy'
> {
  return {
    Templates: body.Templates.map(completeTemplate),
    ProjectConnectivityPolicy: completePolicy(body.ProjectConnectivityPolicy),
    VersioningStrategy: completeVersioning(body.VersioningStrategy),
    ReleaseCreationStrategy: completeCreation(body.ReleaseCreationStrategy),
  }
}

/** A project's policy about its targets, with all its fields. */
export const completePolicy = (
  policy: ProjectBody['ProjectConnectivityPolicy'],
): ConnectivityPolicy => ({
  SkipMachineBehavior: policy?.SkipMachineBehavior ?? 'None',
  TargetRoles: policy?.TargetRoles ?? [],
  AllowDeploymentsToNoTargets: policy?.AllowDeploymentsToNoTargets ?? false,
  ExcludeUnhealthyTargets: policy?.ExcludeUnhealthyTargets ?? false,
})

/** How releases are numbered; without a template or a package that says so, as everybody does. */
export function completeVersioning(
  strategy: ProjectBody['VersioningStrategy'],
): VersioningStrategy {
  const DonorPackage = strategy?.DonorPackage?.DeploymentAction ? strategy.DonorPackage : null
  const DonorPackageStepId = strategy?.DonorPackageStepId || null
  const Template = strategy?.Template || null
  if (Template !== null && DonorPackage !== null) {
    throw new InvalidError([
      'VersioningStrategy: a release takes its version from a Template or from a DonorPackage. Leave one of them empty.',
    ])
  }
  const isTold = Template !== null || DonorPackage !== null || DonorPackageStepId !== null
  return { Template: isTold ? Template : defaultTemplate, DonorPackage, DonorPackageStepId }
}

const completeCreation = (
  strategy: ProjectBody['ReleaseCreationStrategy'],
): ReleaseCreationStrategy => ({
  ChannelId: strategy?.ChannelId ?? null,
  ReleaseCreationPackage: strategy?.ReleaseCreationPackage ?? null,
  ReleaseCreationPackageStepId: strategy?.ReleaseCreationPackageStepId ?? null,
})

const completeTemplate = (template: ProjectBody['Templates'][number]): ProjectTemplate => ({
  Id: template.Id || randomUUID(),
  Name: template.Name ?? '',
  Label: template.Label ?? '',
  HelpText: template.HelpText ?? '',
  // Secrets have been refused.
  DefaultValue: typeof template.DefaultValue === 'string' ? template.DefaultValue : '',
  DisplaySettings: template.DisplaySettings ?? {},
})

/** The validator's rules for a project that is imported. */
export const importRules = {
  ...{ spaceId: 'string', Id: 'string', Name: 'string' },
  Description: { type: 'string', max: 10_000 },
  LifecycleId: { type: 'string', optional: true },
  ProjectGroupId: { type: 'string', optional: true },
  Settings: {
    type: 'object',
    strict: 'remove',
    props: {
      DefaultGuidedFailureMode: { type: 'enum', values: guidedFailureModes, optional: true },
      ProjectConnectivityPolicy: connectivityRule,
      DefaultToSkipIfAlreadyInstalled: { type: 'boolean', optional: true },
      ForcePackageDownload: { type: 'boolean', optional: true },
      ReleaseNotesTemplate: { type: 'string', optional: true, max: 100_000 },
      DeploymentChangesTemplate: { type: 'string', optional: true, max: 100_000 },
    },
  },
  Remote: {
    type: 'object',
    strict: 'remove',
    props: {
      ...{ TrustId: 'string', SourceProjectId: 'string' },
      ...{ SourceProjectName: 'string', RemoteSpace: 'string' },
    },
  },
} as const
