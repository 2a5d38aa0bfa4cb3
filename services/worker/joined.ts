/** A worker that has joined its server by command: on a machine of its own, over Redis. */
import { overRedis } from '#bus/redis-transporter.ts'
import { lockFolder } from './folder-lock.ts'
import { type Identity, openIdentity } from './identity.ts'
import { askOnce, type Joining, join } from './joining.ts'
import { type Registration, RegistrationError } from './registration.ts'
import { OPERATING_SYSTEM } from './report.ts'
import type { ServerOfWorker, WorkerSettings } from './settings.ts'
import { startWork, type Work, type Working } from './start.ts'

/** Also when nobody doubts it, a worker asks so often whether it is still one. */
const ASK_EACH_MS = 5 * 60_000
/** Whoever says on the bus that it is none may be anybody: then the server is asked, but not more often. */
const ASK_AT_MOST_EACH_MS = 15_000
const PATIENCE_MS = 2_000

export interface JoinedOptions {
  /** Such as 'https://tako.example.com', without a slash at its end. */
  server: string
  redisUrl: string
  token: string | null
  space: string | null
  settings: WorkerSettings
  logger: Work['logger']
  /** A line for people. */
  say(line: string): void
  /** It is no worker of the server any more: why, in a sentence. It still works, until it is stopped. */
  failed(error: Error): void
  /** Ends the wait for an approval. */
  signal: AbortSignal
}

/** Joins, and resolves when it works. Fails with a sentence where it cannot. */
export async function startJoined(options: JoinedOptions): Promise<Working> {
  const { settings, say, signal } = options
  const lock = await lockFolder(settings.workFolder, PATIENCE_MS)
  const identity = await openIdentity(settings.workFolder)
  say(`Its fingerprint is ${grouped(identity.party.fingerprint)}`)
  const joining = { ...{ identity, say, signal }, request: requestOf(options) }
  const known = workedForBefore(identity)
  const server = known ?? (await joinFirst(joining))
  const checks = checkNowAndThen(joining, { ...options, wasWelcomed: !known })
  const working = await startWork({
    ...{ id: identity.kept().id ?? '', settings, identity, server },
    transporter: overRedis({ url: options.redisUrl, side: 'leaf' }),
    logger: options.logger,
    refused: checks.soon,
    left: options.failed,
  })
  if (known) checks.soon()
  return {
    async stop() {
      checks.stop()
      await working.stop()
      lock.free()
    },
  }
}

const requestOf = ({ server, token, space, settings }: JoinedOptions): Joining['request'] => ({
  ...{ server, token, space, operatingSystem: OPERATING_SYSTEM },
  name: settings.name,
  slots: settings.slots,
  version: settings.version,
})

/** Who was approved once works at once, also while the server is away: what it obeys is signed. */
function workedForBefore(identity: Identity): ServerOfWorker | null {
  const { id, isApproved, server } = identity.kept()
  return id !== null && isApproved ? server : null
}

async function joinFirst(joining: Joining): Promise<ServerOfWorker> {
  const registration = await join(joining)
  joining.say(welcome(registration))
  return { keys: registration.Server.Keys, bus: registration.Server.Bus }
}

/** Asks the server from time to time, and when there is a reason, whether this still is its worker. */
function checkNowAndThen(
  joining: Joining,
  { say, failed, wasWelcomed }: Pick<JoinedOptions, 'say' | 'failed'> & { wasWelcomed: boolean },
) {
  let lastAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout
  let isStopped = false
  let isWelcomed = wasWelcomed

  async function check() {
    lastAt = performance.now()
    try {
      const registration = await askOnce(joining)
      if (!isWelcomed) say(welcome(registration))
      isWelcomed = true
    } catch (error) {
      if (error instanceof RegistrationError && ENDS.has(error.kind)) return failed(error)
      say(`${error instanceof Error ? error.message : error} It works on meanwhile.`)
    }
    plan(ASK_EACH_MS)
  }

  function plan(ms: number) {
    clearTimeout(timer)
    if (!isStopped) timer = setTimeout(() => void check(), ms)
  }

  plan(ASK_EACH_MS)
  return {
    soon: () => plan(Math.max(0, lastAt + ASK_AT_MOST_EACH_MS - performance.now())),
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}

/** As the page shows it that it is to be compared with. */
const grouped = (fingerprint: string) => fingerprint.replace(/(.{4})(?=.)/g, '$1 ')

const ENDS = new Set<RegistrationError['kind']>(['removed', 'impostor'])

const welcome = ({ SpaceName, WorkerPools, Name }: Registration) =>
  `Works for the space ${SpaceName} as '${Name}' in the pools ${WorkerPools.join(', ')}`
