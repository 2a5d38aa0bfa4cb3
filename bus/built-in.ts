/** What a server and the built-in worker that it has forked say to each other first, over their channel. */
import type { PublicKeys } from './messages.ts'

/** The first message of the server: nothing of it is in arguments or environment. */
export interface FirstMessage {
  /** Who it is to be; without it, who it was on this folder. */
  id?: string
  /** Where its runs are, absolute: the same after each start, so that it finds them again. */
  workFolder: string
  slots: number
  version: string
  /** null: the bus is the channel itself. */
  redisUrl: string | null
  /** The name of the workers' bus. */
  bus: string
  /** Whose orders it obeys. */
  server: PublicKeys
  serverUrl: string | null
  certificate: string | null
  cacheBytes: number
  /** How long processes of a stopped run have to end by themselves. */
  graceMs: number
  /** With less room on its disk it takes no new run; 500 MB unless said. */
  leastFreeBytes?: number
}

/** What the worker answers, once: who it is, the same each time on the same work folder. */
export interface Hello {
  id: string
  keys: PublicKeys
}
