/** A worker's own word that it lives, to every scheduler that hears it. */
import { type Party, signed } from '#bus/messages.ts'
import type { Alive, Moment } from '#bus/orders.ts'
import type { WorkerBroker } from '#bus/worker-broker.ts'
import type { Epochs } from './epochs.ts'

const EACH_MS = 2_000
/** However much changes, it is not said more often. */
const AT_MOST_EACH_MS = 200
/** Who has not taken it by then has the next one. */
const TIMEOUT_MS = 5_000

export interface Teller {
  broker: WorkerBroker
  worker: string
  party: Party
  epochs: Epochs
  /** What is said. */
  facts(): Omit<Alive, 'worker' | 'startedAt' | keyof Moment>
  /** A scheduler does not know this worker, or does not say why it is not heard. */
  refused(error: Error): void
}

export type Telling = ReturnType<typeof tellAlive>

/** Says it every two seconds, as soon as a scheduler comes, and when it is asked to. */
export function tellAlive({ broker, worker, party, epochs, facts, refused }: Teller) {
  const startedAt = Date.now()
  let lastAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | null = null
  let isEnded = false

  /** Resolves when those who hear it have taken it. */
  async function say(): Promise<void> {
    lastAt = performance.now()
    const said: Alive = { worker, startedAt, ...epochs.nextMoment(), ...facts() }
    const nodes = schedulersOn(broker)
    if (nodes.length === 0) return
    const alive = await signed('alive', said, party)
    await Promise.all(
      nodes.map((nodeID) =>
        broker
          .call('runs.alive', { worker, alive }, { nodeID, timeout: TIMEOUT_MS })
          .catch(refused),
      ),
    )
  }

  function sayLogged() {
    // Nobody may be there to hear it; the next one comes in any case.
    say().catch((error) => broker.logger.warn('It could not be said that this worker lives', error))
  }

  function plan(ms: number) {
    if (timer) clearTimeout(timer)
    timer = setTimeout(() => {
      plan(EACH_MS)
      sayLogged()
    }, ms)
  }

  /** Something is different: said at once, unless something was said just now. */
  function changed() {
    if (!isEnded) plan(Math.max(0, lastAt + AT_MOST_EACH_MS - performance.now()))
  }

  for (const event of ['$transporter.connected', '$node.connected', '$node.updated'])
    broker.localBus.on(event, changed)
  changed()

  return {
    changed,
    /** Says it a last time, and nothing more. */
    async end() {
      isEnded = true
      if (timer) clearTimeout(timer)
      await say()
    },
  }
}

/** The nodes that take logs of runs. */
function schedulersOn(broker: WorkerBroker): string[] {
  return broker.registry
    .getServiceList({ skipInternal: true, onlyAvailable: true })
    .filter(({ name }) => name === 'runs')
    .map(({ nodeID }) => String(nodeID))
}
