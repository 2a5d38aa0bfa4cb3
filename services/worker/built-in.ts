/** The built-in worker: the child of a server node. */
import type { FirstMessage, Hello } from '#bus/built-in.ts'
import { type Channel, IpcTransporter } from '#bus/ipc-transporter.ts'
import { overRedis } from '#bus/redis-transporter.ts'
import { allowedEnvironment } from '#domain/script-environment.ts'
import { newId } from '#store/ids.ts'
import { lockFolder } from './folder-lock.ts'
import { openIdentity } from './identity.ts'
import { LEAST_FREE_BYTES } from './settings.ts'
import { startWork, type Working } from './start.ts'

/** The process of a built-in worker, as it sees itself. */
export interface WorkerProcess extends Channel {
  env: Record<string, string | undefined>
  once(event: 'message', listener: (message: FirstMessage) => void): unknown
  exit(code: number): never
}

/** The worker before this one may be about to end: it has just lost its server, in ms. */
const PATIENCE_MS = 10_000
/** So long a stop over Redis may take before it is not waited for, in ms. */
const LEAVE_MS = 1_500

/**
 * Turns this process into the built-in worker of the server that has forked it. When the server
 * goes, it goes too, and leaves its scripts to the worker after it.
 */
export async function startBuiltIn(channel: WorkerProcess): Promise<void> {
  let working: Working | null = null
  channel.on('disconnect', () => {
    // Over Redis others are told; over the channel nobody is there any more.
    if (!working) channel.exit(0)
    setTimeout(() => channel.exit(0), LEAVE_MS)
    void working.stop().finally(() => channel.exit(0))
  })
  const first = await new Promise<FirstMessage>((resolve) => channel.once('message', resolve))
  const { workFolder, redisUrl, bus, server, leastFreeBytes = LEAST_FREE_BYTES } = first
  await lockFolder(workFolder, PATIENCE_MS)
  const identity = await openIdentity(workFolder)
  const id = first.id ?? identity.kept().id ?? newId('Workers')
  identity.keep({ id, isApproved: true, server: { keys: server, bus } })
  await new Promise((resolve) =>
    channel.send?.({ hello: { id, keys: identity.party.keys } satisfies Hello }, resolve),
  )
  const started = await startWork({
    ...{ id, identity, server: { keys: server, bus } },
    settings: {
      ...{ workFolder, leastFreeBytes, name: 'built-in' },
      slots: first.slots,
      version: first.version,
      graceMs: first.graceMs,
      cacheBytes: first.cacheBytes,
      serverUrl: first.serverUrl,
      certificate: first.certificate,
      environment: allowedEnvironment(channel.env),
      // Its server is on this machine, at whichever of its addresses.
      allowsPlainHttp: true,
    },
    transporter: redisUrl ? overRedis({ url: redisUrl, side: 'leaf' }) : ipcOver(channel),
    logger: { type: 'Console', options: { level: 'warn' } },
    // Its server has what it says, and starts it again after a while.
    left: () => channel.exit(1),
  })
  if (redisUrl) working = started
}

function ipcOver(channel: Channel): IpcTransporter {
  const transporter = new IpcTransporter()
  transporter.attach(channel)
  return transporter
}
