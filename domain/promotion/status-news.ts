import type { BundleStatus, StatusBody } from './messages.ts'
import type { PromotionState } from './promotion-state.ts'

const states: Record<BundleStatus, PromotionState | null> = {
  Quarantined: 'Rejected',
  // It is there, and waits for its packages.
  AwaitingPackages: 'Delivered',
  AwaitingReview: 'AwaitingReview',
  Rejected: 'Rejected',
  Imported: 'Accepted',
  Superseded: 'Superseded',
  Withdrawn: 'Withdrawn',
  Expired: 'Expired',
  // What was deployed there is what its receipts say, with the release or without.
  Removed: null,
}

/** What a status from a bundle's target means to its source; `state` null: nothing moves. */
export function newsOf({ status, code, reason }: Pick<StatusBody, 'status' | 'code' | 'reason'>): {
  state: PromotionState | null
  error: string
} {
  const error = status === 'Quarantined' && code !== '' ? `${code}. ${reason}`.trim() : reason
  return { state: states[status], error }
}
