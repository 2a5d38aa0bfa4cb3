/** What many tests begin with. */
import type { Bus } from '#bus'

type Caller = Pick<Bus, 'call'>

let count = 0
/** A name that no other thing of this process has. */
export const aName = (what = 'Thing'): string => `${what} ${++count}`

/** A space of its own, so that nothing of another test is in it. */
export async function makeSpace(bus: Caller): Promise<string> {
  const { Id } = await bus.call('spaces.create', {
    Name: aName('Space'),
    Description: '',
    SpaceManagersTeams: ['teams-administrators'],
    SpaceManagersTeamMembers: [],
    TaskQueueStopped: false,
  })
  return Id
}

/** What is sent to create or change an environment. */
export const environmentBody = (Name: string) => ({
  Name,
  Description: '',
  UseGuidedFailure: false,
  AllowDynamicInfrastructure: true,
  EnvironmentTags: [],
  ExtensionSettings: [],
})

export const makeEnvironment = (bus: Caller, spaceId: string, name = aName('Environment')) =>
  bus.call('environments.create', { spaceId, ...environmentBody(name) })

/** A lifecycle with a phase for each list of environments, which are deployed to by hand. */
export const lifecycleBody = (Name: string, phases: string[][] = []) => ({
  Name,
  Description: '',
  Phases: phases.map((OptionalDeploymentTargets, index) => ({
    Name: `Phase ${index + 1}`,
    OptionalDeploymentTargets,
  })),
  ReleaseRetentionPolicy: null,
  TentacleRetentionPolicy: null,
})

/** A project in the group and with the lifecycle that its space began with. */
export async function makeProject(bus: Caller, spaceId: string, name = aName('Project')) {
  return bus.call('projects.create', { spaceId, ...(await projectBody(bus, spaceId, name)) })
}

export async function projectBody(bus: Caller, spaceId: string, Name: string) {
  const lifecycles = await bus.call('lifecycles.names', { spaceId })
  const groups = await bus.call('projectgroups.names', { spaceId })
  return {
    Name,
    Description: '',
    LifecycleId: lifecycles[0]?.Id ?? '',
    ProjectGroupId: groups[0]?.Id ?? '',
    IsDisabled: false,
    IncludedLibraryVariableSetIds: [],
    Templates: [],
    TenantedDeploymentMode: 'Untenanted' as const,
    DefaultToSkipIfAlreadyInstalled: false,
    DefaultGuidedFailureMode: 'EnvironmentDefault' as const,
    AutoCreateRelease: false,
    DiscreteChannelRelease: false,
    ExtensionSettings: [],
    ReleaseNotesTemplate: '',
    DeploymentChangesTemplate: '',
    AutoDeployReleaseOverrides: [],
    AllowIgnoreChannelRules: true,
    ProjectTags: [],
    CombineHealthAndSyncStatusInDashboardLiveStatus: false,
    ForcePackageDownload: false,
  }
}

/** What is sent to create or change a channel. */
export const channelBody = (ProjectId: string, Name: string) => ({
  Name,
  ProjectId,
  Description: '',
  IsDefault: false,
  TenantTags: [],
  GitReferenceRules: [],
  GitResourceRules: [],
  CustomFieldDefinitions: [],
  Type: 'Lifecycle',
  Rules: [],
})

/** A step with one bash script. */
export const scriptStep = (Name: string, body = 'echo hello') => ({
  Name,
  Actions: [
    {
      Name,
      ActionType: 'Octopus.Script',
      Properties: {
        'Octopus.Action.RunOnServer': 'true',
        'Octopus.Action.Script.Syntax': 'Bash',
        'Octopus.Action.Script.ScriptBody': body,
      },
    },
  ],
})

/** What an action is refused with; fails when it is not refused. */
export async function refusal(
  call: Promise<unknown>,
): Promise<Error & { code: number; type: string; data: unknown }> {
  const answer = await call.then(
    () => new Error('It was not refused.'),
    (error) => error,
  )
  return answer
}

/** The sentences of a refusal. */
export function faultsOf({ data }: { data: unknown }): string[] {
  return Array.isArray(data) ? data.map(({ message }) => message) : []
}

/** A worker as a client writes one down: a Tentacle that nobody has ever reached. */
export const workerBody = (Name: string, WorkerPoolIds: string[]) => ({
  Name,
  WorkerPoolIds,
  IsDisabled: false,
  SkipInitialHealthCheck: false,
  Endpoint: {
    CommunicationStyle: 'TentaclePassive',
    Uri: 'https://tentacle.example.com:10933/',
    Thumbprint: 'A'.repeat(40),
  },
})
