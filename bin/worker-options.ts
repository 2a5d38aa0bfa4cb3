import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** What `tako worker` is told on its command line. */
export interface WorkerOptions {
  /** Such as 'https://tako.example.com', without a slash at its end. */
  server: string
  redisUrl: string
  token: string | null
  name: string
  space: string | null
  slots: number
  /** Absolute. */
  home: string
  cacheGigabytes: number
  leastFreeMegabytes: number
  allowsPlainHttp: boolean
}

export const WORKER_USAGE = `tako worker --server <url> --redis <url> [options]
  --server <url>         of Tako, such as https://tako.example.com
  --redis <url>          where the workers' bus is; without it, REDIS_URL
  --token <token>        approves this worker at once; without it, an operator compares its fingerprint
  --name <name>          what it is called; without it, the name of this machine
  --space <name>         the space that it works for; without it, the default one or that of the token
  --slots <n>            how many scripts run at once; without it, 10
  --home <folder>        for all that it keeps; without it, ./worker
  --cache-gb <n>         how much room packages may take; without it, 10
  --least-free-mb <n>    with less room on its disk it takes no new script; without it, 500
  --allow-plain-http     the server may be on another machine without HTTPS`

/** Reads the arguments after 'worker'. Fails with a sentence that names what to set right. */
export function workerOptions(args: string[], redisUrl: string | undefined): WorkerOptions {
  const values = read(args)
  const allowsPlainHttp = values['allow-plain-http'] ?? false
  return {
    server: serverOf(values.server, allowsPlainHttp),
    redisUrl: redisOf(values.redis ?? redisUrl),
    token: values.token ?? null,
    name: nameOf(values.name ?? hostname()),
    space: values.space ?? null,
    slots: numberOf('slots', values.slots ?? '10', 1_000),
    home: resolve(values.home ?? 'worker'),
    cacheGigabytes: numberOf('cache-gb', values['cache-gb'] ?? '10', 100_000),
    leastFreeMegabytes: numberOf('least-free-mb', values['least-free-mb'] ?? '500', 10_000_000, 0),
    allowsPlainHttp,
  }
}

const text = { type: 'string' } as const
const known = {
  ...{ server: text, redis: text, token: text, name: text, space: text, slots: text, home: text },
  'cache-gb': text,
  'least-free-mb': text,
  'allow-plain-http': { type: 'boolean' },
} as const

function read(args: string[]) {
  try {
    return parseArgs({ args, options: known, allowPositionals: false }).values
  } catch (cause) {
    const [message = ''] = (cause as Error).message.split('. ')
    throw new Error(`${message}.\n${WORKER_USAGE}`, { cause })
  }
}

function serverOf(server: string | undefined, allowsPlainHttp: boolean): string {
  if (!server) throw new Error(`Say which server by --server.\n${WORKER_USAGE}`)
  const url = URL.parse(server)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error('--server must be an address such as https://tako.example.com.')
  if (url.username || url.search || url.hash)
    throw new Error('--server must be an address alone: without a user, a query or a #.')
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowsPlainHttp)
    throw new Error(
      `${server} is no HTTPS: whoever is between could take the place of the server. Give an https:// address, or say --allow-plain-http.`,
    )
  return url.href.replace(/\/+$/, '')
}

const isLoopback = (host: string) => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host)

/** The address itself stays unsaid: it may hold a password. */
function redisOf(url: string | undefined): string {
  if (!url) throw new Error(`Say where the workers' bus is by --redis.\n${WORKER_USAGE}`)
  if (/^rediss?:$/.test(URL.parse(url)?.protocol ?? '')) return url
  throw new Error('--redis must be an address such as redis://redis.example.com:6379.')
}

/** The server has the last word: this is what it says of names too. */
function nameOf(name: string): string {
  const trimmed = name.trim()
  if (trimmed !== '' && trimmed.length <= 50) return trimmed
  throw new Error('--name must be a name of at most 50 characters.')
}

function numberOf(option: string, value: string, most: number, least = 1): number {
  const number = Number(value)
  if (/^\d+$/.test(value) && number >= least && number <= most) return number
  throw new Error(`--${option} must be a whole number from ${least} to ${most}.`)
}
