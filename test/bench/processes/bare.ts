/** The yardstick of requests: moleculer-web with one action and nothing more. */
import type { AddressInfo } from 'node:net'
import { type Service, ServiceBroker } from 'moleculer'
import ApiGateway from 'moleculer-web'

process.once('message', async (environment: Record<string, unknown>) => {
  const broker = new ServiceBroker({ logger: false })
  broker.createService({
    name: 'environments',
    actions: {
      get: { params: { id: 'string' }, handler: (ctx) => ({ ...environment, Id: ctx.params.id }) },
    },
  })
  broker.createService({
    name: 'api',
    mixins: [ApiGateway],
    settings: {
      ...{ ip: '127.0.0.1', port: 0 },
      routes: [{ path: '/api', aliases: { 'GET environments/:id': 'environments.get' } }],
    },
  })
  await broker.start()
  // The mixin keeps its HTTP server there.
  const { server } = broker.getLocalService('api') as Service & {
    server: { address(): AddressInfo }
  }
  process.send?.({ port: server.address().port })
})
