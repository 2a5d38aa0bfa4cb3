/** The way of logs and progress to the scheduler that has a run. */
import { Errors } from 'moleculer'
import { type Party, type PublicKeys, sealed, unsealed } from '#bus/messages.ts'
import type { Ack, LogBatch, RunProgress } from '#bus/orders.ts'
import { seldom } from '#bus/seldom.ts'
import type { WorkerBroker } from '#bus/worker-broker.ts'
import type { Batch } from './batches.ts'

/** Whoever does not acknowledge a batch within this time gets it again, in ms. */
const RECORD_TIMEOUT_MS = 10_000

export interface SealedBatch {
  runId: string
  seq: number
  text: string
}

/** What is said of a batch that need not be sent again. */
export type Taken = Ack & { state: 'kept' | 'over' }

/** How runs tell their server of themselves: `to` is the node that has the run. */
export interface Outlet {
  /** The text by which the server alone reads the batch. To make it takes longer than most of what else is done. */
  seal(runId: string, batch: Batch): Promise<string>
  /** Resolves with what the server says to the batch, and fails where nothing believable was said. */
  record(to: string, batch: SealedBatch): Promise<Taken>
  progress(to: string, progress: { runId: string; percentage: number; message: string }): void
  failed(error: unknown): void
  /** Whether an acknowledgement is the server's own, and of the batch that was sent: for the guard of the bus. */
  isAnswer(params: unknown, data: unknown): Promise<boolean>
}

interface Ends {
  broker: WorkerBroker
  worker: string
  party: Party
  server: PublicKeys
}

export function outletOn({ broker, worker, party, server }: Ends): Outlet {
  const ends = { from: party, to: server }
  /** By their sealed texts. */
  const underWay = new Map<string, SealedBatch>()
  const warn = seldom((told) => broker.logger.warn('A batch of a log was not acknowledged', told))

  return {
    seal(runId, batch) {
      const message: LogBatch = { worker, runId, ...batch }
      return sealed('batch', message, ends)
    },

    async record(nodeID, batch) {
      const params = { worker, batch: batch.text }
      const options = { nodeID, timeout: RECORD_TIMEOUT_MS }
      underWay.set(batch.text, batch)
      try {
        const { ack } = await broker.call('runs.record', params, options)
        const read = await readAck(ack, batch, { from: server, to: party })
        if (read.state === 'again') throw new Error('The server does not take it just now.')
        return { ...read, state: read.state }
      } finally {
        underWay.delete(batch.text)
      }
    },

    async isAnswer(params, data) {
      const batch = underWay.get(String((params as { batch?: unknown }).batch))
      const { ack } = (data ?? {}) as { ack?: unknown }
      return batch !== undefined && isAck(ack, batch, { from: server, to: party })
    },

    progress(nodeID, progress) {
      const message: RunProgress = { worker, ...progress }
      sealed('progress', message, ends)
        .then((text) =>
          broker.call(
            'runs.progress',
            { worker, progress: text },
            { nodeID, timeout: RECORD_TIMEOUT_MS },
          ),
        )
        // A later one says more: what is lost is not sent again.
        .catch((error) => broker.logger.debug('Progress lost', { reason: String(error) }))
    },

    failed: (error) => warn({ reason: error instanceof Error ? error.message : String(error) }),
  }
}

const STATES: ReadonlySet<Ack['state']> = new Set(['kept', 'over', 'again'])

const isAck = (text: unknown, batch: SealedBatch, ends: Parameters<typeof readAck>[2]) =>
  readAck(text, batch, ends).then(
    () => true,
    () => false,
  )

async function readAck(
  text: unknown,
  { runId, seq }: { runId: string; seq: number },
  ends: { from: PublicKeys; to: Party },
): Promise<Ack> {
  const ack = await unsealed<Ack>('ack', String(text), ends).catch((cause) => {
    throw notBelieved('The server has not signed it.', cause)
  })
  if (ack.runId !== runId || ack.seq !== seq) throw notBelieved('It is for another batch.')
  if (!STATES.has(ack.state)) throw notBelieved('It says nothing known.')
  return ack
}

const notBelieved = (reason: string, cause?: unknown) =>
  Object.assign(
    new Errors.MoleculerError(`An acknowledgement is not believed: ${reason}`, 500, 'NOT_BELIEVED'),
    { cause },
  )
