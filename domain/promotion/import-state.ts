import type { BundleStatus } from './messages.ts'

/**
 * What becomes of a bundle in the space that it came to.
 *
 *   ──▶ Quarantined                                    a check has failed
 *   ──▶ Duplicate                                      the same content is here already
 *   ──▶ AwaitingPackages ⇄ AwaitingReview              packages come, and may go again
 *                            │
 *            AwaitingReview ─┴─▶ Approved ─▶ Importing ⇄ ImportFailed
 *                                               └─▶ Imported ─▶ Superseded | Recalled | Removed
 *   before Importing ─▶ Rejected | Withdrawn | Expired
 *
 * Approved leads back to review when what was approved has changed. Removed: its release was deleted here.
 */
export const importStates = [
  ...(['Quarantined', 'Duplicate', 'AwaitingPackages', 'AwaitingReview', 'Approved'] as const),
  ...(['Importing', 'ImportFailed', 'Imported'] as const),
  ...(['Superseded', 'Recalled', 'Removed', 'Rejected', 'Withdrawn', 'Expired'] as const),
] as const

export type ImportState = (typeof importStates)[number]

const waiting: readonly ImportState[] = ['AwaitingPackages', 'AwaitingReview', 'Approved']

/** From which states each may come; what begins is not in it. */
const moves: Partial<Record<ImportState, readonly ImportState[]>> = {
  AwaitingPackages: ['AwaitingReview', 'Approved', 'ImportFailed'],
  AwaitingReview: ['AwaitingPackages', 'Approved', 'ImportFailed'],
  Approved: ['AwaitingReview', 'ImportFailed'],
  Importing: ['AwaitingReview', 'Approved', 'ImportFailed'],
  ImportFailed: ['Importing'],
  Imported: ['Importing'],
  Superseded: ['Imported', ...waiting, 'ImportFailed'],
  Recalled: ['Imported'],
  Removed: ['Imported', 'Recalled'],
  Rejected: [...waiting, 'ImportFailed'],
  Withdrawn: [...waiting, 'ImportFailed'],
  Expired: waiting,
}

/** Whether an import may go from one state to the other. */
export const mayBecome = (from: ImportState, to: ImportState): boolean =>
  moves[to]?.includes(from) ?? false

/** The states from which an import may come to another: for the filter of one conditional write. */
export const statesBefore = (to: ImportState): ImportState[] => [...(moves[to] ?? [])]

/** Whether people may still decide about it: mappings, values, yes or no. */
export const isOpenImport = (state: ImportState): boolean =>
  waiting.includes(state) || state === 'ImportFailed'

/** Whether nobody decides about it any more, and nothing is left to be made of it. */
export const hasEnded = (state: ImportState): boolean =>
  !isOpenImport(state) && !['Importing', 'Quarantined'].includes(state)

/** Whether its release is, or may be, in this space. */
export const hasRelease = (state: ImportState): boolean =>
  ['Imported', 'Superseded', 'Recalled'].includes(state)

const told: Record<ImportState, BundleStatus | null> = {
  ...{ Quarantined: 'Quarantined', Duplicate: null, AwaitingPackages: 'AwaitingPackages' },
  ...{ AwaitingReview: 'AwaitingReview', Approved: 'AwaitingReview', Importing: 'AwaitingReview' },
  ...{ ImportFailed: 'AwaitingReview', Imported: 'Imported', Superseded: 'Superseded' },
  // The source has recalled it itself.
  ...{ Recalled: 'Imported', Removed: 'Removed', Rejected: 'Rejected' },
  ...{ Withdrawn: 'Withdrawn', Expired: 'Expired' },
}

/** The status of a bundle as its source hears of it; null for a duplicate, whose first one counts. */
export const statusOf = (state: ImportState): BundleStatus | null => told[state]
