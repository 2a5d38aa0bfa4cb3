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
  }
}

export {}
