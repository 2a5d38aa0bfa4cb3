import type { OfferBody } from '#domain/promotion/messages.ts'
import type { Reply } from './talking.ts'

declare module '#bus' {
  interface Actions {
    /** A bundle is offered: what of it is needed, or what has become of it. Refused by the checks of its signed part. */
    'promotionfetches.offer'(params: { spaceId: string; trustId: string } & OfferBody): Reply
    /** What was needed may be fetched. Waits a little for the end of it: what has become of the bundle by then. */
    'promotionfetches.commit'(params: { spaceId: string; trustId: string; bundleId: string }): Reply
    'promotionfetches.eraseSpace'(params: { spaceId: string }): null
  }
}
