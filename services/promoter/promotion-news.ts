/** What news makes of a promotion. Pure: each function gives the promotion as it is then. */
import { RefusedError } from '#bus/errors.ts'
import { foldName } from '#domain/name.ts'
import {
  carried,
  expires,
  isOpen,
  mayWithdraw,
  next,
  type PromotionState,
  wholeOf,
} from '#domain/promotion/promotion-state.ts'
import { noteOf } from '#domain/promotion/promotion-texts.ts'
import type { PendingNote, StoredPromotion } from './promotion.model.ts'
import type { Wanted } from './promotions.contract.ts'

/** What has become of the bundle: by this server, or as its target tells. */
export interface BundleNews {
  state: PromotionState
  /** By the target's clock; null for what happened here. */
  at: string | null
  error?: string
  now: string
}

/** What a receipt says of one environment of the target. */
export interface ReceiptNews {
  /** What the environment is called there. */
  environment: string
  state: 'Accepted' | 'Deploying' | 'Succeeded' | 'Failed'
  at: string
  error: string
  sequence: number
  now: string
}

/** The promotion with the state of its bundle moved on, and all that follows with it; itself when nothing does. */
export function withBundle(promotion: StoredPromotion, news: BundleNews): StoredPromotion {
  const { state, at, error = '', now } = news
  const moved = next(promotion._bundle, state)
  const isHeard = at !== null
  if (moved === promotion._bundle) return isHeard ? { ...promotion, LastNews: now } : promotion
  const asked = new Set(promotion._asked)
  const Wanted = promotion.Wanted.map((one) => {
    if (asked.has(one.DeploymentId) && moved !== 'Withdrawn') return one
    const State = carried(one.State, moved)
    return State === one.State ? one : { ...one, State, At: at, ReceivedAt: now, Error: error }
  })
  const note = noteOf({ space: promotion.RemoteSpace, state: moved, at, error, environment: '' })
  return settledIn(
    noted(
      {
        ...(isOver(moved) ? unnumbered(promotion) : promotion),
        _bundle: moved,
        Wanted,
        Error: error,
        RetryingSince:
          moved === 'Retrying' ? (promotion.RetryingSince ?? now) : stillTrying(promotion, moved),
        LastNews: isHeard ? now : promotion.LastNews,
      },
      { deploymentId: null, ...note, ...auditOf(moved) },
    ),
  )
}

const isOver = (state: PromotionState) => state === 'Withdrawn' || state === 'BuildFailed'

/** A number that no bundle has been given is the next one's: so none is left out. */
const unnumbered = (promotion: StoredPromotion): StoredPromotion =>
  promotion.BundleId === null
    ? { ...promotion, Sequence: 0, _sequence: undefined, _building: null }
    : promotion

/** The states that are events of their own. Withdrawals and recalls are recorded with who asked for them. */
const audits: Partial<Record<PromotionState, string>> = {
  Delivered: 'PromotionDelivered',
  Accepted: 'PromotionAccepted',
  Rejected: 'PromotionRejected',
  Undeliverable: 'PromotionUndeliverable',
}
const auditOf = (state: PromotionState) => (audits[state] ? { audit: audits[state] } : {})

// What is sent again is tried again still: only an answer ends that.
const stillTrying = ({ RetryingSince }: StoredPromotion, moved: PromotionState) =>
  moved === 'Sending' ? RetryingSince : null

/** The promotion with what a receipt says; of what it says anew, nothing but when it was heard. */
export function withReceipt(promotion: StoredPromotion, news: ReceiptNews): StoredPromotion {
  const accepted = withBundle(promotion, { ...news, state: 'Accepted', error: '' })
  return accepted.Wanted.reduce<StoredPromotion>((all, one) => withReceiptFor(all, one, news), {
    ...accepted,
    LastNews: news.now,
  })
}

