/** How a trust comes from one state to the next. */
import type { Model } from 'mongoose'
import { NotFoundError, RefusedError, StaleError } from '#bus/errors.ts'
import { nextTrustState, type TrustCommand, trustState } from '#domain/promotion/trust-state.ts'
import type { AuditedChange } from '#mixins/audited.mixin.ts'
import type { Asked } from '#mixins/crud.ts'
import { isDuplicateOf } from '#store/taken.ts'
import type { StoredTrust } from './trust.model.ts'
import { trustView } from './trust-view.ts'
import type { Trust } from './trusts.contract.ts'

export interface TrustService {
  models: { Trust: Model<StoredTrust> }
  audited(ctx: Asked, change: AuditedChange): Promise<void>
}

interface Of {
  spaceId: string
  id: string
}

export async function storedTrust(
  { models }: Pick<TrustService, 'models'>,
  { spaceId, id }: Of,
): Promise<StoredTrust> {
  const found = await models.Trust.findOne({ _id: id, SpaceId: spaceId }).lean<StoredTrust>()
  if (!found) throw new NotFoundError('Trust', id)
  return found
}

const words: Record<TrustCommand, string> = {
  propose: 'proposed again',
  confirm: 'confirmed',
  suspend: 'suspended',
  resume: 'resumed',
  revoke: 'revoked',
}

/** The state that a command leads to, or a RefusedError that says why it leads nowhere. */
export function stateAfter(trust: StoredTrust, command: TrustCommand, now: Date) {
  const from = trustState(trust, now)
  const State = nextTrustState(from, command)
  if (State) return State
  throw new RefusedError(
    `The trust '${trust.Name}' is ${from.toLowerCase()}: it cannot be ${words[command]}.`,
  )
}

interface Move {
  changes: Partial<StoredTrust>
  category: string
  message: string
}

/** Changes a trust if it still is as it was seen, and says so. */
export async function moveTrust(
  service: TrustService,
  ctx: Asked,
  seen: StoredTrust,
  { changes, category, message }: Move,
): Promise<Trust> {
  const { _id, SpaceId: spaceId, Version } = seen
  const stored = await service.models.Trust.findOneAndUpdate(
    { _id, SpaceId: spaceId, Version },
    { $set: changes, $inc: { Version: 1 } },
    { returnDocument: 'after', runValidators: true },
  )
    .lean<StoredTrust>()
    .catch(async (error) => {
      if (!isDuplicateOf('_pinned', error)) throw error
      throw new RefusedError(await knownAs(service.models.Trust, changes._pinned))
    })
  if (!stored) throw new StaleError('Trust', _id)
  const now = new Date()
  const [before, after] = [trustView(seen, now), trustView(stored, now)]
  await service.audited(ctx, { category, kind: 'Trust', before, after, spaceId, message })
  return after
}

/** Says as which trust an identity is known already. */
export async function knownAs(trusts: Model<StoredTrust>, pinned = ''): Promise<string> {
  const known = await trusts.findOne({ _pinned: pinned }).lean<StoredTrust>()
  return `This identity is known already, as the trust '${known?.Name ?? 'of another name'}'.`
}
