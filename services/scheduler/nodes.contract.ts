import type { Page } from '#bus/page.ts'

/** A process that serves the API and runs the scheduler. */
export interface ServerNode {
  Id: string
  Name: string
  /** How many tasks it executes at once. */
  MaxConcurrentTasks: number
  /** It finishes what runs and takes nothing new. */
  IsInMaintenanceMode: boolean
  LastSeen: string
  /** Not older than a minute. */
  IsOffline: boolean
  RunningTaskCount: number
}

declare module '#bus' {
  interface Actions {
    'nodes.list'(params: { skip?: number; take?: number }): Page<ServerNode>
    'nodes.get'(params: { id: string }): ServerNode
    'nodes.modify'(params: {
      id: string
      MaxConcurrentTasks?: number
      IsInMaintenanceMode?: boolean
    }): ServerNode
    'nodes.summary'(params: Record<never, never>): { Nodes: ServerNode[] }
  }
  interface Events {
    'nodes.changed': { id: string }
  }
}
