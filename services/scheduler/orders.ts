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
  /**
   * The worker's outcome, or a `SilentError`. `instance` is the process of it that is meant, where it is
   * not the one that is known.
   */
  send<W extends Wish>(
    to: Addressee,
    wish: W,
    options: { timeoutMs: number; signal?: AbortSignal; instance?: string | undefined },
  ): Promise<Outcomes[W['do']]>
  /**
   * Whether an answer to a question of this node is the worker's own, and to this question: for the guard
   * of the bus, so that a forged one does not take its place.
   */
  isAnswer(params: unknown, data: unknown): Promise<boolean>
}

interface Question {
  ask: string
  to: Addressee
  /** What the guard has read of the answer already. */
  read: Answer | null
}

export function ordersOver(broker: WorkerBroker, server: Party, roster: Roster): Orders {
  /** By the texts of their orders. */
  const questions = new Map<string, Question>()

  /** The answer, when the worker has signed it, to this question. */
  async function readAnswer(data: unknown, { ask, to }: Question): Promise<Answer> {
    const { answer } = (data ?? {}) as { answer?: unknown }
    const read = await unsealed<Answer>('answer', String(answer), { from: to.Keys, to: server })
      // A message that was changed, or is another's: what the worker says is still to come.
      .catch((cause) => {
        throw new SilentError('The answer was not signed by the worker.', { wasSent: true, cause })
      })
    if (read?.ask !== ask || read.worker !== to.Id)
      throw new SilentError('The answer was to another question.', { wasSent: true })
    return read
  }

  async function once<W extends Wish>(to: Addressee, wish: W, { instance: asked, timeout }: How) {
    // Asked before the call: an error that comes back could be another's, who says that nothing was sent.
    if (!isReachable(broker, to.Id))
      throw new SilentError('The worker is not on the bus.', { wasSent: false })
    const ask = randomUUID()
    const { epoch = 0, instance: known = null } = roster.momentOf(to.Id) ?? {}
    const about = { ask, worker: to.Id, epoch, instance: asked ?? known }
    const order = await sealed('order', { ...wish, ...about }, { from: server, to: to.Keys })
    const question: Question = { ask, to, read: null }
    questions.set(order, question)
    try {
      const data = await broker
        .call('worker.order', { order }, { nodeID: to.Id, timeout })
        .catch(asSilence)
      const read = question.read ?? (await readAnswer(data, question))
      return checked<W>(wish, to, read as Answer<W['do']>)
    } finally {
      questions.delete(order)
    }
  }

  function checked<W extends Wish>(wish: W, to: Addressee, read: Answer<W['do']>) {
    if ('fault' in read) throw new SilentError(String(read.fault), { wasSent: true, isFault: true })
    const { instance, epoch, beat } = read
    const lack = 'outcome' in read ? lackIn(wish.do, read.outcome) : null
    const isTimed = typeof instance === 'string' && [epoch, beat].every(Number.isSafeInteger)
    if (lack !== null || !isTimed)
      throw new SilentError(`Its answer is none: ${lack ?? 'it does not say when it was.'}`, {
        ...{ wasSent: true, isFault: true },
      })
    roster.answered(to.Id, { instance, epoch, beat })
    return read
  }

  return {
    async send(to, wish, { timeoutMs: timeout, signal, instance }) {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const read = await unlessAborted(once(to, wish, { timeout, instance }), signal)
        if ('outcome' in read) return read.outcome
      }
      throw new SilentError('The worker starts anew again and again.', { wasSent: false })
    },

    async isAnswer(params, data) {
      const question = questions.get(String((params as { order?: unknown }).order))
      if (!question) return false
      const read = await readAnswer(data, question).catch(() => null)
      question.read ??= read
      return read !== null
    },
  }
}

interface How {
  timeout: number
  instance: string | undefined
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
