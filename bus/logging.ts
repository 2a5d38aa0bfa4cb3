import type { LoggerConfig } from 'moleculer'
import { config } from '#config'

/** Where the log files of this process are; `GET serverstatus/logs` reads them. */
export const logFolder = `${config.home}/logs`

/** While Redis is away Moleculer tells of each packet that it cannot send: the transporter says it once. */
export const QUIET = { TRANSIT: 'fatal' } as const

/**
 * A file for all, a line of JSON each ({ at, level, module, message, details? }), and the console
 * for what somebody should look at. Moleculer alone says 360 lines at a start.
 */
export const loggers: LoggerConfig[] = [
  {
    type: 'File',
    options: {
      level: { ...QUIET, '**': config.logLevel },
      folder: logFolder,
      filename: 'tako-{date}.log',
      formatter: (level: string, args: unknown[], bindings: Bindings) => [
        lineOf(level, args, bindings),
      ],
    },
  },
  {
    type: 'Console',
    options: {
      // What the broker itself cannot start, `bin/` says in one line; the file has the rest.
      level: { ...QUIET, BROKER: 'fatal', '**': 'warn' },
      formatter: (level: string, args: unknown[]) => [
        `${level.toUpperCase()} ${args.map(shortOf).join(' ')}`,
      ],
    },
  },
]

interface Bindings {
  mod: string
}

function lineOf(level: string, [first, ...rest]: unknown[], { mod }: Bindings): string {
  const details = rest.length > 0 ? { details: rest.map(textOf).join(' ') } : {}
  const at = new Date().toISOString()
  return JSON.stringify({
    at,
    level,
    module: mod.toLowerCase(),
    message: textOf(first),
    ...details,
  })
}

/** For the console an error is its message: the file has its stack. */
const shortOf = (value: unknown) => (value instanceof Error ? value.message : textOf(value))

/** An error with its stack, an object as JSON. */
function textOf(value: unknown): string {
  if (value instanceof Error) return value.stack ?? value.message
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
