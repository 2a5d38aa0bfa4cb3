/** Sends orders to workers, and believes only answers that they have signed. */
import { randomUUID } from 'node:crypto'
import { type Party, type PublicKeys, sealed, unsealed } from '#bus/messages.ts'
import type { Answer, Outcomes, Wish } from '#bus/orders.ts'
import type { WorkerBroker } from '#bus/worker-broker.ts'
import type { Roster } from './roster.ts'
import { lackIn } from './shapes.ts'
import { SilentError } from './workers-bus.ts'

/** What is needed of a worker to talk to it. */
export interface Addressee {
  Id: string
  Keys: PublicKeys
}

/** A worker whose epoch has changed is asked once more with the new one. */
const MOST_TRIES = 3

export interface Orders {
  /** The worker's outcome, or a `SilentError`. */
  send<W extends Wish>(
    to: Addressee,
    wish: W,
    options: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<Outcomes[W['do']]>
}

export function ordersOver(broker: WorkerBroker, server: Party, roster: Roster): Orders {
  async function once<W extends Wish>(to: Addressee, wish: W, timeout: number) {
    // Asked before the call: an error that comes back could be another's, who says that nothing was sent.
    if (!isReachable(broker, to.Id))
      throw new SilentError('The worker is not on the bus.', { wasSent: false })
    const ask = randomUUID()
    const epoch = roster.epochOf(to.Id)
    const order = await sealed(
      'order',
      { ...wish, ask, worker: to.Id, epoch },
      { from: server, to: to.Keys },
    )
    const { answer } = await broker
      .call('worker.order', { order }, { nodeID: to.Id, timeout })
      .catch(asSilence)
    const read = await unsealed<Answer<W['do']>>('answer', answer, { from: to.Keys, to: server })
      // A message that was changed, or is another's: what the worker says is still to come.
      .catch((cause) => {
        throw new SilentError('The answer was not signed by the worker.', { wasSent: true, cause })
      })
    if (read?.ask !== ask || read.worker !== to.Id)
      throw new SilentError('The answer was to another question.', { wasSent: true })
    if ('fault' in read) throw new SilentError(String(read.fault), { wasSent: true, isFault: true })
    const lack = 'outcome' in read ? lackIn(wish.do, read.outcome) : null
    if (lack !== null || !Number.isSafeInteger(read.epoch))
      throw new SilentError(`Its answer is none: ${lack ?? 'it has no epoch.'}`, {
        ...{ wasSent: true, isFault: true },
      })
    roster.answered(to.Id, read.epoch)
    return read
  }

  return {
    async send(to, wish, { timeoutMs, signal }) {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const read = await unlessAborted(once(to, wish, timeoutMs), signal)
        if ('outcome' in read) return read.outcome
      }
      throw new SilentError('The worker starts anew again and again.', { wasSent: false })
    },
  }
}

function isReachable(broker: WorkerBroker, worker: string): boolean {
  const { registry } = broker as unknown as { registry: Registry }
  return registry.getActionEndpointByNodeId('worker.order', worker)?.isAvailable === true
}

/** Of Moleculer's registry what its types leave out. */
interface Registry {
  getActionEndpointByNodeId(action: string, nodeID: string): { isAvailable: boolean } | null
}

/** The bus has ended the call, or somebody says so in the worker's name: its own errors are signed. */
function asSilence(error: Error): never {
  throw new SilentError(error.message, { wasSent: true, cause: error })
}

/** Its answer, or a silence as soon as the signal is aborted. */
async function unlessAborted<T>(answer: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return answer
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(new SilentError('It is asked anew.', { wasSent: true, isNudge: true }))
  // Whichever comes second is nobody's concern any more.
  promise.catch(() => {})
  answer.catch(() => {})
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  try {
    return await Promise.race([answer, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
