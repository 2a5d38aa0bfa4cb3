import { foldName } from './name.ts'

interface Ref {
  Id: string
  Name: string
  Slug?: string
}

interface ReleaseRef {
  Id: string
  Version: string
}

/** What is known when a deployment begins: resources as they are stored. */
export interface DeploymentFacts {
  /** Of this server, such as 'https://tako.example.com'. */
  baseUrl: string
  space: Ref
  project: Ref
  projectGroup: Ref
  environment: Ref & { SortOrder?: number }
  channel: Ref
  release: ReleaseRef & {
    ReleaseNotes: string
    Assembled: string
    CustomFields?: Record<string, string>
  }
  /** Of the project, the release before this one. */
  previousRelease?: ReleaseRef | null
  /** The one deployed to this environment before. */
  previousForEnvironment?: ReleaseRef | null
  /** The last that was deployed there with success, before this one. */
  currentForEnvironment?: ReleaseRef | null
  deployment: {
    Id: string
    Name: string
    Comments: string
    Created: string
    ForcePackageDownload: boolean
    ForcePackageRedeployment?: boolean
    QueueTime: string | null
    QueueTimeExpiry: string | null
  }
  /** The last deployment of the project to this environment that succeeded. */
  previousSuccessfulId?: string | null
  createdBy: { Id: string; Username: string; DisplayName: string; EmailAddress: string | null }
  task: { Id: string; Name: string }
}

/** The variables of a whole deployment, such as `Octopus.Release.Number`. */
export function deploymentVariables(facts: DeploymentFacts): Record<string, string> {
  const { space, project, environment, release, deployment, createdBy } = facts
  const baseUrl = facts.baseUrl.replace(/\/+$/, '')
  const pages = `${baseUrl}/app#/${space.Id}`
  return flattened('Octopus', {
    Space: refOf(space),
    Project: refOf(project),
    ProjectGroup: refOf(facts.projectGroup),
    Environment: { ...refOf(environment), SortOrder: environment.SortOrder },
    Release: {
      Id: release.Id,
      Number: release.Version,
      Notes: release.ReleaseNotes,
      Created: release.Assembled,
      Channel: { Id: facts.channel.Id, Name: facts.channel.Name },
      Previous: numberOf(facts.previousRelease),
      PreviousForEnvironment: numberOf(facts.previousForEnvironment),
      CurrentForEnvironment: numberOf(facts.currentForEnvironment),
      ...indexed('CustomFields', release.CustomFields ?? {}),
    },
    Deployment: {
      Id: deployment.Id,
      Name: deployment.Name,
      Comments: deployment.Comments,
      Created: deployment.Created,
      CreatedBy: {
        Id: createdBy.Id,
        Username: createdBy.Username,
        DisplayName: createdBy.DisplayName,
        EmailAddress: createdBy.EmailAddress,
      },
      ForcePackageDownload: deployment.ForcePackageDownload,
      ForcePackageRedeployment: deployment.ForcePackageRedeployment,
      PreviousSuccessful: { Id: facts.previousSuccessfulId },
    },
    Task: {
      Id: facts.task.Id,
      Name: facts.task.Name,
      QueueTime: deployment.QueueTime,
      QueueTimeExpiry: deployment.QueueTimeExpiry,
    },
    Web: {
      BaseUrl: baseUrl,
      ServerUri: baseUrl,
      ProjectLink: `${pages}/projects/${project.Id}`,
      ReleaseLink: `${pages}/releases/${release.Id}`,
      DeploymentLink: `${pages}/deployments/${deployment.Id}`,
    },
  })
}

/** What one action of a step knows beside that. */
export interface ActionFacts {
  step: { Id: string; Name: string; number: string }
  action: { Id: string; Name: string; number: string }
  /** Of the action, evaluated; without sensitive ones. Keys such as 'Octopus.Action.RunOnServer'. */
  properties?: Record<string, string>
  workerPool?: { Id: string; Name: string } | null
}

export function actionVariables(facts: ActionFacts): Record<string, string> {
  const { step, action, workerPool } = facts
  return {
    ...facts.properties,
    ...flattened('Octopus', {
      Step: { Id: step.Id, Name: step.Name, Number: step.number },
      Action: { Id: action.Id, Name: action.Name, Number: action.number, IsSkipped: false },
      WorkerPool: workerPool ? { Id: workerPool.Id, Name: workerPool.Name } : {},
    }),
  }
}

