/** How a machine that nobody knows becomes a worker: by a token at once, or to wait for a person. */
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem, type Caller } from '#bus/caller.ts'
import { RefusedError, RemovedError } from '#bus/errors.ts'
import type { PublicKeys } from '#bus/messages.ts'
import { VERSION } from '#bus/version.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import { insertResource } from '#mixins/changes.ts'
import { newId } from '#store/ids.ts'
import { publicOf } from '#store/resource.ts'
import type { StoredWorker } from './worker.model.ts'
import { policyOf } from './worker-body.ts'
import { unheard } from './worker-health.ts'
import type { KeptWorker } from './worker-view.ts'
import type { Registration, RegistrationBody } from './workerregistrations.contract.ts'
import type { Admission } from './workertokens.contract.ts'

/** What registering needs of its service. */
export interface Desk extends Audit {
  broker: Pick<Bus, 'call' | 'broadcast'>
  models: { Worker: Model<StoredWorker> }
}
type Asking = { meta: { caller: Caller } }

/** A wish whose proof was good. */
export type Wish = Omit<RegistrationBody, 'Proof'> & {
  Keys: PublicKeys
  fingerprint: string
  /** Epoch ms. */
  now: number
}

/** So many wait in a space at most: more are no machines that somebody sets up. */
const MOST_WAITING = 100

const REFUSAL =
  'The worker was not let in: its token is wrong, used or expired, or there is no such space.'
const REMOVED =
  'This worker was removed. Start it again to ask for approval anew, or with a new token.'

/** Takes in a worker that is not known. */
export async function joined(service: Desk, ctx: Asking, wish: Wish): Promise<{ id: string }> {
  const space = await spaceOf(service, wish.Space)
  if (wish.Token !== undefined) {
    const admission = await admitted(service, ctx, { ...wish, space })
    const { spaceId, poolIds: WorkerPoolIds, tokenName } = admission
    const fields = { Approval: 'Approved', WorkerPoolIds, ...unheard } as const
    const how = `joined by the token ${tokenName || admission.tokenId}`
    return insert(service, ctx, { wish, spaceId, fields, how })
  }
  if (wish.WorkerId !== undefined) throw new RemovedError(REMOVED)
  if (space === null) return refuse(service, ctx, wish, 'there is no such space')
  const waiting = { SpaceId: space.Id, Approval: 'Waiting' as const }
  if ((await service.models.Worker.countDocuments(waiting)) >= MOST_WAITING)
    throw new RefusedError(`${MOST_WAITING} workers wait for approval here already.`)
  const fields = {
    Approval: 'Waiting',
    StatusSummary: 'It waits for approval.',
    _askedAt: new Date(wish.now).toISOString(),
  } as const
  return insert(service, ctx, { wish, spaceId: space.Id, fields, how: 'waits for approval' })
}

/** Where the token of a wish lets the worker in. `space` null: it has named one that is not there. */
export async function admitted(
  service: Desk,
  ctx: Asking,
  wish: Wish & { space: { Id: string } | null },
): Promise<Admission> {
  if (wish.space === null) return refuse(service, ctx, wish, 'there is no such space')
  const system = asSystem(service.broker, 'a worker joins')
  const used = await system.call('workertokens.use', {
    token: wish.Token ?? '',
    fingerprint: wish.fingerprint,
    ...(wish.Space !== undefined && { spaceId: wish.space.Id }),
  })
  return 'refusal' in used ? refuse(service, ctx, wish, used.refusal, used.spaceId) : used
}

/** The space of this id, slug or name, or the default one; null when there is none. */
export async function spaceOf({ broker }: Desk, text?: string): Promise<{ Id: string } | null> {
  const system = asSystem(broker, 'a worker joins')
  try {
    if (text === undefined) return { Id: await system.call('spaces.default', {}) }
    return await system.call('spaces.resolve', { space: text })
  } catch (error) {
    // Who asks is not told which spaces there are: he learns the same as by a wrong token.
    if (error instanceof Error && 'type' in error && error.type === 'NOT_FOUND') return null
    throw error
  }
}

