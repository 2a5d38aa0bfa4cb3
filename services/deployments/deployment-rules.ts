/** What may be said of a deployment in a request, and of a list of them. */
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { promotionStates } from '#domain/promotion/promotion-state.ts'
import type { StoredDeployment } from './deployment.model.ts'
import { inState } from './facts.ts'

const ids = { type: 'array', items: 'string', convert: true, optional: true, max: 10_000 } as const
const list = { type: 'array', items: 'string', default: [], max: 10_000 } as const
const text = { type: 'string', optional: true } as const
const flag = { type: 'boolean', optional: true } as const
const priority = {
  type: 'enum',
  values: ['LifecycleDefault', 'On', 'Off'],
  optional: true,
} as const
const names = { type: 'array', items: 'string', optional: true, max: 10_000 } as const

/** The validator's rules for `DeploymentWishes`. */
export const wishRules = {
  SkipActions: list,
  FormValues: { type: 'record', key: 'string', value: 'string', default: {} },
  Comments: { type: 'string', default: '', max: 100_000 },
  UseGuidedFailure: flag,
  ForcePackageDownload: { type: 'boolean', default: false },
  ForcePackageRedeployment: { type: 'boolean', default: false },
  QueueTime: text,
  QueueTimeExpiry: text,
  SpecificMachineIds: list,
  ExcludedMachineIds: list,
  Priority: priority,
} as const

/** The validator's rules for `DeployCommand`. */
export const commandRules = {
  ProjectName: { type: 'string', min: 1 },
  ReleaseVersion: { type: 'string', min: 1 },
  EnvironmentNames: { type: 'array', items: 'string', min: 1, max: 1000 },
  SkipStepNames: names,
  Variables: { type: 'record', key: 'string', value: 'string', optional: true },
  UseGuidedFailure: flag,
  ForcePackageDownload: flag,
  ForcePackageRedeployment: flag,
  UpdateVariableSnapshot: flag,
  SpecificMachineNames: names,
  ExcludedMachineNames: names,
  RunAt: text,
  NoRunAfter: text,
  Comments: { ...text, max: 100_000 },
  Priority: priority,
} as const

const state = { type: 'enum', values: [...promotionStates] } as const

/** The validator's rule for what another space tells. */
export const newsRule = {
  type: 'object',
  props: {
    State: state,
    RemoteSpace: 'string',
    At: { type: 'string', nullable: true },
    ReceivedAt: 'string',
    Error: { type: 'string', max: 10_000 },
    Environments: {
      type: 'array',
      optional: true,
      max: 10_000,
      items: { type: 'object', props: { Name: 'string', State: state } },
    },
  },
} as const

/** The validator's rules for the filters of the list. */
export const filterRules = {
  projects: ids,
  environments: ids,
  tenants: ids,
  channels: ids,
  releaseId: text,
  taskState: text,
} as const

/** The filters of a list of deployments as the store understands them. */
export async function whereOf(
  broker: Pick<Bus, 'call'>,
  deployments: Model<StoredDeployment>,
  asked: {
    spaceId: string
    projects?: string[]
    environments?: string[]
    tenants?: string[]
    channels?: string[]
    releaseId?: string
    taskState?: string
  },
): Promise<Record<string, unknown>> {
  const { spaceId, projects, environments, tenants, channels, releaseId, taskState } = asked
  return {
    SpaceId: spaceId,
    ...(projects && { ProjectId: { $in: projects } }),
    ...(environments && { EnvironmentId: { $in: environments } }),
    ...(tenants && { TenantId: { $in: tenants } }),
    ...(channels && { ChannelId: { $in: channels } }),
    ...(releaseId && { ReleaseId: releaseId }),
    ...(taskState && (await inState(broker, deployments, spaceId, taskState))),
  }
}
