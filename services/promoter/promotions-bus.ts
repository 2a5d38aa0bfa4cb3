/** This server's place on the promotions bus, where it offers its spaces' inboxes and nothing else. */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { Errors, type Logger, type ServiceSchema } from 'moleculer'
import type { Bus } from '#bus'
import { isForClient } from '#bus/errors.ts'
import type { Guarding } from '#bus/packet-guard.ts'
import { type PromotionBroker, promotionBroker } from '#bus/promotion-broker.ts'
import { overRedis } from '#bus/redis-transporter.ts'
import { bundleLimits } from '#domain/bundle/limits.ts'
import { CHUNK_BYTES } from '#domain/promotion/messages.ts'

export interface PromotionsBus {
  broker: PromotionBroker
  /** Offers what these spaces take and give, by their short fingerprints, and nothing more. */
  offer(spaces: readonly string[]): Promise<void>
  close(): Promise<void>
}

interface Settings {
  url: string
  namespace: string
  /** Calls on the server's bus: of it, no other action can be reached from the promotions bus. */
  system: Pick<Bus, 'call'>
  logger: Logger
}

const MOST_SPACES = 1_000
const SHORT = /^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/

export async function joinPromotionsBus(settings: Settings): Promise<PromotionsBus> {
  const { url, namespace, system, logger } = settings
  // Others learn of it which spaces are here; of what they offer, nobody is believed anything else.
  const metadata: { spaces: string[] } = { spaces: [] }
  const guarding: Guarding = {
    nodeOf: async (_name, told) => offersOf(told),
    // Who asks checks the signature of the answer.
    answers: {},
    passedOver: (told) => logger.warn('Packets on the promotions bus are passed over', told),
  }
  const broker = promotionBroker({
    nodeID: `promoter-${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
    ...{ namespace, guarding, metadata: metadata as unknown as Record<string, unknown> },
    transporter: overRedis({ url }),
  })
  await broker.start()

  return {
    broker,
    async offer(spaces) {
      const offered = new Set(metadata.spaces)
      metadata.spaces.splice(0, metadata.spaces.length, ...spaces)
      for (const space of spaces)
        if (!offered.delete(space)) broker.createService(inboxOf(space, system))
      for (const gone of offered) await broker.destroyService(`promotions-${gone}`)
    },
    close: () => broker.stop(),
  }
}

function offersOf(told: unknown) {
  const spaces = (told as { spaces?: unknown } | null)?.spaces
  if (!Array.isArray(spaces) || spaces.length > MOST_SPACES) return null
  const names = spaces.filter((one) => typeof one === 'string' && SHORT.test(one))
  return Object.fromEntries(
    names.map((one) => [
      `promotions-${one}`,
      [`promotions-${one}.deliver`, `promotions-${one}.blob`],
    ]),
  )
}

/** What a space offers there: its name is made of its identity, so the typed list cannot name it. */
const inboxOf = (space: string, system: Pick<Bus, 'call'>): ServiceSchema => ({
  name: `promotions-${space}`,
  actions: {
    deliver: {
      params: { envelope: { type: 'string', min: 1, max: bundleLimits.messageBytes } },
      handler: ({ params: { envelope } }: { params: { envelope: string } }) =>
        plainly(system.call('promotionsinbox.deliver', { envelope }, { timeout: ANSWER_MS })),
    },
    blob: {
      params: {
        $$strict: 'remove',
        sha256: { type: 'string', length: 64 },
        ticket: { type: 'string', max: 100 },
        offset: { type: 'number', integer: true, min: 0 },
        length: { type: 'number', integer: true, min: 1, max: CHUNK_BYTES },
      },
      handler: ({ params }: { params: Parameters<typeof piece>[1] }) => piece(system, params),
    },
  },
})

const ANSWER_MS = 10_000

const piece = (
  system: Pick<Bus, 'call'>,
  params: { sha256: string; ticket: string; offset: number; length: number },
) => plainly(system.call('promotionsinbox.blob', params, { timeout: ANSWER_MS }))

/** Others are told what they can act on, and nothing of how this server is made. */
async function plainly<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    const error = cause as Error & { code?: number; type?: string; data?: object }
    const told = isForClient(error)
      ? new Errors.MoleculerClientError(error.message, error.code, error.type, error.data)
      : new Errors.MoleculerError('The other server cannot answer now.', 500, 'AWAY')
    told.stack = ''
    throw told
  }
}
