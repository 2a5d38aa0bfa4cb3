/** The promoter as deployments and the scheduler meet it: it notes what it is asked, and says what a test says. */
import type { ServiceSchema } from 'moleculer'
import type { PromotionState } from '#domain/promotion/promotion-state.ts'
import type { RemoteNews } from '#domain/promotion/remote-news.ts'
import type { TestServer } from './server.ts'

interface Begun {
  spaceId: string
  deploymentId: string
  taskId: string
}

export type PlayedPromoter = Awaited<ReturnType<typeof playPromoter>>

/** Puts it on a server's broker, in the place of the real one: what that does by itself is not at issue. */
export async function playPromoter(server: TestServer) {
  const begun: Begun[] = []
  const withdrawn: string[] = []
  const action = (params: Record<string, 'string'>, handler: (params: never) => unknown) => ({
    description: 'Played by a test',
    permission: 'system',
    params,
    handler: (ctx: { params: unknown }) => handler(ctx.params as never),
  })
  const services: ServiceSchema[] = [
    {
      name: 'promotions',
      actions: {
        begin: action({}, (about: Begun) => {
          if (!begun.some(({ deploymentId }) => deploymentId === about.deploymentId))
            begun.push(about)
          return { Id: 'Promotions-1' }
        }),
        withdrawFor: action({}, ({ deploymentId }: Begun) => {
          withdrawn.push(deploymentId)
          return null
        }),
      },
    },
  ]
  const real = server.broker.getLocalService('promotions')
  if (real) await server.broker.destroyService(real)
  for (const schema of services) server.broker.createService(schema)
  await server.broker.waitForServices(['promotions'], 10_000, 10)
  let seconds = 0

  return {
    begun,
    withdrawn,

    /** What the other space tells, each time a second later than the last. */
    tell(
      spaceId: string,
      deploymentId: string,
      State: PromotionState,
      more: Partial<RemoteNews> = {},
    ) {
      const at = new Date(Date.parse('2026-05-01T12:00:00Z') + ++seconds * 1000).toISOString()
      const news = { State, RemoteSpace: 'Prod Space', At: at, ReceivedAt: at, Error: '', ...more }
      return server.bus.call('deployments.remoteNews', { spaceId, deploymentId, news })
    },
  }
}