/** The same for one wanted environment, if it is the one that the receipt is about. */
function withReceiptFor(
  promotion: StoredPromotion,
  one: Wanted,
  news: ReceiptNews,
): StoredPromotion {
  const { environment, state, at, error, sequence, now } = news
  const mark = markOf(promotion, one.DeploymentId)
  const isWhole = one.Kind === 'Space'
  if (!isWhole && !(foldName(one.RemoteName) === foldName(environment) && sequence > mark.sequence))
    return promotion
  const heard = {
    ...promotion,
    _marks: { ...promotion._marks, [one.DeploymentId]: { ...mark, sequence } },
  }
  const isNew = next(one.State, state) !== one.State
  const there = isNew ? { ...one, State: state, At: at, ReceivedAt: now, Error: error } : one
  const moved = isWhole ? withEnvironment(one, news) : there
  if (moved === one) return heard
  const told = noteOf({ space: promotion.RemoteSpace, state, at, error, environment })
  const Wanted = heard.Wanted.map((other) => (other === one ? moved : other))
  return settledIn(noted({ ...heard, Wanted }, { deploymentId: one.DeploymentId, ...told }))
}

/** What is known of an environment of a whole space. Its own acceptance is all that its task waits for. */
function withEnvironment(one: Wanted, { environment: Name, state, at, now }: ReceiptNews): Wanted {
  const before = one.Environments?.find((other) => other.Name === Name)
  const State = before ? next(before.State, state) : state
  if (before?.State === State) return one
  const others = (one.Environments ?? []).filter((other) => other.Name !== Name)
  return { ...one, At: at, ReceivedAt: now, Environments: [...others, { Name, State }] }
}

/** The promotion with one more environment that it is wanted in. */
export function withWanted(promotion: StoredPromotion, wanted: Wanted): StoredPromotion {
  if (promotion._deployments.includes(wanted.DeploymentId)) return promotion
  const isEarly = promotion._bundle === 'Created' || promotion._bundle === 'Building'
  return settledIn({
    ...promotion,
    Wanted: [...promotion.Wanted, { ...wanted, State: isEarly ? promotion._bundle : 'Created' }],
    _deployments: [...promotion._deployments, wanted.DeploymentId],
    _asked: isEarly ? promotion._asked : [...promotion._asked, wanted.DeploymentId],
    _marks: { ...promotion._marks, [wanted.DeploymentId]: newMark },
  })
}

/** The promotion whose bundle serves what was asked for after it was built: nothing has changed since. */
export function withAdmitted(
  promotion: StoredPromotion,
  { deploymentId, now }: { deploymentId: string; now: string },
): StoredPromotion {
  const admitted = {
    ...promotion,
    _asked: promotion._asked.filter((id) => id !== deploymentId),
    Wanted: promotion.Wanted.map((one) =>
      one.DeploymentId === deploymentId ? startOf(promotion, one, now) : one,
    ),
  }
  const text = `The bundle that was built for ${promotion.RemoteSpace} before has the same content: it serves this environment as well.`
  return settledIn(noted(admitted, { deploymentId, category: 'Info', text }))
}

/** What is known of an environment that was asked for again: a failure there is no answer to the new wish. */
function startOf(promotion: StoredPromotion, one: Wanted, now: string): Wanted {
  const known = promotion.Wanted.find(
    (other) =>
      other.DeploymentId !== one.DeploymentId &&
      other.Kind === one.Kind &&
      other.RemoteName === one.RemoteName &&
      (other.State === 'Succeeded' || other.State === 'Deploying'),
  )
  if (known) return { ...one, State: known.State, At: known.At, ReceivedAt: now }
  return { ...one, State: carried(one.State, promotion._bundle), ReceivedAt: now }
}

/** The promotion without what another, with newer content, serves from now on. */
export function without(promotion: StoredPromotion, deploymentId: string): StoredPromotion {
  const { [deploymentId]: _, ...marks } = promotion._marks
  return settledIn({
    ...promotion,
    Wanted: promotion.Wanted.filter((one) => one.DeploymentId !== deploymentId),
    _deployments: promotion._deployments.filter((id) => id !== deploymentId),
    _asked: promotion._asked.filter((id) => id !== deploymentId),
    _marks: marks,
  })
}

/** The promotion when the wish for one of its environments is taken back; the last takes the whole back. */
export function withoutWish(
  promotion: StoredPromotion,
  about: { deploymentId: string; now: string },
): StoredPromotion {
  const { deploymentId, now } = about
  const mark = markOf(promotion, deploymentId)
  const gone: StoredPromotion = {
    ...promotion,
    _asked: promotion._asked.filter((id) => id !== deploymentId),
    Wanted: promotion.Wanted.map((one) =>
      one.DeploymentId === deploymentId
        ? { ...one, State: next(one.State, 'Withdrawn'), At: null, ReceivedAt: now }
        : one,
    ),
    // Whoever takes the wish back ends its task.
    _marks: { ...promotion._marks, [deploymentId]: { ...mark, settled: true } },
  }
  const isLast = gone.Wanted.every(({ State }) => State === 'Withdrawn')
  if (!isLast || !mayWithdraw(gone._bundle)) return settledIn(gone)
  return withdrawn(gone, { now })
}

