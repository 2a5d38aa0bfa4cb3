import type { ListParams, Page } from '#bus/page.ts'

interface ScriptPolicy {
  RunType: 'InheritFromDefault' | 'Inline' | 'OnlyConnectivity'
  ScriptBody: string | null
}

/** How targets and workers are watched. Times are of the form 'hh:mm:ss'. */
export interface MachinePolicy {
  Id: string
  SpaceId: string
  Name: string
  Description: string
  IsDefault: boolean
  ConnectionConnectTimeout: string
  ConnectionRetryCountLimit: number
  ConnectionRetrySleepInterval: string
  ConnectionRetryTimeLimit: string
  PollingRequestQueueTimeout: string
  PollingRequestMaximumMessageProcessingTimeout: string
  MachineHealthCheckPolicy: {
    HealthCheckType: 'RunScript' | 'OnlyConnectivity'
    HealthCheckInterval: string | null
    HealthCheckCron: string | null
    HealthCheckCronTimezone: string
    PowerShellHealthCheckPolicy: ScriptPolicy
    BashHealthCheckPolicy: ScriptPolicy
  }
  MachineConnectivityPolicy: { MachineConnectivityBehavior: string }
  MachineCleanupPolicy: { DeleteMachinesBehavior: string; DeleteMachinesElapsedTimeSpan: string }
  MachineUpdatePolicy: {
    CalamariUpdateBehavior: string
    TentacleUpdateBehavior: string
    TentacleUpdateAccountId: string | null
    KubernetesAgentUpdateBehavior: string
  }
  MachinePackageCacheRetentionPolicy: { Strategy: string }
  LastModifiedOn?: string
  LastModifiedBy?: string
}

declare module '#bus' {
  interface Actions {
    'machinepolicies.list'(params: ListParams): Page<MachinePolicy>
    'machinepolicies.get'(params: { spaceId: string; id: string }): MachinePolicy
    'machinepolicies.eraseSpace'(params: { spaceId: string }): null
    /** Makes the policy that every space has, unless there is one. */
    'machinepolicies.populate'(params: { spaceId: string }): null
    /** What a new policy begins as. */
    'machinepolicies.template'(params: { spaceId: string }): MachinePolicy
  }
}
