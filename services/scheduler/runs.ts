/** What workers ask of this node's scheduler. Nothing is believed that the worker has not signed. */
import { Errors, type Logger, type ServiceSchema } from 'moleculer'
import { defineWorkerService } from '#bus'
import { type Party, readSigned, sealed, unsealed } from '#bus/messages.ts'
import { type Ack, type Alive, LAST_TERM, type LogBatch, type RunProgress } from '#bus/orders.ts'
import { LONGEST_PROGRESS } from '#domain/run-limits.ts'
import type { Directory, Known } from './directory.ts'
import { BatchError, keepBatch } from './run-batches.ts'
import { lackIn } from './shapes.ts'
import { onceIn } from './telling.ts'
import type { FollowedNow, WorkersHub } from './workers-hub.ts'

const worker = { type: 'string', max: 100 } as const
/** A batch has at most 256 KB, and grows by a third when it is sealed. */
const MOST_SEALED = 1024 * 1024
const MOST_SMALL = 64 * 1024
/** What is refused is said once in so long for each worker, in ms: a flood of it is no flood of the log. */
const COMPLAIN_EACH_MS = 10_000
const REFUSED = 403
/** All who are none count as one: their names are as many as somebody likes. */
const NOBODY = ''

interface About {
  server: Party
  directory: Directory
  logger: Logger
  hub: WorkersHub
  /** Whether nobody will ask for the run any more, on this node or another. */
  isOver(runId: string): Promise<boolean>
  logged(task: string): void
  /** A worker has told of itself. */
  heard(alive: Alive, from: Known): void
}

export function runsService(about: About): ServiceSchema {
  const { server, directory, logger, hub } = about
  const isTimeToComplain = onceIn(COMPLAIN_EACH_MS)

  function refuse(worker: string, reason: string, about = worker): never {
    if (isTimeToComplain(about))
      logger.warn('A message of a worker was refused', { worker, reason })
    throw new Errors.MoleculerClientError(`The message is refused: ${reason}`, REFUSED, 'NOT_OURS')
  }

  /** The message, when this worker may be believed, and it has signed it. */
  async function read<T extends { worker: string }>(
    kind: 'alive' | 'batch' | 'progress',
    worker: string,
    open: (from: Known) => Promise<T>,
  ): Promise<{ message: T; from: Known }> {
    const from =
      (await directory.lately(worker)) ?? refuse(worker, 'no such worker is approved.', NOBODY)
    const message = await open(from).catch((error: Error) => refuse(worker, error.message))
    const lack = lackIn(kind, message)
    if (lack !== null) refuse(worker, lack)
    if (message.worker !== worker) refuse(worker, `it is of '${message.worker}'.`)
    return { message, from }
  }

  /** true when it is in the log. */
  async function keep(run: FollowedNow, batch: LogBatch): Promise<boolean> {
    await keepBatch(run, batch).catch((error) => {
      if (error instanceof BatchError) refuse(run.worker, error.message)
      throw error
    })
    about.logged(run.task)
    return true
  }

  /** Another has the task since, or the disk or the store is away: it is not waited for in silence. */
  function notNow(error: Error) {
    if ('code' in error && error.code === REFUSED) throw error
    logger.debug('A batch of a log was not taken', { reason: error.message })
    return false
  }

  return defineWorkerService('runs', {
    actions: {
      record: {
        params: { worker, batch: { type: 'string', max: MOST_SEALED } },
        async handler(ctx) {
          const { worker, batch } = ctx.params
          const { message, from } = await read('batch', worker, ({ Keys }) =>
            unsealed<LogBatch>('batch', batch, { from: Keys, to: server }),
          )
          const { runId, seq } = message
          const run = hub.followed(runId)
          const answer = async (state: Ack['state'], term: number) => ({
            ack: await sealed('ack', { runId, seq, state, term }, { from: server, to: from.Keys }),
          })
          if (!run) {
            // That it is not followed here may be because it is just taken over, or let go.
            const isOver = await about.isOver(runId).catch(notNow)
            return isOver ? answer('over', LAST_TERM) : answer('again', LAST_TERM)
          }
          if (run.worker !== worker) refuse(worker, `the run ${runId} is another's.`)
          // Another may hold the task since: then this line counts for nothing, and goes to that one.
          const isKept = run.isHeld() && (await keep(run, message).catch(notNow)) && run.isHeld()
          return isKept ? answer('kept', run.term) : answer('again', LAST_TERM)
        },
      },

      progress: {
        params: { worker, progress: { type: 'string', max: MOST_SMALL } },
        async handler(ctx) {
          const { worker, progress } = ctx.params
          const { message } = await read('progress', worker, ({ Keys }) =>
            unsealed<RunProgress>('progress', progress, { from: Keys, to: server }),
          )
          const run = hub.followed(message.runId)
          if (run?.worker !== worker) return null
          const percentage = Math.min(100, Math.max(0, message.percentage))
          run.progressed({ percentage, message: message.message.slice(0, LONGEST_PROGRESS) })
          return null
        },
      },

      alive: {
        params: { worker, alive: { type: 'string', max: MOST_SEALED } },
        async handler(ctx) {
          const { worker, alive } = ctx.params
          const { message, from } = await read('alive', worker, ({ Keys }) =>
            readSigned<Alive>('alive', alive, Keys),
          )
          about.heard(message, from)
          return null
        },
      },
    },
  })
}
