import type { ListParams, Page } from '#bus/page.ts'
import type { DashboardItem } from '#domain/dashboard.ts'
import type { SelectedPackage } from '#domain/package-selection.ts'
import type { Step } from '#domain/process.ts'
import type { PhaseProgress } from '#domain/progression.ts'
import type { RemoteNews } from '#domain/promotion/remote-news.ts'
import type { DeploymentFacts } from '#domain/system-variables.ts'
import type { Scope } from '#domain/variable-scope.ts'

/** One release going to one environment. */
export interface Deployment {
  Id: string
  SpaceId: string
  ReleaseId: string
  EnvironmentId: string
  TenantId: string | null
  ProjectId: string
  ChannelId: string
  DeploymentProcessId: string
  ManifestVariableSetId: string
  TaskId: string
  Name: string
  Created: string
  DeployedBy: string
  DeployedById: string
  Comments: string
  Changes: {
    Version: string
    ReleaseNotes: string
    BuildInformation: []
    WorkItems: []
    Commits: []
  }[]
  ChangesMarkdown: string
  UseGuidedFailure: boolean
  ForcePackageDownload: boolean
  ForcePackageRedeployment: boolean
  SkipActions: string[]
  SpecificMachineIds: string[]
  ExcludedMachineIds: string[]
  DeployedToMachineIds: string[]
  FormValues: Record<string, string>
  FailureEncountered: boolean
  QueueTime: string | null
  QueueTimeExpiry: string | null
  /** Of one to another space, what is known of it there: null before anything is. */
  RemoteNews?: RemoteNews | null
}

/** What a client may say about a deployment beside which release goes where. */
export interface DeploymentWishes {
  /** Ids of actions that are left out. */
  SkipActions: string[]
  /** Values for prompted variables, by the variable's id. */
  FormValues: Record<string, string>
  Comments: string
  UseGuidedFailure?: boolean
  ForcePackageDownload: boolean
  ForcePackageRedeployment: boolean
  /** When it may start, and when it is too late to. */
  QueueTime?: string
  QueueTimeExpiry?: string
  SpecificMachineIds: string[]
  ExcludedMachineIds: string[]
  /** Whether it goes before others in the queue; as the phase of the lifecycle has it when not given. */
  Priority?: Priority
}

export type Priority = 'LifecycleDefault' | 'On' | 'Off'

interface Of {
  spaceId: string
  id: string
}

/** The keys of the executions API's deploy commands. */
export interface DeployCommand {
  ProjectName: string
  ReleaseVersion: string
  EnvironmentNames: string[]
  SkipStepNames?: string[]
  Variables?: Record<string, string>
  UseGuidedFailure?: boolean
  ForcePackageDownload?: boolean
  ForcePackageRedeployment?: boolean
  UpdateVariableSnapshot?: boolean
  SpecificMachineNames?: string[]
  ExcludedMachineNames?: string[]
  RunAt?: string
  NoRunAfter?: string
  Comments?: string
  Priority?: Priority
}

export interface PreviewStep {
  ActionId: string
  ActionName: string
  ActionNumber: string
  Roles: string[]
  MachineNames: string[]
  Machines: unknown[]
  CanBeSkipped: boolean
  IsDisabled: boolean
  HasNoApplicableMachines: boolean
  UnavailableMachines: unknown[]
  ExcludedMachines: unknown[]
  /** Why it will not run, null when it will. */
  SkipReason: string | null
}

export interface FormElement {
  Name: string
  Control: {
    Type: 'VariableValue'
    Name: string
    Label: string
    Description: string
    Required: boolean
    DisplaySettings: Record<string, string>
  }
  IsValueRequired: boolean
}

export interface DeploymentPreview {
  StepsToExecute: PreviewStep[]
  UseGuidedFailureModeByDefault: boolean
  Form: { Values: Record<string, string>; Elements: FormElement[] }
}

export interface ReleaseProgression {
  ReleaseId: string
  Phases: (PhaseProgress & { Deployments: { Task: unknown; Deployment: Deployment }[] })[]
  NextDeployments: string[]
  NextDeploymentsMinimumRequired: number
  HasUnresolvedDefect: boolean
  /** By environment that is not open: why, and what opens it. */
  Blocked: Record<string, string>
}

interface Ref {
  Id: string
  Name: string
}

export interface ProjectProgression {
  LifecycleEnvironments: Record<string, Ref[]>
  Environments: Ref[]
  ChannelEnvironments: Record<string, Ref[]>
  Releases: {
    Release: unknown
    Channel: unknown
    /** By environment id, the newest first. */
    Deployments: Record<string, DashboardItem[]>
    NextDeployments: string[]
    /** By environment id: why it may not go there yet. */
    Blocked: Record<string, string>
    /** By deployment id: what another space tells of it. */
    RemoteNews: Record<string, RemoteNews | null>
    HasUnresolvedDefect: boolean
    ReleaseRetentionPeriod: null
    TentacleRetentionPeriod: null
  }[]
}

