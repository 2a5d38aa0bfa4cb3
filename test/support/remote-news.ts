/** What a space tells of releases that are carried to it in files: the promoter is real, its news are a test's. */
import type { PromotionState } from '#domain/promotion/promotion-state.ts'
import type { RemoteNews } from '#domain/promotion/remote-news.ts'
import type { TestServer } from './server.ts'
import { makeTrust, trustSettings } from './trusts.ts'

interface There {
  spaceId: string
}

/** A trust of 'Prod Space', to which files are carried: nothing comes from there by itself. */
export async function trustFarSpace({ bus }: TestServer, here: There, there: There) {
  const { spaceId } = here
  const { Id, Name } = await makeTrust({ bus, ...here }, { bus, ...there }, { Name: 'Prod Space' })
  return bus.call('trusts.modify', {
    ...{ spaceId, id: Id, Name, ...trustSettings() },
    Transport: { Kind: 'Disconnected' },
  })
}

/** Tells news of a deployment, each a second later than the last. */
export function teller({ bus }: TestServer) {
  let seconds = 0
  return (
    spaceId: string,
    deploymentId: string,
    State: PromotionState,
    more: Partial<RemoteNews> = {},
  ) => {
    const at = new Date(Date.now() + ++seconds * 1000).toISOString()
    const news = { State, RemoteSpace: 'Prod Space', At: at, ReceivedAt: at, Error: '', ...more }
    return bus.call('deployments.remoteNews', { spaceId, deploymentId, news })
  }
}
