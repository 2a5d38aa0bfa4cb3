import { expect } from 'chai'
import { type Candidate, choose, isHealthy, whyNone } from '#domain/placement.ts'

const worker = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  ...{ id, name: id, isDisabled: false, isDraining: false, isHeard: true, refuses: null },
  ...{ slots: 4, taken: 0, packagesThere: 0, ...more },
})

describe('A unit', () => {
  it('runs on the worker with the smallest part of its slots taken', () => {
    const chosen = choose([worker('half', { taken: 2 }), worker('third', { slots: 9, taken: 3 })])

    expect(chosen?.id).to.equal('third')
  })

  it('prefers, among those alike, the worker that has its packages', () => {
    const chosen = choose([worker('one'), worker('has it', { packagesThere: 1 })])

    expect(chosen?.id).to.equal('has it')
  })

  it('is not held up by a package that only a busier worker has', () => {
    const chosen = choose([worker('free'), worker('has it', { taken: 1, packagesThere: 1 })])

    expect(chosen?.id).to.equal('free')
  })

  it('prefers, among those alike, the worker with most free slots', () => {
    const chosen = choose([worker('small'), worker('large', { slots: 16 })])

    expect(chosen?.id).to.equal('large')
  })

  it('runs on no worker that is full, disabled, draining, not heard, or takes nothing', () => {
    const chosen = choose([
      worker('full', { taken: 4 }),
      worker('disabled', { isDisabled: true }),
      worker('draining', { isDraining: true }),
      worker('silent', { isHeard: false }),
      worker('refusing', { refuses: 'its disk is full' }),
    ])

    expect(chosen).to.equal(undefined)
  })

  it('spreads over a pool when each is told of the one before', () => {
    const pool = [worker('a'), worker('b'), worker('c')]

    for (let count = 0; count < 6; count++) {
      const chosen = choose(pool)
      if (chosen) chosen.taken += 1
    }

    expect(pool.map(({ taken }) => taken)).to.deep.equal([2, 2, 2])
  })
})

describe('A pool', () => {
  it('is healthy as long as one worker would run something, if it had a place', () => {
    expect(isHealthy([worker('full', { taken: 4 })])).to.equal(true)
    expect(isHealthy([worker('draining', { isDraining: true })])).to.equal(false)
    expect(isHealthy([])).to.equal(false)
  })

  it('says by its name that it is busy', () => {
    const why = whyNone('Linux', [worker('a', { taken: 4 }), worker('b', { isDisabled: true })])

    expect(why).to.equal("Every worker of the pool 'Linux' is busy: all 4 slots are taken.")
  })

  it('says by its name that it has no workers', () => {
    expect(whyNone('Linux', [])).to.equal("The worker pool 'Linux' has no workers.")
  })

  it('says of each worker what keeps it', () => {
    const why = whyNone('Linux', [
      worker('a', { isDisabled: true }),
      worker('b', { isHeard: false }),
      worker('c', { isDraining: true }),
      worker('d', { refuses: 'its disk is full' }),
    ])

    expect(why).to.equal(
      "No worker of the pool 'Linux' can run it: a is disabled; b is not heard; c is draining; d takes nothing new (its disk is full).",
    )
  })
})
