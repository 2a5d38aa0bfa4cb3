/**
 * How far a space trusts another, and what may flow between the two.
 *
 *   Proposed ──confirm──▶ Active ◀──resume── Suspended
 *                           │ └──suspend──────▶ │
 *                           ▼                   ▼
 *                        Expired             Revoked ◀──revoke── any of them
 *
 * A manager of the space moves it. `Expired` is not kept: it is what an active trust is once the
 * other's certificate has ended, until a new one is taken. Keys that cannot be followed from the
 * old ones by signatures lead back to Proposed (`propose`). Revoked is final.
 */
export type TrustState = 'Proposed' | 'Active' | 'Suspended' | 'Expired' | 'Revoked'

/** What is stored. */
export type KeptTrustState = Exclude<TrustState, 'Expired'>

export type TrustCommand = 'propose' | 'confirm' | 'suspend' | 'resume' | 'revoke'

/** What one side lets the other do, or does itself. */
export type Flow =
  | 'SendReleases'
  | 'ReceiveReleases'
  | 'SendReceipts'
  | 'ReceiveReceipts'
  | 'ShareEnvironmentNames'
  | 'AcceptRecall'

export const flows: readonly Flow[] = [
  'SendReleases',
  'ReceiveReleases',
  'SendReceipts',
  'ReceiveReceipts',
  'ShareEnvironmentNames',
  'AcceptRecall',
]

interface Kept {
  State: KeptTrustState
  /** When the other's identity certificate ends, ISO. */
  NotAfter: string
}

const moves: Record<TrustCommand, { from: readonly TrustState[]; to: KeptTrustState }> = {
  // An active one is suspended first: a document that was read by mistake must not stop what flows.
  propose: { from: ['Proposed', 'Suspended', 'Expired'], to: 'Proposed' },
  confirm: { from: ['Proposed'], to: 'Active' },
  suspend: { from: ['Active', 'Expired'], to: 'Suspended' },
  resume: { from: ['Suspended'], to: 'Active' },
  revoke: { from: ['Proposed', 'Active', 'Suspended', 'Expired'], to: 'Revoked' },
}

/** The state of a trust at this time. */
export const trustState = ({ State, NotAfter }: Kept, now: Date): TrustState =>
  State === 'Active' && Date.parse(NotAfter) < now.getTime() ? 'Expired' : State

/** What a command leads to; null when it is not possible from here. */
export function nextTrustState(from: TrustState, command: TrustCommand): KeptTrustState | null {
  const move = moves[command]
  return move.from.includes(from) ? move.to : null
}

/** Why this may not flow, as the codes of bundles say it; null when it may. */
export function flowRefusal(
  trust: Kept & { Allow: Record<Flow, boolean> },
  flow: Flow,
  now: Date,
): 'TrustNotActive' | 'NotAllowed' | null {
  if (trustState(trust, now) !== 'Active') return 'TrustNotActive'
  return trust.Allow[flow] ? null : 'NotAllowed'
}

/** Days before the end of a certificate at which its space is warned; 0 is the end itself. */
const WARNINGS = [30, 20, 10, 0]
const DAY_MS = 86_400_000

/** Whole days until then; 0 when it has passed. */
export const daysUntil = (end: string, now: Date): number =>
  Math.max(0, Math.ceil((Date.parse(end) - now.getTime()) / DAY_MS))

/**
 * The warning that is due: 30, 20 or 10 days before the end of a certificate, or 0 after it; null when
 * none is due or it was given already. `warned` is the last that was given for this certificate.
 */
export function warningDue(end: string, warned: number | null, now: Date): number | null {
  const days = daysUntil(end, now)
  const due = WARNINGS.filter((at) => days <= at).at(-1)
  return due === undefined || (warned !== null && warned <= due) ? null : due
}
