import { Schema } from 'mongoose'
import { named } from '#store/named.ts'
import { resource } from '#store/resource.ts'
import type { MachinePolicy } from './machinepolicies.contract.ts'

export const machinePolicySchema = new Schema<MachinePolicy>({
  SpaceId: { type: String, required: true },
  Description: { type: String, default: '' },
  IsDefault: { type: Boolean, default: false },
  ConnectionConnectTimeout: String,
  ConnectionRetryCountLimit: Number,
  ConnectionRetrySleepInterval: String,
  ConnectionRetryTimeLimit: String,
  PollingRequestQueueTimeout: String,
  PollingRequestMaximumMessageProcessingTimeout: String,
  MachineHealthCheckPolicy: Schema.Types.Mixed,
  MachineConnectivityPolicy: Schema.Types.Mixed,
  MachineCleanupPolicy: Schema.Types.Mixed,
  MachineUpdatePolicy: Schema.Types.Mixed,
  MachinePackageCacheRetentionPolicy: Schema.Types.Mixed,
  LastModifiedOn: String,
  LastModifiedBy: String,
})
  .plugin(resource)
  .plugin(named, { per: 'SpaceId' })

/** A policy as it is before anybody has changed it. */
export const defaultPolicy = {
  Description: '',
  IsDefault: false,
  ConnectionConnectTimeout: '00:01:00',
  ConnectionRetryCountLimit: 5,
  ConnectionRetrySleepInterval: '00:00:01',
  ConnectionRetryTimeLimit: '00:05:00',
  PollingRequestQueueTimeout: '00:02:00',
  PollingRequestMaximumMessageProcessingTimeout: '00:10:00',
  MachineHealthCheckPolicy: {
    HealthCheckType: 'RunScript',
    HealthCheckInterval: '01:00:00',
    HealthCheckCron: null,
    HealthCheckCronTimezone: 'UTC',
    PowerShellHealthCheckPolicy: { RunType: 'InheritFromDefault', ScriptBody: null },
    BashHealthCheckPolicy: { RunType: 'InheritFromDefault', ScriptBody: null },
  },
  MachineConnectivityPolicy: { MachineConnectivityBehavior: 'ExpectedToBeOnline' },
  MachineCleanupPolicy: {
    DeleteMachinesBehavior: 'DoNotDelete',
    DeleteMachinesElapsedTimeSpan: '00:00:00',
  },
  MachineUpdatePolicy: {
    CalamariUpdateBehavior: 'UpdateOnDeployment',
    TentacleUpdateBehavior: 'NeverUpdate',
    TentacleUpdateAccountId: null,
    KubernetesAgentUpdateBehavior: 'Update',
  },
  MachinePackageCacheRetentionPolicy: { Strategy: 'Default' },
} satisfies Omit<MachinePolicy, 'Id' | 'SpaceId' | 'Name'>
