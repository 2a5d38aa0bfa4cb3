/**
 * How far a release has come on its way to another space, as its source knows it. Who moves it:
 *
 *     Created ─▶ Building ─▶ Built ─┬─▶ Exported                    the builder; who takes the file
 *                  │                └─▶ Sending ⇄ Retrying ─▶ Delivered      the outbox
 *                  └─▶ BuildFailed               └─▶ Undeliverable
 *     Delivered | Exported ─▶ AwaitingReview ─▶ Accepted            what the target tells
 *     Accepted ─▶ Deploying ─▶ Succeeded | Failed (─▶ Deploying)    the target's receipts
 *     before Accepted ─▶ Rejected | Withdrawn | Expired             the target; a user; the clock
 *     Accepted and later ─▶ Recalled                                a user
 *     what has not ended ─▶ Superseded                              a newer revision was accepted
 *
 * News may be lost, late, repeated and out of order: each may skip states, and none leads back.
 */
export const promotionStates = [
  ...(['Created', 'Building', 'Built', 'BuildFailed'] as const),
  ...(['Exported', 'Sending', 'Retrying', 'Delivered', 'Undeliverable'] as const),
  ...(['AwaitingReview', 'Rejected', 'Accepted', 'Deploying', 'Succeeded', 'Failed'] as const),
  ...(['Withdrawn', 'Expired', 'Recalled', 'Superseded'] as const),
] as const

export type PromotionState = (typeof promotionStates)[number]

/** How far each state of the way is; those that are off the way are in none of it. */
const progress: Partial<Record<PromotionState, number>> = {
  ...{ Created: 0, Building: 1, Built: 2, Sending: 3, Retrying: 3, Exported: 3, Delivered: 4 },
  ...{ AwaitingReview: 5, Accepted: 6, Deploying: 7, Succeeded: 8, Failed: 8 },
}

/** What leads from one state to another of the same progress, or back. */
const turns: Partial<Record<PromotionState, readonly PromotionState[]>> = {
  Sending: ['Retrying', 'Exported'],
  Retrying: ['Sending', 'Exported'],
  // The next deployment there may be known by its end alone.
  Failed: ['Deploying', 'Succeeded'],
}

/** What has left the house may have arrived, whatever was thought of it here: these are facts of the target. */
const facts: readonly PromotionState[] = ['Accepted', 'Deploying', 'Succeeded', 'Failed']
const onTheWay: readonly PromotionState[] = [
  ...(['Built', 'Sending', 'Retrying', 'Exported', 'Delivered', 'AwaitingReview'] as const),
]
const unended: readonly PromotionState[] = ['Created', 'Building', ...onTheWay, ...facts]

/** From which states each end may come. */
const ends: Partial<Record<PromotionState, readonly PromotionState[]>> = {
  BuildFailed: ['Created', 'Building'],
  Undeliverable: ['Built', 'Sending', 'Retrying'],
  Rejected: [...onTheWay, 'Undeliverable'],
  Withdrawn: ['Created', 'Building', ...onTheWay, 'Undeliverable'],
  Expired: [...onTheWay, 'Undeliverable'],
  Recalled: facts,
  Superseded: [...unended, 'Undeliverable'],
}

/** What may yet come after an end. */
const afterEnds: Partial<Record<PromotionState, readonly PromotionState[]>> = {
  Undeliverable: ['Exported', 'Delivered', 'AwaitingReview', ...facts],
  Rejected: facts,
  Withdrawn: facts,
  Expired: facts,
  // What runs, runs on: a recall blocks only what has not begun.
  Recalled: ['Deploying', 'Succeeded', 'Failed'],
}

/** The state after the news that it is, or was, in another: the same when that leads nowhere. */
export function next(state: PromotionState, news: PromotionState): PromotionState {
  return leadsTo(state, news) ? news : state
}

function leadsTo(state: PromotionState, news: PromotionState): boolean {
  if (ends[news]) return ends[news].includes(state)
  const [from, to] = [progress[state], progress[news]]
  if (from === undefined) return afterEnds[state]?.includes(news) ?? false
  return (to !== undefined && to > from) || (turns[state]?.includes(news) ?? false)
}

