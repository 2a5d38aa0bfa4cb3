import { Redis } from 'ioredis'
import { type BrokerOptions, Errors, Transporters } from 'moleculer'

/**
 * Which place a node has on its bus. All `peer`s hear each other. On a bus of hubs and leaves, a leaf
 * is heard by hubs alone, and hears hubs alone: what is told grows with the leaves, not with their square.
 */
export type Side = 'peer' | 'hub' | 'leaf'

export interface RedisOptions {
  /** Such as 'redis://user:password@host:6379'. */
  url: string
  side?: Side
}

/** So long a start waits for Redis before it goes on without, in ms. */
const PATIENCE_MS = 2_000
const LONGEST_DELAY_MS = 1_000

/** Under which leaves tell all hubs something. */
const UP = 'UP'
/** What its sender has to know of, when it cannot be sent; the rest is said anew after a reconnect. */
const WANTED = new Set(['REQ', 'EVENT', 'PING'])

/**
 * A bus over Redis by two connections, which are the same for ever: each comes back by itself. A
 * broker also starts while Redis is away, and joins when it comes. On the broker's local bus it says
 * `$transporter.connected` each time that it has joined, and `$transporter.disconnected` when it has lost Redis.
 */
export class RedisTransporter extends Transporters.Base {
  readonly #url: string
  readonly #side: Side
  readonly #topics = new Set<string>()
  #publisher: Redis | undefined
  #subscriber: Redis | undefined
  #hasJoined = false
  /** Counts the joins, so that one that is overtaken by a loss does not go on. */
  #attempt = 0

  constructor({ url, side = 'peer' }: RedisOptions) {
    super({ url, side })
    this.#url = url
    this.#side = side
  }

  override async connect() {
    const publisher = this.#connection('publishes')
    const subscriber = this.#connection('subscribes')
    this.#publisher = publisher
    this.#subscriber = subscriber
    subscriber.on('messageBuffer', (topic: Buffer, data: Buffer) => this.#hear(`${topic}`, data))
    const { promise: there, resolve } = Promise.withResolvers<void>()
    for (const connection of [publisher, subscriber]) {
      connection.on('ready', () => {
        if (publisher.status === 'ready' && subscriber.status === 'ready')
          void this.#join().then(resolve)
      })
      connection.on('close', () => this.#lose())
    }
    await Promise.race([there, this.#goOnWithout()])
  }

  /** Whether packets go through now. */
  get isThere(): boolean {
    return this.connected
  }

  override async disconnect() {
    this.connected = false
    this.#attempt += 1
    for (const connection of [this.#publisher, this.#subscriber]) connection?.disconnect()
    this.#publisher = undefined
    this.#subscriber = undefined
  }

  override async subscribe(command: string, nodeID?: string) {
    const topics = [this.getTopicName(command, nodeID)]
    if (this.#side === 'hub' && !nodeID) topics.push(this.#topicUp(command))
    for (const topic of topics) this.#topics.add(topic)
    await this.#subscriber?.subscribe(...topics)
  }

  override publish(packet: Packet) {
    const topic =
      this.#side === 'leaf' && !packet.target
        ? this.#topicUp(packet.type)
        : this.getTopicName(packet.type, packet.target)
    return this.send(topic, this.serialize(packet), { packet })
  }

  override async send(topic: string, data: Buffer, { packet }: { packet: Packet }) {
    try {
      if (this.#publisher?.status !== 'ready') throw new Error('There is no connection to Redis.')
      await this.#publisher.publish(topic, data)
    } catch (cause) {
      if (WANTED.has(packet.type)) throw awayError(cause)
      this.logger?.debug('A packet was not sent', { type: packet.type, reason: String(cause) })
    }
  }

  // Requests go to the node that the broker has chosen: there is no queue to balance them.
  override async subscribeBalancedRequest() {}
  override async subscribeBalancedEvent() {}

  #connection(what: string): Redis {
    const connection = new Redis(this.#url, {
      // What was meant for a Redis that is away is said anew, not later.
      enableOfflineQueue: false,
      maxRetriesPerRequest: null,
      // In our own order: first to hear, then to be heard of.
      autoResubscribe: false,
      connectTimeout: 5_000,
      retryStrategy: (tries) => Math.min(tries * 100, LONGEST_DELAY_MS),
    })
    connection.on('error', (error: Error) =>
      this.logger?.debug('Redis is away', { what, reason: error.message }),
    )
    return connection
  }

  async #join() {
    const attempt = ++this.#attempt
    try {
      if (this.#topics.size > 0) await this.#subscriber?.subscribe(...this.#topics)
      if (attempt !== this.#attempt) return
      const wasThere = this.#hasJoined
      this.#hasJoined = true
      await this.onConnected(wasThere)
      // The first time, a broker that has gone on without has not told others of itself yet.
      if (!wasThere && this.broker?.started) await this.transit?.discoverer.sendLocalNodeInfo()
      if (wasThere) this.logger?.warn('Redis is back')
      else this.logger?.info('Redis is there')
    } catch (error) {
      // The connection was lost meanwhile: its return begins this anew.
      this.logger?.debug('The bus was not joined', { reason: String(error) })
    }
  }

  #lose() {
    this.#attempt += 1
    if (!this.connected) return
    this.connected = false
    this.logger?.warn('Redis is away: what needs the bus waits')
    this.broker?.broadcastLocal('$transporter.disconnected', { graceFul: false })
  }

  /** A node serves what it has by itself, and says of the rest that it is away. */
  async #goOnWithout() {
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref())
    if (this.#hasJoined || !this.#publisher) return
    this.logger?.warn('Redis is away: this node starts without the others')
    // It is Moleculer's own start that waits for this; its types do not show it.
    const transit = this.transit as unknown as Starting
    transit.__connectResolve?.()
    transit.__connectResolve = null
    transit.isReady = true
  }

  #hear(topic: string, data: Buffer) {
    const parts = topic.slice(this.prefix.length + 1).split('.')
    const command = parts[0] === UP ? parts[1] : parts[0]
    if (command) void this.receive(command, data)
  }

  readonly #topicUp = (command: string) => `${this.prefix}.${UP}.${command}`
}

type Starting = { isReady: boolean; __connectResolve?: (() => void) | null }
type Packet = Parameters<Transporters.Base['publish']>[0]

const awayError = (cause: unknown) =>
  Object.assign(
    new Errors.MoleculerRetryableError(
      'The bus is away: try again in a moment.',
      503,
      'BUS_AWAY',
      {},
    ),
    { cause },
  )

// By a name, so that each broker makes a transporter of its own. Moleculer's type asks for an instance
// where it takes a class.
Transporters.register('TakoRedis', RedisTransporter as unknown as Transporters.Base)

/** For a broker's option `transporter`, whose type knows Moleculer's own ones alone. */
export const overRedis = (options: RedisOptions) =>
  ({ type: 'TakoRedis', options }) as unknown as NonNullable<BrokerOptions['transporter']>
