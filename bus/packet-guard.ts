/**
 * On the workers' bus any worker writes any packet, also in another's name. What matters is signed;
 * this keeps Moleculer itself from harm: no packet ends this process, has it keep streams, or takes
 * away from it what another node offers.
 */
import type { Middleware, ServiceBroker } from 'moleculer'

type Handle = (command: string, packet: { payload?: Payload }) => Promise<boolean>
interface Payload {
  sender?: unknown
  stream?: unknown
  services?: Offered[]
  seq?: number
}

interface Offered {
  name: string
  actions?: Record<string, unknown>
}

function takeCare(this: { broker: ServiceBroker }, next: Handle): Handle {
  const { broker } = this
  return async (command, packet) => {
    const { sender, stream, seq } = packet.payload ?? {}
    // Moleculer ends a process in whose name another speaks.
    if (command === 'INFO' && sender === broker.nodeID) {
      broker.logger.warn('Another on the bus speaks as this node: it is not listened to')
      return false
    }
    // Nobody on this bus sends one: neither its beginning nor a later piece.
    if ((command === 'REQ' || command === 'RES') && (stream || seq)) return false
    try {
      if (command === 'INFO' && packet.payload) keepOffers(broker, packet.payload)
      return await next(command, packet)
    } catch (error) {
      broker.logger.warn('A packet was passed over', { command, reason: String(error) })
      return false
    }
  }
}

/**
 * What a node has offered once, it offers as long as it is known, whoever says otherwise in its name.
 * Nor does a number in a forged packet make its own next word an old one.
 */
function keepOffers(broker: ServiceBroker, payload: Payload) {
  const node = broker.registry.nodes.get(String(payload.sender)) as unknown as Known | undefined
  if (!node) return
  payload.seq = node.seq + 1
  const said = new Map(payload.services?.map((service) => [service.name, service]))
  for (const before of node.services) {
    const now = said.get(before.name)
    said.set(before.name, { ...now, ...before, actions: { ...now?.actions, ...before.actions } })
  }
  payload.services = [...said.values()]
}

/** Of Moleculer's nodes what its types leave out. */
interface Known {
  seq: number
  services: Offered[]
}

// Moleculer's type has the result of this hook in place of the hook.
export const guarded = {
  name: 'Guarded',
  transitMessageHandler: takeCare,
} as unknown as Middleware
