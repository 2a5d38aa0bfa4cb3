import type { Middleware } from 'moleculer'
import { UnauthenticatedError } from './errors.ts'
import type { Bus } from './index.ts'

/** Who asks. The gateway says so after authentication, and `asSystem`; nothing else does. */
export interface Caller {
  userId: string
  username: string
  /** Where the request came from: an IP address, or why Tako asks by itself. */
  origin: string
  /** How we know: 'API key', 'Session cookie', 'System'. */
  established: string
  userAgent?: string
}

/** The user in whose name Tako does what nobody asked for. It is in no list. */
export const SYSTEM_USER = 'users-system'

/** Runs where the caller is found out, so it has none yet. */
const ENTRANCE = 'api.rest'

/** Refuses an action that nobody asks for: a line forgotten in the gateway must not make an administrator. */
export const callers: Middleware = {
  name: 'Callers',
  localAction(next, action) {
    if (action.name === ENTRANCE || action.name?.startsWith('$node.')) return next
    return async function (ctx) {
      if (!('caller' in ctx.meta)) throw new UnauthenticatedError()
      return next.call(this, ctx)
    }
  },
}

/** Tako itself as a caller, and why it asks. */
export const systemCaller = (reason: string): Caller => ({
  userId: SYSTEM_USER,
  username: 'system',
  origin: reason,
  established: 'System',
})

/**
 * Calls in Tako's own name, for what no user asked for: a timer, a start, a listener. Given a context,
 * it calls by its broker: a `ctx` takes over the meta of what it has called, and would act as the
 * system from then on.
 */
export function asSystem(
  on: Pick<Bus, 'call'> & { broker?: Pick<Bus, 'call'> },
  reason: string,
): Pick<Bus, 'call'> {
  const caller = systemCaller(reason)
  const broker = on.broker ?? on
  return {
    call: (action, params, options) =>
      broker.call(action, params, { ...options, meta: { ...options?.meta, caller } }),
  }
}