/** Whether more may be asked of this bundle: another environment of the same space. */
export const isOpen = (state: PromotionState): boolean => unended.includes(state)

/** Whether it may be withdrawn still: the target has not accepted it, as far as is known. */
export const mayWithdraw = (state: PromotionState): boolean => next(state, 'Withdrawn') !== state

/** Whether it may be recalled: the target has accepted it. */
export const mayRecall = (state: PromotionState): boolean => next(state, 'Recalled') !== state

/** Whether a bundle whose time is over ends for it; what is being reviewed ends when the target says so. */
export const expires = (state: PromotionState): boolean =>
  state !== 'AwaitingReview' && next(state, 'Expired') !== state

/**
 * What becomes of a wanted environment when its bundle is in a state. What goes on there, goes on; a
 * newer bundle that takes the place of this one serves it as well.
 */
export function carried(wanted: PromotionState, bundle: PromotionState): PromotionState {
  if (bundle === 'Superseded') return wanted
  if (bundle === 'Recalled' && wanted !== 'Accepted') return wanted
  return next(wanted, bundle)
}

/** The state of the whole: the bundle's, and once that was accepted what its environments make of it. */
export function wholeOf(bundle: PromotionState, wanted: readonly PromotionState[]): PromotionState {
  if (bundle !== 'Accepted') return bundle
  if (wanted.includes('Deploying')) return 'Deploying'
  if (wanted.includes('Failed')) return 'Failed'
  const counted = wanted.filter((state) => state !== 'Withdrawn')
  return counted.length > 0 && counted.every((state) => state === 'Succeeded')
    ? 'Succeeded'
    : 'Accepted'
}

/** When the task of a promotion ends well: when it is on its way, was accepted, or was deployed. */
export type TaskEnd = 'OnDelivered' | 'OnAccepted' | 'OnReceipt'

export type TransportKind = 'Local' | 'Disconnected' | 'Https' | 'Bus'
export type RemoteKind = 'Environment' | 'Space'

/** When it ends if nobody says otherwise. */
export function taskEndOf(transport: TransportKind, kind: RemoteKind): TaskEnd {
  if (transport === 'Disconnected') return 'OnDelivered'
  return kind === 'Space' ? 'OnAccepted' : 'OnReceipt'
}

export type TaskOutcome = 'Success' | 'Failed' | 'Canceled'

/** How the task of a wanted environment ends by its state; null while it waits. */
export function outcomeOf(
  state: PromotionState,
  end: TaskEnd,
  transport: TransportKind,
): TaskOutcome | null {
  if (state === 'Withdrawn') return 'Canceled'
  const isGood = (progress[state] ?? -1) >= neededFor(end, transport)
  if (end === 'OnReceipt') return state === 'Succeeded' ? 'Success' : failedBy(state)
  return isGood ? 'Success' : failedBy(state)
}

// A file is delivered as soon as it is there to be taken: who waits for the task takes it then.
const neededFor = (end: TaskEnd, transport: TransportKind): number =>
  end === 'OnAccepted' ? 6 : transport === 'Disconnected' ? 2 : 4

const failures: readonly PromotionState[] = [
  ...(['Failed', 'Rejected', 'BuildFailed', 'Undeliverable', 'Expired', 'Recalled'] as const),
]
const failedBy = (state: PromotionState): TaskOutcome | null =>
  failures.includes(state) ? 'Failed' : null

/** When a whole remote space counts as deployed to in a lifecycle. */
export type SpaceRule = 'Accepted' | 'AnySucceeded' | 'AllSucceeded'

/**
 * Whether a remote environment counts as deployed to in a lifecycle. `states` is what is known of it:
 * for an environment its own alone, for a whole space that of each of its environments.
 */
export function isReached(
  kind: RemoteKind,
  states: readonly PromotionState[],
  rule: SpaceRule = 'Accepted',
): boolean {
  if (kind === 'Environment' || rule === 'AnySucceeded') return states.includes('Succeeded')
  if (rule === 'AllSucceeded')
    return states.length > 0 && states.every((state) => state === 'Succeeded')
  return states.some((state) => facts.includes(state))
}
