import type { BrokerOptions, Middleware } from 'moleculer'
import { callers } from '#bus/caller.ts'
import { permitted } from '#bus/permitted.ts'
import { overRedis } from '#bus/redis-transporter.ts'
import { validated } from '#bus/validated.ts'
import { config } from '#config'
import { toldOf } from '#store/away.ts'

// What a node has, the others learn at once, not a second later: until then no event of theirs gets
// there. An option of Moleculer's, in ms, that its types do not know.
const promptly = { disableReconnect: false, serviceChangedDebounceTime: 10 }

/** What the driver of the database says is for the service alone that has asked it. */
const storeErrors: Middleware = {
  name: 'StoreErrors',
  localAction: (next) =>
    async function (ctx) {
      try {
        return await next.call(this, ctx)
      } catch (error) {
        throw toldOf(error)
      }
    },
}

/** The broker of a server node, on the server bus. */
export default {
  namespace: config.namespace,
  transporter: config.redisUrl ? overRedis({ url: config.redisUrl }) : null,
  transit: promptly,
  logLevel: config.logLevel,
  requestTimeout: 10_000, // ms
  // Signals are handled once, in bin/: a broker that exits by itself would cut the others' stop.
  skipProcessEventRegistration: true,
  // A cached answer would outlive the permission it was given under.
  cacher: false,
  // `validated` is, below: before the permissions it would tell strangers what a request lacks.
  validator: false,
  // The last is the outermost: who asks, then whether he may, then what he says.
  middlewares: [storeErrors, validated, permitted, callers],
} satisfies BrokerOptions