/** The promotion taken back as a whole. */
export function withdrawn(
  promotion: StoredPromotion,
  { now, error = '' }: { now: string; error?: string },
): StoredPromotion {
  const after = withBundle(promotion, { state: 'Withdrawn', at: null, error, now })
  // What has not left needs no message.
  const hasLeft = !['Created', 'Building', 'Built'].includes(promotion._bundle)
  return hasLeft ? { ...after, _tell: [...after._tell, 'withdraw'] } : after
}

/** The promotion called back after it was accepted. */
export function recalled(
  promotion: StoredPromotion,
  about: { reason: string; now: string },
): StoredPromotion {
  const { reason: error, now } = about
  const after = withBundle(promotion, { state: 'Recalled', at: null, error, now })
  return { ...after, _tell: [...after._tell, 'recall'], _recalls: error }
}

/** The promotion whose bundle is to hold the files of its packages; made anew when it was made without. */
export function withPackages(promotion: StoredPromotion): StoredPromotion {
  if (promotion.IncludePackages) return promotion
  const after = { ...promotion, IncludePackages: true }
  return promotion.BundleId === null ? after : rebuilt(after)
}

/** What the target tells of a bundle over a connection; packages that it `lacks` are sent after it. */
export function heard(
  promotion: StoredPromotion,
  about: Omit<BundleNews, 'state'> & {
    state: PromotionState | null
    bundleId: string
    lacks: boolean
  },
): StoredPromotion {
  const { state, bundleId, lacks, ...news } = about
  // Another bundle with the same content has brought its packages: the first one is what goes on there.
  const isOfFirst = state === 'Accepted' || state === 'AwaitingReview'
  if (state === null || (bundleId !== promotion.BundleId && !isOfFirst))
    return { ...promotion, LastNews: news.now }
  const after = withBundle(promotion, { ...news, state })
  return lacks && isOpen(after._bundle) ? withPackages(after) : after
}

/** The promotion sent once more: a bundle that is too old, or lacks its packages, is made anew. */
export function resent(
  promotion: StoredPromotion,
  about: { withPackages: boolean; now: string },
): StoredPromotion {
  const { State, _bundle, RemoteSpace, NotAfter } = promotion
  if (!mayResend(_bundle))
    throw new RefusedError(
      isOpen(_bundle)
        ? `The promotion is ${State}: there is nothing to be sent.`
        : `The promotion has ended (${State}): deploy the release to ${RemoteSpace} again.`,
    )
  if (about.withPackages && !promotion.IncludePackages) return withPackages(promotion)
  const isOld = NotAfter !== null && NotAfter < about.now
  return isOld ? rebuilt(promotion) : { ...promotion, _offered: null, _work: true }
}

const mayResend = (state: PromotionState) => expires(state) || state === 'AwaitingReview'

/** With another number, for it is another bundle; what was taken as a file is to be taken again. */
const rebuilt = (promotion: StoredPromotion): StoredPromotion =>
  settledIn({
    ...promotion,
    _bundle: promotion._bundle === 'Exported' ? 'Built' : promotion._bundle,
    _rebuild: true,
    _sequence: undefined,
  })

export const newMark = { sequence: 0, told: '', settled: false } as const

export const markOf = ({ _marks }: StoredPromotion, deploymentId: string) =>
  _marks[deploymentId] ?? newMark

function noted(promotion: StoredPromotion, note: Omit<PendingNote, 'key'>): StoredPromotion {
  const _noted = promotion._noted + 1
  const key = `${promotion._id}-${_noted}`
  return { ...promotion, _noted, _notes: [...promotion._notes, { key, ...note }] }
}

/** The state of the whole as it follows; and something is to be done: to tell it, at the least. */
function settledIn(promotion: StoredPromotion): StoredPromotion {
  const State = wholeOf(
    promotion._bundle,
    promotion.Wanted.map((one) => one.State),
  )
  return { ...promotion, State, _work: true }
}