/** One sentence for all reasons: the audit trail has the true one. */
async function refuse(
  service: Desk,
  ctx: Asking,
  { Name, fingerprint }: Wish,
  reason: string,
  spaceId: string | null = null,
): Promise<never> {
  await refused(service, ctx, { Name, fingerprint, reason, spaceId })
  throw new RefusedError(REFUSAL)
}

/** Writes into the audit trail that a worker was refused, and why. */
export async function refused(
  service: Desk,
  ctx: Asking,
  {
    Name,
    fingerprint,
    reason,
    spaceId = null,
  }: { Name: string; fingerprint: string; reason: string; spaceId?: string | null },
): Promise<void> {
  const message = `A worker that calls itself ${Name} was refused: ${reason} (fingerprint ${fingerprint})`
  await service.audited(ctx, { category: 'WorkerRefused', kind: 'Worker', spaceId, message })
}

interface Entry {
  wish: Wish
  spaceId: string
  fields: Partial<StoredWorker> & Pick<StoredWorker, 'Approval'>
  how: string
}

async function insert(
  service: Desk,
  ctx: Asking,
  { wish, spaceId, fields, how }: Entry,
): Promise<{ id: string }> {
  const { fingerprint: Fingerprint, Name } = wish
  const id = newId('Workers')
  const Uri = `poll://${id.toLowerCase()}/`
  const worker = {
    Id: id,
    SpaceId: spaceId,
    Name,
    MachinePolicyId: await policyOf(service.broker, spaceId),
    Endpoint: { CommunicationStyle: 'TentacleActive', Uri, Thumbprint: Fingerprint },
    Thumbprint: Fingerprint,
    Uri,
    Fingerprint,
    ...(wish.OperatingSystem !== undefined && { OperatingSystem: wish.OperatingSystem }),
    ...(wish.Version !== undefined && { Version: wish.Version }),
    ...(wish.Slots !== undefined && { Slots: wish.Slots }),
    ...fields,
    _keys: wish.Keys,
  }
  const after = await onlyOnce(service, Fingerprint, () =>
    insertResource<KeptWorker>(service.models.Worker, worker),
  )
  if (after.Id !== id) return { id: after.Id }
  await service.broker.broadcast('workers.changed', { id, spaceId })
  const message = `Worker ${Name} ${how}, with the fingerprint ${Fingerprint}`
  await service.audited(ctx, { category: 'MachineAdded', kind: 'Worker', spaceId, after, message })
  return { id }
}

/** The same worker may ask twice at once: what the other request has brought in is found. */
async function onlyOnce(
  { models }: Desk,
  Fingerprint: string,
  insertIt: () => Promise<KeptWorker>,
): Promise<KeptWorker> {
  try {
    return await insertIt()
  } catch (error) {
    const other = await models.Worker.findOne({ Fingerprint }).lean<StoredWorker>()
    if (!other) throw error
    return publicOf(other)
  }
}

/** What a worker is told of itself and of the server. */
export async function answerTo(service: Desk, id: string): Promise<Registration> {
  const worker = await service.models.Worker.findById(id).lean<StoredWorker>()
  if (!worker?.Fingerprint) throw new RemovedError(REMOVED)
  const { SpaceId, WorkerPoolIds: ids, Approval, Fingerprint, Name } = worker
  const system = asSystem(service.broker, 'a worker joins')
  const [space, pools, server] = await Promise.all([
    system.call('spaces.resolve', { space: SpaceId }),
    system.call('workerpools.names', { spaceId: SpaceId, ids: [...ids] }),
    system.call('scheduler.keys', {}),
  ])
  return {
    WorkerId: id,
    Name,
    Approval,
    Fingerprint,
    SpaceId,
    SpaceName: space.Name,
    WorkerPools: pools.map(({ Name }) => Name),
    Server: {
      Bus: server.bus,
      Keys: server.keys,
      Fingerprint: server.fingerprint,
      Version: VERSION,
    },
  }
}
