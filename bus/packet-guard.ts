/**
 * On the workers' bus any worker writes any packet, also in another's name. What matters is signed;
 * this keeps Moleculer itself from harm: no packet ends this process, has it keep streams, or takes
 * away from it what another node offers; and no forged one takes the place of the one that is waited for.
 */
import type { Middleware, ServiceBroker } from 'moleculer'
import { seldom } from './seldom.ts'

/** What one side knows of who is on its bus. */
export interface Guarding {
  /**
   * What a node of this name offers, actions by service, whatever is said in its name; null where there
   * is none.
   */
  nodeOf(name: string, metadata: unknown): Promise<Offers | null>
  /**
   * For each action whose answers are signed: whether this data is an answer to what was asked with
   * these parameters. What is none is passed over, and so are errors, which nobody signs: the question
   * waits on.
   */
  answers: Record<string, (params: unknown, data: unknown) => Promise<boolean>>
  /** Told once a minute at most of what was passed over. */
  passedOver(told: { command: string; sender: string; passedOver: number }): void
}

export type Offers = Record<string, readonly string[]>

type Handle = (command: string, packet: { payload?: Payload }) => Promise<boolean>
interface Payload {
  sender?: unknown
  stream?: unknown
  services?: Offered[]
  seq?: number
  metadata?: unknown
  id?: unknown
  success?: unknown
  data?: unknown
}

interface Offered {
  name: string
  fullName?: string
  actions?: Record<string, unknown>
}

/** Without `guarding` every node may be there and is believed what it offers: for a bus that nobody else can write on. */
export function guarded(guarding?: Guarding): Middleware {
  function takeCare(this: { broker: ServiceBroker }, next: Handle): Handle {
    const { broker } = this
    const told = seldom<{ command: string; sender: string }>((about) =>
      guarding
        ? guarding.passedOver(about)
        : broker.logger.warn('Packets on the bus are passed over', about),
    )

    return async (command, packet) => {
      const payload = packet.payload ?? {}
      const passOver = () => {
        told({ command, sender: String(payload.sender).slice(0, 100) })
        return false
      }
      try {
        // Moleculer ends a process in whose name another speaks.
        if (command === 'INFO' && payload.sender === broker.nodeID) return passOver()
        // Nobody on this bus sends one: neither its beginning nor a later piece.
        if (isAnswering(command) && (payload.stream || payload.seq)) return passOver()
        // Anybody could say it: who has really gone is silent, which Moleculer notices within seconds.
        if (command === 'DISCONNECT' && guarding) return false
        if (command === 'RES' && !(await isAnswer(broker, payload, guarding))) return passOver()
        if (command === 'INFO' && !(await takeOffers(broker, payload, guarding))) return false
        return await next(command, packet)
      } catch {
        return passOver()
      }
    }
  }

  // Moleculer's type has the result of this hook in place of the hook.
  return { name: 'Guarded', transitMessageHandler: takeCare } as unknown as Middleware
}

const isAnswering = (command: string) => command === 'REQ' || command === 'RES'

/** Also where nothing was asked, or not any more: Moleculer passes that over too. */
async function isAnswer(
  { transit }: ServiceBroker,
  { sender, id, success, data }: Payload,
  guarding: Guarding | undefined,
): Promise<boolean> {
  const asked = (transit as unknown as Asking).pendingRequests.get(String(id))
  const isRight = asked && guarding?.answers[asked.action.name]
  if (!asked || !isRight) return true
  return asked.nodeID === sender && success === true && (await isRight(asked.ctx.params, data))
}

/** Of Moleculer's transit what its types leave out. */
interface Asking {
  pendingRequests: Map<
    string,
    { action: { name: string }; nodeID: string; ctx: { params: unknown } }
  >
}

/**
 * What a node has offered once, it offers as long as it is known, whoever says otherwise in its name.
 * Nor does a number in a forged packet make its own next word an old one. Answers whether there is one.
 */
async function takeOffers(
  broker: ServiceBroker,
  payload: Payload,
  guarding: Guarding | undefined,
): Promise<boolean> {
  const name = String(payload.sender)
  const offers = await guarding?.nodeOf(name, payload.metadata)
  if (offers === null) return false
  if (offers) payload.services = servicesOf(offers)
  const node = broker.registry.nodes.get(name) as unknown as Known | undefined
  if (!node) return true
  payload.seq = node.seq + 1
  if (!offers) payload.services = withOffers(node.services, payload.services ?? [])
  return true
}

function withOffers(kept: readonly Offered[], told: readonly Offered[]): Offered[] {
  const said = new Map(told.map((service) => [service.name, service]))
  for (const before of kept) {
    const now = said.get(before.name)
    said.set(before.name, { ...now, ...before, actions: { ...now?.actions, ...before.actions } })
  }
  return [...said.values()]
}

/** As a node tells of its services. */
const servicesOf = (offers: Offers): Offered[] =>
  Object.entries(offers).map(([name, actions]) => ({
    ...{ name, fullName: name, settings: {}, metadata: {}, events: {} },
    actions: Object.fromEntries(
      actions.map((action) => [action, { name: action, rawName: action.split('.')[1] }]),
    ),
  }))

/** Of Moleculer's nodes what its types leave out. */
interface Known {
  seq: number
  services: Offered[]
}
