/** What a client may say of a worker. */
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError } from '#bus/errors.ts'
import { nameRule } from '#domain/name.ts'
import type { Change } from '#mixins/crud.ts'
import type { KeptWorker } from './worker-view.ts'
import type { WorkerBody, WorkerEndpoint } from './workers.contract.ts'

/** Ways to reach a machine that clients know for workers. */
const STYLES = ['TentaclePassive', 'TentacleActive', 'Ssh', 'KubernetesTentacle', 'None']
/** Characters of an endpoint as JSON. */
const MOST_ENDPOINT = 20_000

export const poolIdsRule = { type: 'array', items: 'string', max: 100, unique: true } as const

/** The validator's rules for the body of a worker. */
export const workerBody = {
  Name: nameRule,
  Slug: { type: 'string', optional: true, max: 100 },
  Endpoint: { type: 'object' },
  WorkerPoolIds: { ...poolIdsRule, default: [] },
  MachinePolicyId: { type: 'string', optional: true, max: 100 },
  IsDisabled: { type: 'boolean', default: false },
  SkipInitialHealthCheck: { type: 'boolean', default: false },
  Thumbprint: { type: 'string', optional: true, max: 200 },
  Uri: { type: 'string', optional: true, max: 2_000 },
} as const

/** Checks what the validator cannot, and gives the fields that follow from the body. */
export async function prepareWorker(
  bus: Pick<Bus, 'call'>,
  { spaceId, body, before }: Change<KeptWorker, WorkerBody>,
): Promise<Partial<KeptWorker>> {
  const faults = [
    ...endpointFaults(body, before),
    ...(await poolFaults(bus, spaceId, body.WorkerPoolIds, before?.Approval === 'Waiting')),
  ]
  if (faults.length > 0) throw new InvalidError(faults)
  return {
    ...endpointFields(body, before),
    MachinePolicyId: await policyOf(bus, spaceId, body.MachinePolicyId ?? before?.MachinePolicyId),
    ...(before === null && { StatusSummary: 'It was not checked yet.' }),
  }
}

/** What is wrong with the pools that a worker is to be in. */
export async function poolFaults(
  bus: Pick<Bus, 'call'>,
  spaceId: string,
  ids: string[],
  mayBeNone = false,
): Promise<string[]> {
  if (ids.length === 0) return mayBeNone ? [] : ["'WorkerPoolIds' must name at least one pool."]
  const system = asSystem(bus, 'the pools of a worker')
  const { Items } = await system.call('workerpools.list', { spaceId, ids, take: ids.length })
  const found = new Map(Items.map((pool) => [pool.Id, pool]))
  return ids.flatMap((id) => {
    const pool = found.get(id)
    if (!pool) return [`'WorkerPoolIds': there is no worker pool '${id}'.`]
    return pool.CanAddWorkers
      ? []
      : [`'WorkerPoolIds': the pool '${pool.Name}' is dynamic, and takes no workers by hand.`]
  })
}

/** The policy that is wished, or the default one of the space. */
export async function policyOf(
  bus: Pick<Bus, 'call'>,
  spaceId: string,
  wish?: string,
): Promise<string> {
  const system = asSystem(bus, 'the machine policy of a worker')
  const params = wish === undefined ? {} : { ids: [wish] }
  const { Items } = await system.call('machinepolicies.list', { spaceId, take: 10_000, ...params })
  const policy = wish === undefined ? Items.find(({ IsDefault }) => IsDefault) : Items[0]
  if (!policy) throw new InvalidError([`'MachinePolicyId': there is no policy '${wish ?? ''}'.`])
  return policy.Id
}

function endpointFaults({ Endpoint, Uri }: WorkerBody, before: KeptWorker | null): string[] {
  const style: unknown = Endpoint.CommunicationStyle
  if (typeof style !== 'string') return ["'Endpoint.CommunicationStyle' is required."]
  if (before?.Fingerprint) return ownEndpointFaults(Endpoint, before.Endpoint)
  const uri = Endpoint.Uri ?? Uri ?? ''
  return [
    ...(STYLES.includes(style)
      ? []
      : [`'Endpoint.CommunicationStyle' of a worker must be one of ${STYLES.join(', ')}.`]),
    ...(JSON.stringify(Endpoint).length > MOST_ENDPOINT ? ["'Endpoint' is too large."] : []),
    ...(isText(uri) && (uri === '' || URL.canParse(uri)) ? [] : ["'Endpoint.Uri' is no address."]),
    ...(isText(Endpoint.Thumbprint ?? '') ? [] : ["'Endpoint.Thumbprint' must be a text."]),
    ...(style === 'TentaclePassive' && uri === '' ? ["'Endpoint.Uri' is required."] : []),
    ...(style === 'TentaclePassive' && !Endpoint.Thumbprint
      ? ["'Endpoint.Thumbprint' is required."]
      : []),
  ]
}

/** Who has joined by its keys has the address of these keys: clients send it back as it was. */
function ownEndpointFaults(sent: WorkerEndpoint, own: WorkerEndpoint): string[] {
  return (['CommunicationStyle', 'Uri', 'Thumbprint'] as const)
    .filter((field) => (sent[field] ?? own[field]) !== own[field])
    .map((field) => `'Endpoint.${field}' of a worker that has joined cannot be changed.`)
}

function endpointFields({ Endpoint, Thumbprint, Uri }: WorkerBody, before: KeptWorker | null) {
  if (before?.Fingerprint) {
    const { Endpoint, Thumbprint, Uri } = before
    return { Endpoint, Thumbprint, Uri }
  }
  const { Links: _links, ...endpoint } = Endpoint
  return {
    Endpoint: endpoint as WorkerEndpoint,
    Thumbprint: Endpoint.Thumbprint ?? Thumbprint ?? null,
    Uri: Endpoint.Uri ?? Uri ?? null,
  }
}

const isText = (value: unknown): value is string => typeof value === 'string'
