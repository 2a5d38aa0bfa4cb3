declare module '#bus' {
  interface WorkerActions {
    /** Does what the sealed order says (`bus/orders.ts`, `Order`), and answers with a sealed `Answer`. An order that the server has not signed, or that is for another worker, is an error (400, type 'NOT_OURS') and changes nothing. */
    'worker.order'(params: { order: string }): { answer: string }
  }
}

export {}
