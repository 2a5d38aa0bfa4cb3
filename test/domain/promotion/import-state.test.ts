import { expect } from 'chai'
import {
  hasRelease,
  importStates,
  isOpenImport,
  mayBecome,
  statesBefore,
  statusOf,
} from '#domain/promotion/import-state.ts'

const ended = [
  'Quarantined',
  'Duplicate',
  'Superseded',
  'Rejected',
  'Withdrawn',
  'Expired',
] as const

describe('The state of an import', () => {
  it('leads nowhere from its ends', () => {
    for (const from of ended)
      for (const to of importStates) expect(mayBecome(from, to), `${from} to ${to}`).to.equal(false)
  })

  it('comes to Imported by importing alone', () => {
    expect(statesBefore('Imported')).to.deep.equal(['Importing'])
  })

  it('is never changed by people once its import has begun', () => {
    for (const to of ['Rejected', 'Withdrawn', 'Expired', 'Approved'] as const)
      expect(mayBecome('Importing', to)).to.equal(false)
  })

  it('may be approved anew, tried again, rejected or withdrawn when its import has failed', () => {
    for (const to of ['Approved', 'Importing', 'Rejected', 'Withdrawn'] as const)
      expect(mayBecome('ImportFailed', to)).to.equal(true)
  })

  it('lets people decide only while nothing has been made of it', () => {
    expect(importStates.filter(isOpenImport)).to.deep.equal([
      ...['AwaitingPackages', 'AwaitingReview', 'Approved', 'ImportFailed'],
    ])
  })

  it('has a release here from its import until that is deleted', () => {
    expect(importStates.filter(hasRelease)).to.deep.equal(['Imported', 'Superseded', 'Recalled'])
  })

  it('is told to the source without what is the target’s own affair', () => {
    expect(statusOf('Importing')).to.equal('AwaitingReview')
    expect(statusOf('ImportFailed')).to.equal('AwaitingReview')
    expect(statusOf('Duplicate')).to.equal(null)
  })
})
