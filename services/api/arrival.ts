import type { IncomingMessage, ServerResponse } from 'node:http'
import { refuseMalformed } from './malformed.ts'

/** By then a request must be there as a whole, in ms. */
const WHOLE_BY_MS = 60_000
/** A file on its way may stand still so long, in ms. */
const STILL_FOR_MS = 60_000

const limits = new WeakMap<IncomingMessage, NodeJS.Timeout>()

/**
 * Ends a request that takes too long to arrive: who sends a byte now and then would hold a connection
 * for ever. Node's own limit is the same for all requests, and a large file needs more.
 */
export function limitArrival(
  request: IncomingMessage,
  response: ServerResponse,
  wholeByMs: number = WHOLE_BY_MS,
): void {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers
  if (length === '0' && encoding === undefined) return
  const timer = setTimeout(() => {
    if (!response.headersSent) {
      const error = Object.assign(new Error('Too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
      refuseMalformed(error, request.socket)
    }
    request.socket.destroySoon()
  }, wholeByMs)
  limits.set(request, timer)
  for (const event of ['end', 'close']) request.once(event, () => clearTimeout(timer))
}

/** From now on it may take as long as it needs while something moves: of a file, in or out. */
export function allowLong(
  request: IncomingMessage,
  response: ServerResponse,
  stillForMs: number = STILL_FOR_MS,
): void {
  clearTimeout(limits.get(request))
  // Without a listener, Node ends a connection that stands still.
  response.setTimeout(stillForMs)
}
