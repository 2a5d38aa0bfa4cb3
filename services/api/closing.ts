import type { Server } from 'node:http'

const LOOK_EACH_MS = 20
/** What has been answered may still be on its way to a slow reader. */
const ON_ITS_WAY_MS = 500
/** So long a request that is there at a stop may take. */
const ANSWER_BY_MS = 5_000

/**
 * Helps a server to close, which waits for its connections: browsers keep some for their next
 * request, and open others for the one after. `isBusy` says whether a request is being answered.
 */
export function letGo(server: Server, isBusy: () => boolean): void {
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
