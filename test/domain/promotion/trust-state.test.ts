import { expect } from 'chai'
import {
  flowRefusal,
  flows,
  nextTrustState,
  type TrustCommand,
  type TrustState,
  trustState,
  warningDue,
} from '#domain/promotion/trust-state.ts'

const now = new Date('2026-03-01T12:00:00Z')
const soon = '2026-03-02T00:00:00Z'
const before = '2026-03-01T00:00:00Z'

describe('A trust', () => {
  it('expires with the other certificate, while it is active', () => {
    expect(trustState({ State: 'Active', NotAfter: soon }, now)).to.equal('Active')
    expect(trustState({ State: 'Active', NotAfter: before }, now)).to.equal('Expired')
    for (const State of ['Proposed', 'Suspended', 'Revoked'] as const)
      expect(trustState({ State, NotAfter: before }, now)).to.equal(State)
  })

  it('is active only after it was confirmed, and never again once it is revoked', () => {
    const table: [TrustState, Partial<Record<TrustCommand, TrustState>>][] = [
      ['Proposed', { propose: 'Proposed', confirm: 'Active', revoke: 'Revoked' }],
      ['Active', { suspend: 'Suspended', revoke: 'Revoked' }],
      ['Suspended', { propose: 'Proposed', resume: 'Active', revoke: 'Revoked' }],
      ['Expired', { propose: 'Proposed', suspend: 'Suspended', revoke: 'Revoked' }],
      ['Revoked', {}],
    ]

    for (const [from, possible] of table)
      for (const command of ['propose', 'confirm', 'suspend', 'resume', 'revoke'] as const)
        expect(nextTrustState(from, command), `${from} ${command}`).to.equal(
          possible[command] ?? null,
        )
  })

  it('lets flow what it allows, and nothing while it is not active', () => {
    const none = Object.fromEntries(flows.map((flow) => [flow, false])) as Record<
      (typeof flows)[number],
      boolean
    >
    const Allow = { ...none, SendReleases: true }
    const active = { State: 'Active' as const, NotAfter: soon, Allow }

    expect(flowRefusal(active, 'SendReleases', now)).to.equal(null)
    expect(flowRefusal(active, 'ReceiveReleases', now)).to.equal('NotAllowed')
    for (const other of [
      { ...active, NotAfter: before },
      ...(['Proposed', 'Suspended', 'Revoked'] as const).map((State) => ({ ...active, State })),
    ])
      expect(flowRefusal(other, 'SendReleases', now)).to.equal('TrustNotActive')
  })
})

describe('The end of a certificate', () => {
  const at = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString()

  it('is warned of at 30, 20 and 10 days, and when it has come', () => {
    expect(warningDue(at(31), null, now)).to.equal(null)
    expect(warningDue(at(30), null, now)).to.equal(30)
    expect(warningDue(at(20), 30, now)).to.equal(20)
    expect(warningDue(at(9.5), 20, now)).to.equal(10)
    expect(warningDue(at(-0.1), 10, now)).to.equal(0)
  })

  it('is warned of once each, and only the latest after a long silence', () => {
    expect(warningDue(at(29), 30, now)).to.equal(null)
    expect(warningDue(at(5), null, now)).to.equal(10)
    expect(warningDue(at(-400), 0, now)).to.equal(null)
  })
})
