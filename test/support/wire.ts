import { Readable } from 'node:stream'
import type { Middleware } from 'moleculer'

/**
 * Makes one process behave like two: what a local call hands over goes through JSON,
 * and an error loses its class, as on the way over Redis.
 */
export const wire: Middleware = {
  name: 'Wire',
  localAction(next, action) {
    // The request and the response of HTTP themselves, which never leave their process.
    if (action.name === 'api.rest') return next
    return async function (ctx) {
      ctx.params = copyOf(ctx.params)
      return copyOf(await next.call(this, ctx).catch(rethrowPlain))
    }
  },
}

/** Streams go over the wire as streams. */
const copyOf = (value: unknown) =>
  value === undefined || value instanceof Readable ? value : JSON.parse(JSON.stringify(value))

function rethrowPlain(error: Error) {
  const { name, message, stack } = error
  throw Object.assign(new Error(message), { ...error, name, stack })
}
