/** What another space tells of a deployment that it makes, and what follows from it here. */
import {
  isReached,
  next,
  type PromotionState,
  type RemoteKind,
  type SpaceRule,
} from './promotion-state.ts'

/** The last that is known of a deployment to a remote environment. Times are ISO texts. */
export interface RemoteNews {
  State: PromotionState
  /** The name by which the other space is known here. */
  RemoteSpace: string
  /** When it came to be so, by the clock of the other space; null for what happened here. */
  At: string | null
  /** When this server learned of it. */
  ReceivedAt: string
  /** Why it failed, as the other space says: masked there. '' otherwise. */
  Error: string
  /** Of a whole space: how far each of its environments is that it has told of. */
  Environments?: { Name: string; State: PromotionState }[]
}

/** Where a remote environment leads to. */
export interface Remote {
  TrustId: string
  Kind: RemoteKind
  /** The name of the environment there; of a whole space the space's. */
  RemoteName: string
  /** Its id there, where it was picked from what the other space tells. */
  RemoteId?: string
  /** When a whole space counts as deployed to. */
  CountsWhen: SpaceRule
}

/** What is known after some news: the same object as before when they are late, or lead nowhere. */
export function newsAfter(before: RemoteNews | null, news: RemoteNews): RemoteNews {
  if (before === null) return news
  if (news.State === before.State)
    return isLater(news.ReceivedAt, before.ReceivedAt) ? news : before
  if (next(before.State, news.State) !== news.State) return before
  return before.State === 'Failed' && isOfBefore(news, before) ? before : news
}

/** What came before a failure does not begin it again, when it is heard once more. */
const isOfBefore = (news: RemoteNews, failure: RemoteNews): boolean =>
  news.At !== null && failure.At !== null
    ? !isLater(news.At, failure.At)
    : !isLater(news.ReceivedAt, failure.ReceivedAt)

const isLater = (a: string, b: string): boolean => Date.parse(a) > Date.parse(b)

/** Whether by these news the environment counts as deployed to. */
export const countsByNews = (
  { Kind, CountsWhen }: Pick<Remote, 'Kind' | 'CountsWhen'>,
  { State, Environments = [] }: Pick<RemoteNews, 'State' | 'Environments'>,
): boolean => {
  const told = Environments.map((one) => one.State)
  return isReached(Kind, Kind === 'Space' && told.length > 0 ? told : [State], CountsWhen)
}

/** The part of a dashboard's cell that moves. */
export interface Moving {
  State: string
  CompletedTime: string | null
  HasPendingInterruptions: boolean
  HasWarningsOrErrors: boolean
  ErrorMessage: string
}

/**
 * What a dashboard says of a deployment to a remote environment, in the words for tasks that every
 * client knows: a success is what the other space has said to be one, whatever became of our own task.
 */
export function movedByNews<M extends Moving>(task: M, news: RemoteNews | null): M {
  // A task that could not be begun, or was cancelled before anything was sent, tells by itself.
  if (news === null) return task.State === 'Success' ? underWay(task, true) : task
  const { State, At, ReceivedAt, Error: why } = news
  const ended = { CompletedTime: At ?? ReceivedAt, HasPendingInterruptions: false }
  if (State === 'Succeeded')
    return { ...task, ...ended, State: 'Success', HasWarningsOrErrors: false, ErrorMessage: '' }
  const failure = failures[State]
  if (failure) {
    const ErrorMessage = why || `${failure} ${news.RemoteSpace}.`
    return { ...task, ...ended, State: 'Failed', HasWarningsOrErrors: true, ErrorMessage }
  }
  if (State === 'Withdrawn' || State === 'Superseded' || State === 'Recalled')
    return { ...task, ...ended, State: 'Canceled', ErrorMessage: why }
  return underWay(task, State !== 'Deploying')
}

const underWay = <M extends Moving>(task: M, isWaiting: boolean): M => ({
  ...task,
  State: task.State === 'Queued' ? 'Queued' : 'Executing',
  CompletedTime: null,
  HasPendingInterruptions: isWaiting && task.State !== 'Queued',
  HasWarningsOrErrors: false,
  ErrorMessage: '',
})

const failures: Partial<Record<PromotionState, string>> = {
  Failed: 'It failed at',
  Rejected: 'It was rejected at',
  BuildFailed: 'The bundle could not be built for',
  Undeliverable: 'The bundle could not be delivered to',
  Expired: 'The bundle was not imported in time at',
}
