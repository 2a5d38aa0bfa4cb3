import type { ServiceSchema } from 'moleculer'
import { defineWorkerService } from '#bus'

/** A run's variables may be large; what is larger is a mistake. */
const MOST_ORDER = 64 * 1024 ** 2

/** What the worker offers on the workers' bus. `obey` takes an order and answers it, both as sealed texts. */
export const workerService = (obey: (order: string) => Promise<string>): ServiceSchema =>
  defineWorkerService('worker', {
    actions: {
      order: {
        timeout: 0,
        params: { order: { type: 'string', max: MOST_ORDER } },
        handler: async (ctx) => ({ answer: await obey(ctx.params.order) }),
      },
    },
  })