/** How a step or an action is, for those after it. */
export interface Status {
  name: string
  code: 'Pending' | 'Skipped' | 'Abandoned' | 'Canceled' | 'Running' | 'Succeeded' | 'Failed'
  error?: string | null
  errorDetail?: string | null
}

/** `Octopus.Step[Deploy web].Status.Code`, and the same of actions by 'Action'. */
export function statusVariables(
  kind: 'Step' | 'Action',
  states: readonly Status[],
): Record<string, string> {
  const parts = states.map(({ name, code, error, errorDetail }) =>
    flattened(`Octopus.${kind}[${name}].Status`, {
      Code: code,
      Error: error,
      ErrorDetail: errorDetail,
    }),
  )
  return Object.assign({}, ...parts)
}

export interface ActionOutputs {
  action: string
  /** The machine that it ran on or for; null where a worker ran it for none. */
  machine?: string | null
  outputs: readonly { name: string; value: string }[]
}

/**
 * What later steps see of the outputs, those that finished first coming first: of several
 * machines the last has the plain name. Seen from `machine`, its own outputs have it.
 */
export function outputVariables(
  finished: readonly ActionOutputs[],
  machine: string | null = null,
): Record<string, string> {
  const isOwn = (part: ActionOutputs) =>
    machine !== null && foldName(part.machine ?? '') === foldName(machine)
  const inOrder = [...finished.filter((part) => !isOwn(part)), ...finished.filter(isOwn)]
  const pairs = inOrder.flatMap((part) => {
    const output = `Octopus.Action[${part.action}].Output`
    return part.outputs.flatMap(({ name, value }) => [
      [`${output}.${name}`, value],
      ...(part.machine ? [[`${output}[${part.machine}].${name}`, value]] : []),
    ])
  })
  return Object.fromEntries(pairs)
}

const userSettable = new Set(
  [
    'Octopus.Action.MaxParallelism',
    'Octopus.Acquire.MaxParallelism',
    'Octopus.Acquire.DeltaCompressionEnabled',
    'OctopusPrintVariables',
    'OctopusPrintEvaluatedVariables',
    'OctopusBypassDeploymentMutex',
    'Octopus.Task.ConcurrencyTag',
    'OctopusSkipFreeDiskSpaceCheck',
    'OctopusFreeDiskSpaceOverrideInMegaBytes',
    'OctopusShouldFailDeploymentOnSubstitutionFails',
    'OctopusSuppressDuplicateVariableWarning',
    'OctopusDeleteScriptsOnCleanup',
    'Octopus.Action.Package.RunScripts',
    'Octopus.Action.PowerShell.CustomPowerShellVersion',
    'Octopus.Action.PowerShell.ExecuteWithoutProfile',
    'Octopus.Action.Script.SuppressEnvironmentLogging',
    'Octopus.Action.FailScriptOnErrorOutput',
    'Octopus.Deployment.WorkerLeaseCap',
  ].map(foldName),
)

/** Whether a project's own variable of this name comes before the system's. */
export const isUserSettable = (name: string): boolean => userSettable.has(foldName(name))

/** Undefined and null have no variable at all. */
type Value = string | number | boolean | null | undefined | Values
interface Values {
  [name: string]: Value
}

function flattened(prefix: string, values: Values): Record<string, string> {
  const parts = Object.entries(values).map(([key, value]): Record<string, string> => {
    const name = `${prefix}.${key}`
    if (value === null || value === undefined) return {}
    if (typeof value === 'object') return flattened(name, value)
    if (typeof value === 'boolean') return { [name]: value ? 'True' : 'False' }
    return { [name]: String(value) }
  })
  return Object.assign({}, ...parts)
}

const refOf = ({ Id, Name, Slug }: Ref): Values => ({ Id, Name, Slug })

const numberOf = (release: ReleaseRef | null | undefined): Values =>
  release ? { Id: release.Id, Number: release.Version } : {}

const indexed = (name: string, values: Record<string, string>): Values =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`${name}[${key}]`, value]))
