/** Spaces that trust each other, as tests of promotion begin. */
import type { Bus } from '#bus'
import { shortForm } from '#domain/bundle/identity.ts'
import { type Flow, flows } from '#domain/promotion/trust-state.ts'

type Caller = Pick<Bus, 'call'>

/** What is decided of a trust, with everything allowed or these alone. */
export const trustSettings = (allowed: readonly Flow[] = flows) => ({
  Allow: Object.fromEntries(flows.map((flow) => [flow, allowed.includes(flow)])) as Record<
    Flow,
    boolean
  >,
  AutoImport: { Mode: 'Never' as const, LifecycleId: null },
  RequireSecondApprover: false,
  RequireOrigin: false,
  StrictOrder: false,
  ShareUserNames: false,
})

/** Has a space propose to trust another, which may be of another server. */
export async function proposeTrust(
  here: { bus: Caller; spaceId: string },
  there: { bus: Caller; spaceId: string },
  {
    Name,
    allowed,
    transport,
  }: { Name?: string; allowed?: readonly Flow[]; transport?: 'Disconnected' } = {},
) {
  const { spaceId } = there
  const Document = await there.bus.call('spaceidentities.document', { spaceId })
  return here.bus.call('trusts.create', {
    spaceId: here.spaceId,
    Document,
    ...(Name !== undefined && { Name }),
    ...trustSettings(allowed),
    ...(transport && { Transport: { Kind: transport } }),
  })
}

/** The same, confirmed: an active trust. */
export async function makeTrust(...args: Parameters<typeof proposeTrust>) {
  const [{ bus, spaceId }] = args
  const { Id: id, Fingerprint } = await proposeTrust(...args)
  const ConfirmFingerprint = shortForm(Fingerprint)
  return bus.call('trusts.confirm', { spaceId, id, ConfirmFingerprint })
}
