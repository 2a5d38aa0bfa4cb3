/** A database that does not answer: how its driver says so, and how the rest of Tako hears of it. */
import { StoreAwayError } from '#bus/errors.ts'

const NAMES = new RegExp(
  `^(${[
    ...['MongoNetworkError', 'MongoNetworkTimeoutError', 'MongoNotConnectedError'],
    ...['MongoServerSelectionError', 'MongooseServerSelectionError', 'MongoStalePrimaryError'],
    ...['MongoPoolClearedError', 'PoolClearedOnNetworkError', 'MongoPoolClosedError'],
    ...['MongoWaitQueueTimeoutError', 'MongoOperationTimeoutError', 'MongoServerClosedError'],
    ...['MongoTopologyClosedError', 'MongoClientClosedError'],
  ].join('|')})$`,
)

/**
 * What a server answers that stops, starts, or is not the one that takes writes now: HostUnreachable,
 * HostNotFound, NetworkTimeout, ShutdownInProgress, PrimarySteppedDown, ExceededTimeLimit, SocketException,
 * NotWritablePrimary, InterruptedAtShutdown, InterruptedDueToReplStateChange, NotPrimaryNoSecondaryOk,
 * NotPrimaryOrSecondary. And CursorNotFound: it was started anew in the midst of a long answer.
 */
const CODES = new Set([6, 7, 43, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436])

const LABELS = ['RetryableWriteError', 'ResetPool', 'InterruptInUseConnections']

/** What mongoose says by its general error. */
const SENTENCES = /buffering timed out|before initial connection|Connection was force closed/

/** Of a connection that is written to just as it ends, the driver lets the socket's own error through. */
const SOCKETS = new Set(['EPIPE', 'ECONNRESET', 'ETIMEDOUT', 'ERR_STREAM_DESTROYED'])
/** Only by where it was made is it known from errors of other sockets. */
const DRIVER = /[\\/]node_modules[\\/]mongodb[\\/]/

interface DriverError extends Error {
  code?: unknown
  errorLabels?: unknown
}

/** Whether the database is away, or about to be: not what was asked is wrong, but the moment. */
export function isStoreAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { name, message, code, errorLabels, cause } = error as DriverError
  if (NAMES.test(name)) return true
  if (name === 'MongooseError' && SENTENCES.test(message)) return true
  const labels: unknown[] = Array.isArray(errorLabels) ? errorLabels : []
  if (LABELS.some((label) => labels.includes(label))) return true
  if (name.startsWith('Mongo') && typeof code === 'number' && CODES.has(code)) return true
  if (typeof code === 'string' && SOCKETS.has(code) && DRIVER.test(error.stack ?? '')) return true
  return cause !== undefined && isStoreAway(cause)
}

/** The same error, or what the rest of Tako knows of a database that is away. */
export const toldOf = (error: unknown): unknown =>
  isStoreAway(error) ? new StoreAwayError(error) : error
