import { expect } from 'chai'
import { seldom } from '#bus/seldom.ts'
import { createClaims } from '../../services/worker/claims.ts'
import { createEpochs } from '../../services/worker/epochs.ts'
import { runFolder } from '../../services/worker/run-folder.ts'

describe('The epochs of a worker', () => {
  const persisted: number[] = []
  const failures: unknown[] = []
  const epochs = (most = 1_000) =>
    createEpochs({
      ...{ first: 7, most },
      persist: (epoch) => persisted.push(epoch),
      failed: (error) => failures.push(error),
    })

  beforeEach(() => {
    persisted.length = 0
  })

  it('accept this one and the one before', () => {
    const { accepts, turn } = epochs()

    turn()

    expect([5, 6, 7, 8, 9].filter(accepts)).to.deep.equal([7, 8])
    expect(persisted).to.deep.equal([8])
  })

  it('remember for as long as an order from then is accepted', () => {
    const { remember, hasHad, turn } = epochs()
    remember('run')

    const had = [hasHad('run')]
    for (let count = 0; count < 2; count++) {
      turn()
      had.push(hasHad('run'))
    }

    expect(had).to.deep.equal([true, true, false])
  })

  it('begin early when there is much to remember', () => {
    const { remember, hasHad, now } = epochs(2)

    for (const text of ['one', 'two', 'three']) remember(text)

    expect(now()).to.equal(8)
    expect(['one', 'two', 'three'].filter(hasHad)).to.deep.equal(['one', 'two', 'three'])
  })

  it('go on where the next cannot be kept', () => {
    const { turn, now, hasHad, remember } = createEpochs({
      first: 7,
      persist() {
        throw new Error('The disk is full.')
      },
      failed: (error) => failures.push(error),
    })
    remember('run')

    turn()

    expect(now()).to.equal(7)
    expect(hasHad('run')).to.equal(true)
    expect(failures).to.have.length(1)
  })
})

describe('The claims on runs', () => {
  it('name what nobody has asked for in a minute', () => {
    let now = 0
    const claims = createClaims(() => now)
    const folder = runFolder('/nowhere')
    claims.found('left', folder)
    claims.claim('asked', folder, { node: 'server', term: 1 })

    now = 50_000
    claims.touch('asked')
    now = 61_000

    expect(claims.unclaimed()).to.deep.equal(['left'])
  })
})

describe('What is told seldom', () => {
  it('is told once a minute, with how many were passed over', () => {
    let now = 0
    const told: object[] = []
    const tell = seldom<{ what: string }>(
      (about) => told.push(about),
      () => now,
    )

    for (const what of ['a', 'b', 'c']) tell({ what })
    now = 60_000
    tell({ what: 'd' })

    expect(told).to.deep.equal([
      { what: 'a', passedOver: 0 },
      { what: 'd', passedOver: 2 },
    ])
  })
})
