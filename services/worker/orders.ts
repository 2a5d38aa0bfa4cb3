/** From a sealed order to a sealed answer: only what the server has signed for this worker is obeyed. */
import { Errors, Validators } from 'moleculer'
import { type Party, type PublicKeys, sealed, unsealed } from '#bus/messages.ts'
import type { Answer, Order, Outcomes, WorkerReport } from '#bus/orders.ts'
import type { Epochs } from './epochs.ts'
import type { Runs } from './runs.ts'

/** A longer wait would outlive what lies between. */
const LONGEST_WAIT_MS = 60_000
const LONGEST_FAULT = 1_000
/** So many runs one order may name. */
const MOST_FORGOTTEN = 1_000
/** What may be asked of a process whose epoch nobody knows yet. */
const TIMELESS: ReadonlySet<Order['do']> = new Set(['describe', 'leave'])

export interface OrderTaker {
  worker: string
  party: Party
  server: PublicKeys
  epochs: Epochs
  runs: Pick<Runs, 'run' | 'stop' | 'forget'>
  report(): Promise<WorkerReport>
  /** The server wants this process to end, for a reason. */
  leave(reason: string): void
  /** Told of each order that is not obeyed. */
  rejected(reason: string): void
}

/** Gives what takes an order as text and resolves with its answer as text. */
export function takeOrders(taker: OrderTaker): (text: string) => Promise<string> {
  const { worker, party, server, epochs, rejected } = taker

  async function read(text: string): Promise<Order> {
    const order = await unsealed<Order>('order', text, { from: server, to: party }).catch(() => {
      throw refusal('The order is not signed by the server of this worker, or not for it.')
    })
    if (order?.worker !== worker) throw refusal('The order is for another worker.')
    const { instance } = epochs.moment()
    // It was for the one before this one, or for another that has the same name: that one answers.
    if ((order.instance ?? instance) !== instance)
      throw notOurs('The order is for another process.')
    return order
  }

  async function answerTo(order: Order) {
    checkShape(order)
    const isTimely =
      TIMELESS.has(order.do) || (order.instance !== null && epochs.accepts(order.epoch))
    return isTimely ? { outcome: await obey(taker, order) } : { stale: true as const }
  }

  /** Signed like any answer: so it is known that it is the worker's own. */
  function faultOf(error: unknown) {
    const fault = error instanceof Error ? error.message : String(error)
    rejected(fault)
    return { fault: fault.slice(0, LONGEST_FAULT) }
  }

  function refusal(reason: string): Error {
    rejected(reason)
    return notOurs(reason)
  }

  return async (text) => {
    const order = await read(text)
    const done = await answerTo(order).catch((error) => faultOf(error))
    const answer: Answer = { ask: order.ask, worker, ...epochs.moment(), ...done }
    return sealed('answer', answer, { from: party, to: server })
  }
}

const notOurs = (reason: string) => new Errors.MoleculerClientError(reason, 400, 'NOT_OURS')

async function obey(
  { runs, report, leave }: OrderTaker,
  order: Order,
): Promise<Outcomes[keyof Outcomes]> {
  switch (order.do) {
    case 'run':
      return runs.run(order)
    case 'stop':
      return { found: runs.stop(order) }
    case 'forget':
      return { found: await runs.forget(order.runs) }
    case 'describe':
      return report()
    case 'leave':
      leave(order.reason)
      return null
  }
}

/** It names a folder too, so it is never '..' and has no slash. */
const runId = { type: 'string', pattern: /^[A-Za-z0-9][A-Za-z0-9.-]{0,199}$/ } as const
const ask = { type: 'string', min: 8, max: 100 } as const
const epoch = { type: 'number', integer: true } as const
const term = { type: 'number', integer: true, min: 1 } as const
const texts = { type: 'record', key: 'string', value: 'string' } as const
const spec = {
  type: 'object',
  nullable: true,
  props: {
    syntax: 'string',
    body: 'string',
    scriptFile: { type: 'object', nullable: true },
    parameters: 'string',
    variables: texts,
    secrets: { type: 'array', items: 'string' },
    failOnErrorOutput: 'boolean',
    timeoutMs: { type: 'number', min: 0 },
    packages: { type: 'array', items: 'object' },
    deployment: { type: 'object', nullable: true },
    files: 'object',
  },
} as const

const validator = new Validators.Fastest()
const shapes = {
  run: validator.compile({
    ...{ runId, ask, epoch, spec },
    waitMs: { type: 'number', min: 0, max: LONGEST_WAIT_MS },
    replyTo: { type: 'string', min: 1, max: 200 },
    term,
  }),
  stop: validator.compile({ runId, ask, epoch, term }),
  forget: validator.compile({
    ...{ ask, epoch },
    runs: { type: 'array', items: { type: 'object', props: { runId, term } }, max: MOST_FORGOTTEN },
  }),
  describe: validator.compile({ ask }),
  leave: validator.compile({ ask, reason: { type: 'string', max: LONGEST_FAULT } }),
}

/** An order may be the server's and yet of another version of Tako. */
function checkShape(order: Order) {
  const check = Object.hasOwn(shapes, order.do) ? shapes[order.do] : undefined
  if (!check) throw new Error(`There is no order '${String(order.do).slice(0, 50)}'.`)
  const faults = check(order as unknown as Record<string, unknown>)
  if (Array.isArray(faults)) {
    throw new Error(faults.map(({ message }) => message ?? 'The order is not whole.').join(' '))
  }
}