/** A variable of a frozen set, as the store has it: a sensitive value is sealed. */
export interface FrozenVariable {
  Id: string
  Name: string
  Value: string | null
  _sealed?: string | null
  Scope: Scope
  IsSensitive: boolean
  Type: string
}

/** All that an executor needs. Secrets in it stay sealed. */
export interface Execution {
  steps: Step[]
  projectId: string
  environmentId: string
  channelId: string
  tenantTags: string[] | null
  skipActions: string[]
  variables: FrozenVariable[]
  /** Answers to prompts by the variable's id; sealed where the variable is sensitive. */
  formValues: Record<string, string>
  facts: DeploymentFacts
  /** The versions of packages that the release has frozen. */
  packages: SelectedPackage[]
  builtInFeedId: string
  pools: { Id: string; Name: string; IsDefault: boolean }[]
}

declare module '#bus' {
  interface Actions {
    'deployments.list'(
      params: ListParams & {
        projects?: string[]
        environments?: string[]
        tenants?: string[]
        channels?: string[]
        releaseId?: string
        taskState?: string
      },
    ): Page<Deployment>
    'deployments.get'(params: Of): Deployment
    'deployments.create'(
      params: {
        spaceId: string
        ReleaseId: string
        EnvironmentId: string
        TenantId?: string
      } & DeploymentWishes,
    ): Deployment
    'deployments.createByName'(params: { spaceId: string } & DeployCommand): {
      DeploymentServerTasks: { DeploymentId: string; ServerTaskId: string }[]
    }
    /** The same deployment once more, as another. */
    'deployments.repeat'(params: Of): Deployment
    'deployments.remove'(params: Of): null
    'deployments.removeOf'(params: {
      spaceId: string
      projectId?: string
      releaseIds?: string[]
    }): null
    /** How many deployments of a release have not ended. */
    'deployments.active'(params: { spaceId: string; releaseId: string }): number
    /** Which of these releases have been deployed, or are about to be. */
    'deployments.deployedOf'(params: { spaceId: string; releaseIds: string[] }): string[]
    'deployments.preview'(params: {
      spaceId: string
      releaseId: string
      environmentId: string
      includeDisabledSteps?: boolean
    }): DeploymentPreview
    'deployments.previews'(params: {
      spaceId: string
      releaseId: string
      items: { EnvironmentId: string }[]
    }): DeploymentPreview[]
    'deployments.template'(params: { spaceId: string; releaseId: string }): {
      PromoteTo: Ref[]
      TenantPromotions: []
      IsDeploymentProcessModified: boolean
      IsVariableSetModified: boolean
      IsLibraryVariableSetModified: boolean
      DeploymentNotes: string
    }
    'deployments.progressionOfRelease'(params: {
      spaceId: string
      releaseId: string
    }): ReleaseProgression
    'deployments.progressionOfProject'(params: {
      spaceId: string
      projectId: string
      releaseHistoryCount?: number
    }): ProjectProgression
    'deployments.execution'(params: Of): Execution
    /** Queues what the lifecycle deploys by itself now. Idempotent. */
    'deployments.automate'(params: { spaceId: string; releaseId: string }): null
    /**
     * Keeps what another space tells of a deployment, or the promoter of its way there. In any order and
     * as often as one likes: what is late, or known, changes nothing.
     */
    'deployments.remoteNews'(params: {
      spaceId: string
      deploymentId: string
      news: RemoteNews
    }): null
    'deployments.eraseSpace'(params: { spaceId: string }): null

    'dashboard.get'(params: {
      spaceId: string
      projectId?: string
      releaseId?: string
      selectedTenants?: string[]
      selectedTags?: string[]
      showAll?: boolean
      highestLatestVersionPerProjectAndEnvironment?: boolean
    }): Board
    'dashboard.dynamic'(params: {
      spaceId: string
      projects?: string[]
      environments?: string[]
      includePrevious?: boolean
    }): Board
    /** Which environments of the board are in other spaces, and what is known of its items there. */
    'dashboard.remote'(params: { spaceId: string; projects?: string[] }): {
      Items: RemoteItem[]
      EnvironmentIds: string[]
    }
    'dashboard.eraseSpace'(params: { spaceId: string }): null
  }
  interface Events {
    'deployments.created': { spaceId: string; id: string }
    /** Of a release of another space: it wakes only. */
    'deployments.queuedImported': { spaceId: string; id: string; taskId: string }
  }
}

/** Beside the item of the same deployment, which no client lets hold more than it has. */
export interface RemoteItem {
  Id: string
  DeploymentId: string
  ProjectId: string
  EnvironmentId: string
  News: RemoteNews | null
}

export interface Board {
  Projects: unknown[]
  ProjectGroups: unknown[]
  Environments: Ref[]
  Tenants: unknown[]
  Items: DashboardItem[]
  ProjectLimit: number | null
  IsFiltered: boolean
}
