import type { IncomingMessage, Server, ServerResponse } from 'node:http'

const LOOK_EACH_MS = 20
/** What has been answered may still be on its way to a slow reader. */
const ON_ITS_WAY_MS = 500
/** So long a request that is there at a stop may take. */
const ANSWER_BY_MS = 5_000

/** What is asked of a server, and how it stops without leaving a request without an answer. */
export interface Exit {
  /** Answers by `answer`, unless it is too late for that: then the client asks again, elsewhere. */
  pass(
    request: IncomingMessage,
    response: ServerResponse,
    answer: () => Promise<void>,
  ): Promise<void>
  /** Takes no more connections. Resolves when all that was asked is answered, or has taken too long. */
  leave(): Promise<void>
  /** Resolves when the last connection is closed. */
  closed(): Promise<void>
}

export function exitOf(server: Server): Exit {
  const answering = new Set<ServerResponse>()
  const emptied = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  let state: 'open' | 'leaving' | 'shut' = 'open'

  async function leave() {
    if (state !== 'open') return
    state = 'leaving'
    if (!server.listening) closed.resolve()
    letGo(server, () => answering.size > 0)
    server.close(() => closed.resolve())
    // Whoever has a connection is told that it ends with this answer.
    for (const response of answering) response.shouldKeepAlive = false
    const late = setTimeout(emptied.resolve, ANSWER_BY_MS)
    if (answering.size > 0) await emptied.promise
    clearTimeout(late)
    state = 'shut'
  }

  return {
    async pass(request, response, answer) {
      if (state === 'shut') return void request.socket.destroy()
      if (state === 'leaving') response.shouldKeepAlive = false
      answering.add(response)
      // Not when the action ends: a file may be on its way for longer.
      response.once('close', () => {
        answering.delete(response)
        if (state === 'leaving' && answering.size === 0) emptied.resolve()
      })
      await answer()
    },
    leave,
    closed: () => closed.promise,
  }
}

/**
 * Helps a server to close, which waits for its connections: browsers keep some for their next
 * request, and open others for the one after. `isBusy` says whether a request is being answered.
 */
function letGo(server: Server, isBusy: () => boolean): void {
  let quiet = 0
  let waited = 0
  const look = setInterval(() => {
    waited += LOOK_EACH_MS
    quiet = isBusy() ? 0 : quiet + LOOK_EACH_MS
    if (quiet < ON_ITS_WAY_MS && waited < ANSWER_BY_MS) server.closeIdleConnections()
    else server.closeAllConnections()
  }, LOOK_EACH_MS)
  if (server.listening) server.once('close', () => clearInterval(look))
  else clearInterval(look)
}
