import { expect } from 'chai'
import { bundleStatuses } from '#domain/promotion/messages.ts'
import { newsOf } from '#domain/promotion/status-news.ts'

describe('The status of a bundle at its target', () => {
  it('is a state of its promotion', () => {
    const states = bundleStatuses.map((status) => newsOf({ status, code: '', reason: '' }).state)

    expect(states).to.deep.equal([
      ...['Rejected', 'Delivered', 'AwaitingReview', 'Rejected', 'Accepted', 'Superseded'],
      ...['Withdrawn', 'Expired', null],
    ])
  })

  it('says by which code a bundle was refused, and why it was rejected', () => {
    const refused = newsOf({ status: 'Quarantined', code: 'BadSignature', reason: 'It differs.' })
    const rejected = newsOf({ status: 'Rejected', code: '', reason: 'Not this week.' })

    expect(refused.error).to.equal('BadSignature. It differs.')
    expect(rejected.error).to.equal('Not this week.')
  })
})
