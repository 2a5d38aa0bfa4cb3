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
  /** It was stopped, or has said nothing for a minute. */
  IsOffline: boolean
  RunningTaskCount: number
}

declare module '#bus' {
  interface Actions {
    'nodes.list'(params: {
      skip?: number
      take?: number
      ids?: string[]
      partialName?: string
      name?: string
    }): Page<ServerNode>
    'nodes.get'(params: { id: string }): ServerNode
    'nodes.modify'(params: {
      id: string
      MaxConcurrentTasks?: number
      IsInMaintenanceMode?: boolean
    }): ServerNode
    'nodes.remove'(params: { id: string }): null
    'nodes.summary'(params: Record<never, never>): {
      Nodes: ServerNode[]
      /** Every node that is there takes no new tasks. */
      IsEntireClusterDrainingTasks: boolean
    }
    /** About the node that is asked: fails with 418 while it drains. */
    'nodes.ping'(params: Record<never, never>): { Id: string; Name: string }
  }
  interface Events {
    'nodes.changed': { id: string }
  }
}
