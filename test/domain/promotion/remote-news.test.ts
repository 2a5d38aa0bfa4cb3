import { expect } from 'chai'
import type { PromotionState } from '#domain/promotion/promotion-state.ts'
import {
  countsByNews,
  movedByNews,
  newsAfter,
  type RemoteNews,
} from '#domain/promotion/remote-news.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 12, minute)).toISOString()
const news = (State: PromotionState, minute = 0, more: Partial<RemoteNews> = {}): RemoteNews => ({
  ...{ State, RemoteSpace: 'Prod Space', At: at(minute), ReceivedAt: at(minute + 1), Error: '' },
  ...more,
})

describe('News of another space', () => {
  it('lead on, and never back', () => {
    const way: RemoteNews[] = [
      news('Exported', 1),
      news('Accepted', 2),
      news('Deploying', 3),
      news('Succeeded', 4),
    ]
    const orders = [way, way.toReversed(), [...way, ...way]]

    const ends = orders.map((order) => order.reduce<RemoteNews | null>(newsAfter, null)?.State)

    expect(ends).to.deep.equal(['Succeeded', 'Succeeded', 'Succeeded'])
  })

  it('of a state that is known make it younger, or nothing when they are older', () => {
    const known = news('AwaitingReview', 5)

    expect(newsAfter(known, news('AwaitingReview', 4))).to.equal(known)
    expect(newsAfter(known, news('AwaitingReview', 6)).At).to.equal(at(6))
  })

  it('begin a failed deployment again, but not those from before it failed', () => {
    const failed = news('Failed', 5)

    expect(newsAfter(failed, news('Deploying', 4, { ReceivedAt: at(9) })).State).to.equal('Failed')
    expect(newsAfter(failed, news('Deploying', 5, { ReceivedAt: at(9) })).State).to.equal('Failed')
    expect(newsAfter(failed, news('Deploying', 6)).State).to.equal('Deploying')
  })

  it('count for an environment by its success alone', () => {
    const remote = { Kind: 'Environment', CountsWhen: 'Accepted' } as const
    const counting = (['Accepted', 'Deploying', 'Failed', 'Succeeded'] as const).filter((state) =>
      countsByNews(remote, news(state)),
    )

    expect(counting).to.deep.equal(['Succeeded'])
  })

  it('count for a space as it is set', () => {
    const Environments = (['Succeeded', 'Deploying'] as const).map((State) => ({
      Name: 'N',
      State,
    }))
    const counts = (CountsWhen: 'Accepted' | 'AnySucceeded' | 'AllSucceeded', told: RemoteNews) =>
      countsByNews({ Kind: 'Space', CountsWhen }, told)
    const some = news('Deploying', 0, { Environments })

    expect(counts('Accepted', news('AwaitingReview'))).to.equal(false)
    expect(counts('Accepted', news('Accepted'))).to.equal(true)
    expect(counts('AnySucceeded', news('Accepted'))).to.equal(false)
    expect(counts('AnySucceeded', some)).to.equal(true)
    expect(counts('AllSucceeded', some)).to.equal(false)
    expect(counts('AllSucceeded', news('Succeeded'))).to.equal(true)
  })
})

describe('The cell of a remote environment', () => {
  const task = {
    State: 'Success',
    CompletedTime: at(1),
    HasPendingInterruptions: false,
    HasWarningsOrErrors: false,
    ErrorMessage: '',
  }

  it('is a success when the other space says so, and at its time', () => {
    const shown = movedByNews({ ...task, State: 'Canceled' }, news('Succeeded', 7))

    expect(shown).to.include({ State: 'Success', CompletedTime: at(7) })
  })

  it('is none for anything else, whatever our own task says', () => {
    const states: (RemoteNews | null)[] = [
      null,
      ...(
        ['Built', 'Exported', 'Delivered', 'AwaitingReview', 'Accepted', 'Deploying'] as const
      ).map((state) => news(state)),
    ]

    const shown = states.map((told) => movedByNews(task, told))

    for (const cell of shown) expect(cell).to.include({ State: 'Executing', CompletedTime: null })
    expect(shown.map((cell) => cell.HasPendingInterruptions)).to.deep.equal([
      ...[true, true, true, true, true, true, false],
    ])
  })

  it('says why it failed', () => {
    const [told, silent] = [news('Failed', 7, { Error: 'code 3' }), news('Rejected', 8)]

    expect(movedByNews(task, told)).to.include({ State: 'Failed', ErrorMessage: 'code 3' })
    expect(movedByNews(task, silent).ErrorMessage).to.equal('It was rejected at Prod Space.')
    expect(movedByNews(task, news('Withdrawn')).State).to.equal('Canceled')
  })

  it('is as its task while nothing is known', () => {
    expect(movedByNews({ ...task, State: 'Queued' }, null)).to.include({ State: 'Queued' })
    expect(movedByNews({ ...task, State: 'Failed', ErrorMessage: 'No.' }, null)).to.include({
      ...{ State: 'Failed', ErrorMessage: 'No.' },
    })
  })
})
