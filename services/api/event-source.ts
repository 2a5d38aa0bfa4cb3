import { streamHeaders } from './answers.ts'
import type { Exchange } from './exchange.ts'

const HEARTBEAT = 15_000 // ms
const CHECK = 30_000 // ms

/** What a slow reader may leave unread before it has to wait. */
const MOST_UNREAD = 256 * 1024 // bytes

/** A stream of server-sent events to one reader. */
export interface EventSource {
  /** Sends one event; false asks to wait until `ready`. */
  send(event: string, data: unknown, id?: string | number): boolean
  /** Resolves when the reader has caught up, or is gone. */
  ready(): Promise<void>
  isOpen(): boolean
  close(): void
}

/** Opens a stream that ends with its reader, with `check` failing, or when the server stops. */
export function openEvents(exchange: Exchange, check: () => Promise<unknown>): EventSource {
  const { request, response, door, authority } = exchange
  request.socket.setNoDelay(true)
  response.writeHead(200, {
    ...streamHeaders(request, 'text/event-stream; charset=utf-8'),
    // A proxy that collects what it passes on would make live late.
    'X-Accel-Buffering': 'no',
  })
  if (request.method === 'HEAD') response.end()
  else response.write('retry: 2000\n\n')

  const isOpen = () => !response.writableEnded && !response.destroyed
  const heartbeat = setInterval(() => isOpen() && response.write(': still here\n\n'), HEARTBEAT)
  const checks = setInterval(() => {
    // The reason stays unsaid: the reader asks again, and is told then.
    Promise.all([door.authorities.again(authority), check()]).catch(() => close())
  }, CHECK)

  function close() {
    clearInterval(heartbeat)
    clearInterval(checks)
    door.streams.delete(close)
    response.end()
  }
  door.streams.add(close)
  response.once('close', close)

  return {
    isOpen,
    close,
    send(event, data, id) {
      if (!isOpen()) return false
      const name = id === undefined ? '' : `id: ${id}\n`
      response.write(`${name}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      return response.writableLength < MOST_UNREAD
    },
    ready: () =>
      new Promise((resolve) => {
        if (!isOpen() || response.writableLength < MOST_UNREAD) return resolve()
        const done = () => {
          response.off('drain', done)
          response.off('close', done)
          resolve()
        }
        response.once('drain', done)
        response.once('close', done)
      }),
  }
}

/** Where a reader that comes again stopped: browsers say it in a header. */
export function lastEventId({ request, query }: Exchange): string {
  return String(request.headers['last-event-id'] ?? query.lastEventId ?? '')
}
