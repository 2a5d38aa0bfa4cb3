import type { PublicKeys } from '#bus/messages.ts'

/** What a node has heard of a worker last. */
export interface WorkerAlive {
  Id: string
  /** By this node's clock. */
  LastSeen: string
  /** For how long this node has listened since then, in ms: not while the bus was away. */
  SilentMs: number
  Slots: number
  /** Ids of the runs that it has. */
  Running: string[]
  FreeDiskBytes: number
  /** Why it takes nothing new, in a sentence; null when it does. */
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
    /** By what workers know this server, and where they meet it: the name of their bus. */
    'scheduler.keys'(params: Record<never, never>): {
      keys: PublicKeys
      fingerprint: string
      bus: string
    }
    /** The workers that this node hears, or those of these ids. */
    'scheduler.alive'(params: { ids?: string[] }): WorkerAlive[]
    /** For how long this node has listened to workers since its start, in ms. */
    'scheduler.listened'(params: Record<never, never>): { Ms: number }
    /** What a run's token allows now. Fails with a 401 when its run is not under way. */
    'scheduler.checkRunToken'(params: { token: string }): {
      runId: string
      spaceId: string
      taskId: string
      /** The id of its activity in the task's log. */
      activity: string
      /** The name of the action that it runs. */
      step: string
      /** Hexadecimal SHA-256 of the packages that may be fetched. */
      packages: string[]
    }
    /**
     * Where this very node answers, for its built-in worker. `certificate`: hexadecimal SHA-256 of the
     * one that it shows, null without HTTPS.
     */
    'scheduler.servesAt'(params: { url: string; certificate: string | null }): null
  }
}
