export interface LogLine {
  Category: string
  OccurredAt: string
  MessageText: string
  Detail: string | null
  /** From 0, the newest. */
  Number: number
}

interface Counts {
  Global: { Spaces: number; Teams: number; Users: number }
  Infrastructure: {
    DeploymentTargets: number
    Environments: number
    Tenants: number
    WorkerPools: number
    Workers: number
  }
  Library: { Certificates: number; Packages: number; VariableSets: number }
  Project: {
    Deployments: number
    Projects: number
    Releases: number
    RunbookRuns: number
    Runbooks: number
  }
}

type Nothing = Record<never, never>

declare module '#bus' {
  interface Actions {
    'serverstatus.get'(params: Nothing): {
      IsDatabaseEncrypted: boolean
      IsMajorMinorUpgrade: boolean
      IsInMaintenanceMode: boolean
      IsPotentialClone: boolean
      IsUpgradeAvailable: boolean
      MaintenanceExpires: null
      MaximumAvailableVersion: null
      MaximumAvailableVersionCoveredByLicense: null
      Links: Record<string, string>
    }
    'serverstatus.health'(params: Nothing): {
      Description: string
      IsOperatingNormally: boolean
      IsCompliantWithLicense: boolean
      IsEntireClusterDrainingTasks: boolean
      IsEntireClusterReadOnly: boolean
    }
    'serverstatus.timezones'(params: Nothing): { Id: string; Name: string; IsLocal: boolean }[]
    /** Over all spaces that the caller may see. */
    'serverstatus.counts'(params: Nothing): Counts
    'serverstatus.info'(params: Nothing): {
      Version: string
      OSVersion: string
      /** Of the runtime, whatever its name was meant for. */
      ClrVersion: string
      Uptime: string
      WorkingSetBytes: number
      ThreadCount: number
      MinThreadPoolCount: number
    }
    /** The newest first. */
    'serverstatus.logs'(params: {
      skip?: number
      take?: number
      includeDetail?: boolean
    }): LogLine[]
    'serverstatus.extensions'(params: Nothing): unknown[]
    'serverstatus.toggles'(params: { name?: string }): {
      FeatureToggles: { Name: string; IsEnabled: boolean }[]
    }
    'serverstatus.capabilities'(params: Nothing): { Capabilities: string[] }
  }
}
