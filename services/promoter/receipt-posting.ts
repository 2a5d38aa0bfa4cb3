/** Gives the outbox what sources that are connected have yet to be told of their releases here. */
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import type { StoredTrust } from './trust.model.ts'

const AT_ONCE = 100

type System = Pick<Bus, 'call'>
interface Of {
  spaceId: string
  trustId: string
}

/**
 * Posts the next receipts by a trust, if there are any and it is connected: after `after`, or what the
 * source has not acknowledged. While some are on their way, no more are posted.
 */
export async function postReceipts(
  system: System,
  trusts: Model<StoredTrust>,
  { after, ...of }: Of & { after?: number },
): Promise<void> {
  const connected = { _id: of.trustId, SpaceId: of.spaceId, ...sending }
  if (!(await trusts.exists(connected))) return
  const { Receipts } = await system.call('receiptsout.pending', {
    ...of,
    ...(after !== undefined && { after }),
    take: AT_ONCE,
  })
  if (Receipts.length === 0) return
  await system.call('promotionoutbox.post', {
    ...{ ...of, type: 'receipt.publish', key: 'receipt.publish' },
    body: { receipts: Receipts.map(({ Jws }) => Jws) },
  })
}

/** For all trusts: what a crash, or an event that was lost, has kept from being posted. */
export async function postAllReceipts(system: System, trusts: Model<StoredTrust>): Promise<void> {
  const found = trusts.find(sending, { SpaceId: 1 })
  for await (const { _id, SpaceId } of found
    .lean<Pick<StoredTrust, '_id' | 'SpaceId'>[]>()
    .cursor())
    await postReceipts(system, trusts, { spaceId: SpaceId, trustId: _id })
}

const sending = {
  State: 'Active',
  'Transport.Kind': { $ne: 'Disconnected' },
  'Allow.SendReceipts': true,
} as const
