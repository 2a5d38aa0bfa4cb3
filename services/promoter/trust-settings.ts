/** What a client may decide of a trust, and whether it can be so. */
import type { Model } from 'mongoose'
import { InvalidError, RefusedError } from '#bus/errors.ts'
import { flows } from '#domain/promotion/trust-state.ts'
import type { Asked } from '#mixins/crud.ts'
import type { StoredSpaceIdentity } from './space-identity.model.ts'
import type { Transport, Trust, TrustSettings } from './trusts.contract.ts'

const no = { type: 'boolean', default: false } as const
const address = { type: 'string', optional: true, nullable: true, max: 500 } as const

export const settingRules = {
  Transport: {
    type: 'object',
    strict: 'remove',
    optional: true,
    props: {
      Kind: { type: 'enum', values: ['Local', 'Disconnected', 'Https', 'Bus'] },
      Url: address,
      BusName: address,
    },
  },
  Allow: {
    type: 'object',
    strict: 'remove',
    props: Object.fromEntries(flows.map((flow) => [flow, no])),
    default: Object.fromEntries(flows.map((flow) => [flow, false])),
  },
  AutoImport: {
    type: 'object',
    strict: 'remove',
    props: {
      Mode: { type: 'enum', values: ['Never', 'KnownProjects'], default: 'Never' },
      LifecycleId: { type: 'string', optional: true, nullable: true, max: 100 },
    },
    default: { Mode: 'Never', LifecycleId: null },
  },
  RequireSecondApprover: no,
  RequireOrigin: no,
  StrictOrder: no,
  ShareUserNames: no,
} as const

/** Where to reach the other, as its document says. */
type Reached = Pick<Trust, 'SpaceId' | 'Fingerprint' | 'ServerUrl' | 'BusAddress'>

interface Known {
  remote: Reached
  /** As it was; null for a new trust. */
  before: Transport | null
  identities: Model<StoredSpaceIdentity>
}

/** The settings as they are stored, or an InvalidError that names each fault. */
export async function settingsOf(ctx: Asked, wish: TrustSettings, known: Known) {
  const { Transport: wished, AutoImport, ...rest } = wish
  const isHere = (await known.identities.exists({ Fingerprint: known.remote.Fingerprint })) !== null
  const Transport = transportOf(wished, { ...known, isHere })
  const LifecycleId = AutoImport.LifecycleId ?? null
  if (LifecycleId !== null) await checkLifecycle(ctx, known.remote.SpaceId, LifecycleId)
  return { ...rest, Transport, AutoImport: { ...AutoImport, LifecycleId } }
}

function transportOf(
  wished: TrustSettings['Transport'],
  { before, remote, isHere }: Pick<Known, 'before' | 'remote'> & { isHere: boolean },
): Transport {
  const none = { Url: null, BusName: null }
  if (!wished) return before ?? { Kind: isHere ? 'Local' : 'Disconnected', ...none }
  const { Kind } = wished
  if (Kind === 'Local' && !isHere)
    throw new InvalidError(['Transport.Kind: Local is for spaces of this server alone.'])
  if (Kind === 'Https') return { ...none, Kind, Url: urlOf(wished.Url ?? remote.ServerUrl) }
  if (Kind !== 'Bus') return { ...none, Kind }
  const BusName = wished.BusName ?? remote.BusAddress
  if (!BusName) throw new InvalidError(['Transport.BusName: say how the other server is named.'])
  return { ...none, Kind, BusName }
}

/** HTTPS, but on this machine, where nobody listens in. */
function urlOf(text: string | null): string {
  const url = text && URL.canParse(text) ? new URL(text) : null
  const isOfThisMachine = url !== null && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
  const isSafe = url?.protocol === 'https:' || (isOfThisMachine && url.protocol === 'http:')
  if (!url || !isSafe || url.username !== '' || url.password !== '')
    throw new InvalidError(['Transport.Url: give an address such as https://tako.example.com.'])
  return `${url.origin}${url.pathname}`.replace(/\/$/, '')
}

async function checkLifecycle(ctx: Asked, spaceId: string, id: string) {
  const [found] = await ctx.call('lifecycles.names', { spaceId, ids: [id] })
  if (!found) throw new InvalidError([`AutoImport.LifecycleId: there is no lifecycle '${id}'.`])
}

/** A revoked trust stays as it was. */
export function checkChangeable({ Name, Revocation }: Pick<Trust, 'Name' | 'Revocation'>): void {
  if (Revocation !== null)
    throw new RefusedError(`The trust '${Name}' is revoked: it cannot be changed, only deleted.`)
}
