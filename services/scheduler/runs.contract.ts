declare module '#bus' {
  interface WorkerActions {
    /** Takes a sealed `LogBatch` of a run that this node executes; answers with a sealed `Ack` once it is in the log's file. `worker` says whose signature to expect. Fails (503, 'NOT_HERE', retryable) where the run is not executed here. */
    'runs.record'(params: { worker: string; batch: string }): { ack: string }
    /** A sealed `RunProgress`. A lost one is not missed. */
    'runs.progress'(params: { worker: string; progress: string }): null
    /** A signed `Alive`. */
    'runs.alive'(params: { worker: string; alive: string }): null
  }
}

export {}
