import { expect } from 'chai'
import { MongoError } from 'mongodb'
import { isStoreAway } from '#store/away.ts'

describe('A database', () => {
  const of = (name: string, more: object = {}) =>
    Object.assign(new Error('Something happened.'), { name, ...more })

  const away: Record<string, Error> = {
    'closed the connection': of('MongoNetworkError'),
    'did not answer in time': of('MongoNetworkTimeoutError'),
    'was not found': of('MongoServerSelectionError'),
    'was not found by mongoose': of('MongooseServerSelectionError'),
    'was lost by all connections': of('MongoPoolClearedError'),
    'stopped without a word': of('PoolClearedOnNetworkError'),
    'let no connection in': of('MongoWaitQueueTimeoutError'),
    'is not the primary any more': of('MongoServerError', { code: 10107 }),
    'shuts down': of('MongoServerError', { code: 91 }),
    'was interrupted while it shut down': of('MongoServerError', { code: 11600 }),
    'says that the write may be tried again': of('MongoWriteConcernError', {
      errorLabels: ['RetryableWriteError'],
    }),
    'was waited for by mongoose': Object.assign(
      new Error('Operation `tasks.findOne()` buffering timed out after 10000ms'),
      { name: 'MongooseError' },
    ),
    'ends the connection just as it is written to': of('Error', {
      code: 'EPIPE',
      stack:
        'Error\n    at Connection.writeCommand (/srv/node_modules/mongodb/lib/cmap/connection.js:408:29)',
    }),
    'fails of it further down': of('MongooseError', { cause: of('MongoNetworkError') }),
  }

  for (const [what, error] of Object.entries(away)) {
    it(`is away when it ${what}`, () => {
      expect(isStoreAway(error)).to.equal(true)
    })
  }

  it('is there when it refuses what it was asked', () => {
    const faults = [
      of('MongoServerError', { code: 11_000 }),
      of('MongoServerError', { code: 18 }),
      of('ValidationError'),
      of('Error', { code: 91 }),
      of('Error', { code: 'EPIPE' }),
      new MongoError('Something else'),
      undefined,
    ]

    expect(faults.map(isStoreAway)).to.deep.equal(faults.map(() => false))
  })
})
