import { Errors, Transporters } from 'moleculer'

/** One end of the channel between a process and its child: a ChildProcess, or `process` in the child. */
export interface Channel {
  connected: boolean
  send?(message: unknown, callback: (error: Error | null) => void): boolean
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'disconnect', listener: () => void): unknown
}

type Deliver = (data: Buffer) => void

/**
 * A bus between a process and its children, over the channels that `child_process` opens. It is
 * connected from the start: the channels come and go with the children.
 */
export class IpcTransporter extends Transporters.Base {
  readonly #channels = new Set<Channel>()
  readonly #topics = new Map<string, Deliver>()

  /** Talks over this channel too, until it closes: the node at its other end is then gone at once. */
  attach(channel: Channel, nodeID?: string) {
    this.#channels.add(channel)
    channel.on('message', (message) => {
      if (Array.isArray(message)) this.#topics.get(message[0])?.(message[1])
    })
    channel.on('disconnect', () => {
      this.#channels.delete(channel)
      if (nodeID) this.broker?.registry.nodes.disconnected(nodeID, true)
    })
  }

  override connect() {
    return this.onConnected()
  }

  override async disconnect() {
    this.connected = false
    this.#channels.clear()
  }

  override async subscribe(command: string, nodeID?: string) {
    const deliver: Deliver = (data) => void this.receive(command, data)
    this.#topics.set(this.getTopicName(command, nodeID), deliver)
  }

  override async send(topic: string, data: Buffer, { packet }: { packet?: { target?: string } }) {
    const open = [...this.#channels].filter((channel) => channel.connected)
    if (open.length === 0 && packet?.target) throw goneError(packet.target)
    await Promise.all(open.map((channel) => post(channel, [topic, data])))
  }

  // Requests go to the node that the broker has chosen: there is no queue to balance them.
  override async subscribeBalancedRequest() {}
  override async subscribeBalancedEvent() {}
}

const goneError = (node: string) =>
  new Errors.MoleculerRetryableError(`The node '${node}' has gone.`, 502, 'NODE_GONE', { node })

const CLOSED = ['EPIPE', 'ECONNRESET', 'ERR_IPC_CHANNEL_CLOSED']

/** What the other end no longer hears is lost: that it has gone is told by 'disconnect', right after. */
function post(channel: Channel, message: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.send?.(message, (error: NodeJS.ErrnoException | null) =>
      error && !CLOSED.includes(error.code ?? '') ? reject(error) : resolve(),
    )
  })
}
