import type { PublicKeys } from '#bus/messages.ts'

/** A worker as this node hears it. */
export interface WorkerAlive {
  Id: string
  /** ISO, by this node's clock. */
  LastSeen: string
  /** For how long this node has listened since then, in ms: not while the bus was away. */
  SilentMs: number
  Slots: number
  /** Ids of runs. */
  Running: string[]
  FreeDiskBytes: number
  /** Why it takes nothing new; null when it does. */
  Refuses: string | null
}

declare module '#bus' {
  interface Actions {
    /** What this node's scheduler does now: for the REPL and tests. */
    'scheduler.status'(params: Record<never, never>): {
      node: string
      executing: string[]
      /** The built-in worker's process; null between two. */
      workerPid: number | null
      isWorkerThere: boolean
    }
    /** The workers that this node has heard since its start; all of them, or those with these ids. */
    'scheduler.alive'(params: { ids?: string[] }): WorkerAlive[]
    /** For how long this node has listened to workers since its start, in ms. */
    'scheduler.listened'(params: Record<never, never>): { Ms: number }
    /** By what workers know this server, and where they meet it. */
    'scheduler.keys'(params: Record<never, never>): {
      keys: PublicKeys
      fingerprint: string
      /** The name of the workers' bus. */
      bus: string
    }
  }
}
