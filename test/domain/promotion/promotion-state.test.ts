import { expect } from 'chai'
import {
  carried,
  expires,
  isReached,
  mayRecall,
  mayWithdraw,
  next,
  outcomeOf,
  type PromotionState,
  promotionStates,
  taskEndOf,
  wholeOf,
} from '#domain/promotion/promotion-state.ts'

const facts = 'Accepted Deploying Succeeded Failed'
const ends = 'Rejected Withdrawn Expired Superseded'

/** Where news may lead from each state: all other news changes nothing. */
const leads: Record<PromotionState, string> = {
  Created: `Building Built Sending Retrying Exported Delivered AwaitingReview ${facts} BuildFailed Withdrawn Superseded`,
  Building: `Built Sending Retrying Exported Delivered AwaitingReview ${facts} BuildFailed Withdrawn Superseded`,
  Built: `Sending Retrying Exported Delivered AwaitingReview ${facts} Undeliverable ${ends}`,
  BuildFailed: '',
  Exported: `Delivered AwaitingReview ${facts} ${ends}`,
  Sending: `Retrying Exported Delivered AwaitingReview ${facts} Undeliverable ${ends}`,
  Retrying: `Sending Exported Delivered AwaitingReview ${facts} Undeliverable ${ends}`,
  Delivered: `AwaitingReview ${facts} ${ends}`,
  Undeliverable: `Exported Delivered AwaitingReview ${facts} ${ends}`,
  AwaitingReview: `${facts} ${ends}`,
  Rejected: facts,
  Accepted: 'Deploying Succeeded Failed Recalled Superseded',
  Deploying: 'Succeeded Failed Recalled Superseded',
  Succeeded: 'Recalled Superseded',
  Failed: 'Deploying Succeeded Recalled Superseded',
  Withdrawn: facts,
  Expired: facts,
  Recalled: 'Deploying Succeeded Failed',
  Superseded: '',
}

describe('The state of a promotion', () => {
  for (const state of promotionStates) {
    it(`goes from ${state} where the table says, and nowhere else`, () => {
      const expected = leads[state].split(' ').filter((name) => name !== '')

      const led = promotionStates.filter((news) => next(state, news) !== state)

      expect(led).to.have.members(expected)
      expect(led.map((news) => next(state, news))).to.deep.equal(led)
    })
  }

  it('can be withdrawn until it was accepted, recalled from then on', () => {
    const both = promotionStates.filter((state) => mayWithdraw(state) && mayRecall(state))

    expect(both).to.deep.equal([])
    expect(promotionStates.filter(mayRecall)).to.have.members(facts.split(' '))
    expect(mayWithdraw('AwaitingReview')).to.equal(true)
  })

  it('expires on its way, and not while people look at it', () => {
    const overdue = promotionStates.filter(expires)

    expect(overdue).to.have.members(
      'Built Sending Retrying Exported Delivered Undeliverable'.split(' '),
    )
  })
})

describe('A wanted environment', () => {
  it('goes with its bundle until it is deployed to', () => {
    expect(carried('Created', 'Delivered')).to.equal('Delivered')
    expect(carried('Deploying', 'Accepted')).to.equal('Deploying')
    expect(carried('Delivered', 'Rejected')).to.equal('Rejected')
  })

  it('goes on when a newer bundle takes the place of its own', () => {
    expect(carried('Accepted', 'Superseded')).to.equal('Accepted')
  })

  it('is recalled only while nothing has begun there', () => {
    expect(carried('Accepted', 'Recalled')).to.equal('Recalled')
    expect(carried('Deploying', 'Recalled')).to.equal('Deploying')
    expect(carried('Succeeded', 'Recalled')).to.equal('Succeeded')
  })
})

describe('The whole of a promotion', () => {
  it('is what its bundle is until that was accepted', () => {
    expect(wholeOf('Sending', ['Sending', 'Withdrawn'])).to.equal('Sending')
  })

  it('succeeded only when each environment did', () => {
    expect(wholeOf('Accepted', ['Succeeded', 'Accepted'])).to.equal('Accepted')
    expect(wholeOf('Accepted', ['Succeeded', 'Withdrawn'])).to.equal('Succeeded')
    expect(wholeOf('Accepted', ['Succeeded', 'Succeeded'])).to.equal('Succeeded')
    expect(wholeOf('Accepted', [])).to.equal('Accepted')
  })

  it('deploys while any does, and failed when any did', () => {
    expect(wholeOf('Accepted', ['Failed', 'Deploying'])).to.equal('Deploying')
    expect(wholeOf('Accepted', ['Failed', 'Succeeded'])).to.equal('Failed')
  })
})

describe('The task of a promotion', () => {
  it('ends by the transport and what is wanted', () => {
    expect(taskEndOf('Disconnected', 'Environment')).to.equal('OnDelivered')
    expect(taskEndOf('Bus', 'Space')).to.equal('OnAccepted')
    expect(taskEndOf('Https', 'Environment')).to.equal('OnReceipt')
  })

  it('ends well by a receipt of success alone when it waits for one', () => {
    const ended = promotionStates.filter((state) => outcomeOf(state, 'OnReceipt', 'Bus'))

    expect(ended).to.have.members(
      'Succeeded Failed Rejected BuildFailed Undeliverable Expired Recalled Withdrawn'.split(' '),
    )
    expect(outcomeOf('Succeeded', 'OnReceipt', 'Bus')).to.equal('Success')
    expect(outcomeOf('Failed', 'OnReceipt', 'Bus')).to.equal('Failed')
    expect(outcomeOf('Withdrawn', 'OnReceipt', 'Bus')).to.equal('Canceled')
  })

  it('ends well when the target accepts, when it waits for that', () => {
    expect(outcomeOf('AwaitingReview', 'OnAccepted', 'Bus')).to.equal(null)
    expect(outcomeOf('Accepted', 'OnAccepted', 'Bus')).to.equal('Success')
    expect(outcomeOf('Failed', 'OnAccepted', 'Bus')).to.equal('Success')
    expect(outcomeOf('Rejected', 'OnAccepted', 'Bus')).to.equal('Failed')
  })

  it('ends well with the file when nothing connects the spaces', () => {
    expect(outcomeOf('Building', 'OnDelivered', 'Disconnected')).to.equal(null)
    expect(outcomeOf('Built', 'OnDelivered', 'Disconnected')).to.equal('Success')
    expect(outcomeOf('Sending', 'OnDelivered', 'Bus')).to.equal(null)
    expect(outcomeOf('Delivered', 'OnDelivered', 'Bus')).to.equal('Success')
    expect(outcomeOf('BuildFailed', 'OnDelivered', 'Disconnected')).to.equal('Failed')
  })
})

describe('A remote environment in a lifecycle', () => {
  it('is reached by a success that its space has told, by nothing less', () => {
    const reached = promotionStates.filter((state) => isReached('Environment', [state]))

    expect(reached).to.deep.equal(['Succeeded'])
  })

  it('is reached by acceptance when it is a whole space, unless more is asked', () => {
    expect(isReached('Space', ['Accepted'])).to.equal(true)
    expect(isReached('Space', ['AwaitingReview'])).to.equal(false)
    expect(isReached('Space', ['Accepted', 'Succeeded'], 'AnySucceeded')).to.equal(true)
    expect(isReached('Space', ['Accepted', 'Succeeded'], 'AllSucceeded')).to.equal(false)
    expect(isReached('Space', [], 'AllSucceeded')).to.equal(false)
  })
})
