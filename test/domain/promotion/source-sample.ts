import type { Action, Step } from '#domain/process.ts'
import type { FrozenVariable } from '#domain/promotion/frozen.ts'
import type { SourceState } from '#domain/promotion/source-state.ts'

export const sealed = (text: string) => `sealed:${text}`
export const open = (text: string) => text.replace(/^sealed:/, '')

export const action = (Name: string, more: Partial<Action> = {}): Action => ({
  ...{ Id: `a-${Name}`, Name, Slug: Name.toLowerCase(), ActionType: 'Octopus.Script', Notes: null },
  ...{ IsDisabled: false, IsRequired: false, CanBeUsedForProjectVersioning: false },
  ...{ WorkerPoolId: null, WorkerPoolVariable: null },
  Container: { Image: null, FeedId: null, GitUrl: null, Dockerfile: null },
  ...{ Environments: [], ExcludedEnvironments: [], Channels: [], TenantTags: [] },
  ...{ Packages: [], GitDependencies: [], Condition: 'Success', Properties: {} },
  ...{ StepPackageVersion: null, Inputs: null },
  ...more,
})

/** A step of one action of its name. */
export const step = (
  Name: string,
  more: Partial<Action> = {},
  ofStep: Partial<Step> = {},
): Step => ({
  ...{ Id: `s-${Name}`, Name, Slug: Name.toLowerCase(), PackageRequirement: 'LetOctopusDecide' },
  ...{ Properties: {}, Condition: 'Success', StartTrigger: 'StartAfterPrevious' },
  Actions: [action(Name, more)],
  ...ofStep,
})

export const variable = (Name: string, more: Partial<FrozenVariable> = {}): FrozenVariable => ({
  ...{ Id: `v-${Name}`, Name, Value: `of ${Name}`, Description: null, Type: 'String' },
  ...{ IsSensitive: false, IsEditable: true, Prompt: null, Scope: {} },
  ...more,
})

export const secret = (Name: string, text: string, more: Partial<FrozenVariable> = {}) =>
  variable(Name, {
    ...{ Value: null, Type: 'Sensitive', IsSensitive: true, _sealed: sealed(text) },
    ...more,
  })

export const reference = (PackageId: string, more = {}) => ({
  ...{ Id: `p-${PackageId}`, Name: '', PackageId, FeedId: null, AcquisitionLocation: 'Server' },
  ...{ Properties: {}, Version: null, StepPackageInputsReferenceId: null },
  ...more,
})

const remote = (TrustId: string, RemoteName: string, Kind: 'Environment' | 'Space') => ({
  Remote: { TrustId, Kind, RemoteName },
})

/** A release of a development space; the trust 'Prod Space' has Production and Spare. */
export const sourceState = (change: Partial<SourceState> = {}): SourceState => ({
  release: {
    ...{ Id: 'Releases-1', Version: '1.4.2', ReleaseNotes: 'Faster' },
    ...{ Assembled: '2026-11-20T10:00:00.000+00:00', CustomFields: { Ticket: 'T-1' } },
    ...{ BuildInformation: [], SelectedPackages: [], LibraryVariableSetSnapshotIds: [] },
    ...{ SelectedGitResources: [], VersionControlReference: null },
  },
  project: {
    ...{ Id: 'Projects-7', Name: 'My Project', Slug: 'my-project', Description: 'A shop' },
    DefaultGuidedFailureMode: 'On',
    ProjectConnectivityPolicy: {
      ...{ SkipMachineBehavior: 'SkipUnavailableMachines', TargetRoles: ['web'] },
      ...{ AllowDeploymentsToNoTargets: true, ExcludeUnhealthyTargets: true },
    },
    ...{ DefaultToSkipIfAlreadyInstalled: true, ForcePackageDownload: true },
    ...{ ReleaseNotesTemplate: 'notes', DeploymentChangesTemplate: 'changes' },
    ...{ TenantedDeploymentMode: 'Untenanted', IncludedLibraryVariableSetIds: [], Templates: [] },
  },
  channel: { Id: 'Channels-1', Name: 'Default' },
  ...{ steps: [step('Deploy')], variables: [], templates: [] },
  environments: [
    { Id: 'dev', Name: 'Dev' },
    { Id: 'test', Name: 'Test', Remote: null },
    { Id: 'prod', Name: 'Prod Space: Production', ...remote('T-1', 'Production', 'Environment') },
    { Id: 'spare', Name: 'Prod Space: Spare', ...remote('T-1', 'Spare', 'Environment') },
    { Id: 'whole', Name: 'Prod Space', ...remote('T-1', 'Prod Space', 'Space') },
    { Id: 'other', Name: 'Other: Production', ...remote('T-2', 'Production', 'Environment') },
  ],
  workerPools: [
    { Id: 'WorkerPools-1', Name: 'Default pool', IsDefault: true },
    { Id: 'WorkerPools-2', Name: 'Linux', IsDefault: false },
  ],
  feeds: [{ Id: 'Feeds-1', Name: 'Built in', FeedType: 'BuiltIn' }],
  teams: [
    { Id: 'Teams-1', Name: 'Testers' },
    { Id: 'Teams-2', Name: 'Managers' },
  ],
  ...{ packages: [], history: [] },
  trust: { Id: 'T-1', Name: 'Prod Space', ShareUserNames: false },
  ...change,
})
