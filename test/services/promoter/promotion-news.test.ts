import { expect } from 'chai'
import { newPromotion } from '../../../services/promoter/beginning.ts'
import type { StoredPromotion } from '../../../services/promoter/promotion.model.ts'
import {
  recalled,
  resent,
  withAdmitted,
  withBundle,
  withdrawn,
  withoutWish,
  withPackages,
  withReceipt,
  withWanted,
} from '../../../services/promoter/promotion-news.ts'
import type { Wanted } from '../../../services/promoter/promotions.contract.ts'

const now = '2026-01-02T00:00:00.000Z'
const at = '2026-01-01T23:00:00.000Z'

const wanted = (name: string, more: Partial<Wanted> = {}): Wanted => ({
  EnvironmentId: `Environments-${name}`,
  RemoteName: name,
  Kind: 'Environment',
  DeploymentId: `Deployments-${name}`,
  TaskId: `ServerTasks-${name}`,
  State: 'Created',
  At: null,
  ReceivedAt: now,
  Error: '',
  ...more,
})

const promotion = (): StoredPromotion =>
  newPromotion(
    {
      SpaceId: 'Spaces-1',
      ProjectId: 'Projects-1',
      ReleaseId: 'Releases-1',
      ReleaseVersion: '1.4.2',
      TrustId: 'Trusts-1',
      RemoteSpace: 'Prod Space',
      IncludePackages: false,
      CreatedBy: 'alice',
    },
    { wanted: wanted('Production'), turns: 1, now },
  )

type State = StoredPromotion['State']
const heard = (one: StoredPromotion, state: State, error = '') =>
  withBundle(one, { state, at, error, now })
const done = (one: StoredPromotion, ...states: State[]) =>
  states.reduce((all, state) => withBundle(all, { state, at: null, now }), one)
const receipt = (
  one: StoredPromotion,
  state: 'Deploying' | 'Succeeded' | 'Failed',
  sequence: number,
  environment = 'Production',
) => withReceipt(one, { environment, state, at, error: '', sequence, now })

const accepted = () => heard(done(promotion(), 'Building', 'Built', 'Sending'), 'Accepted')
const statesOf = (one: StoredPromotion) => one.Wanted.map(({ State }) => State)

describe('News of a promotion', () => {
  it('moves what is wanted along with the bundle', () => {
    const after = done(promotion(), 'Building', 'Built', 'Sending')

    expect(after.State).to.equal('Sending')
    expect(statesOf(after)).to.deep.equal(['Sending'])
    expect(after._work).to.equal(true)
  })

  it('changes nothing when it leads nowhere, but when it was heard', () => {
    const before = accepted()

    const after = heard(before, 'AwaitingReview')

    expect(after.State).to.equal('Accepted')
    expect(after._notes).to.equal(before._notes)
    expect(done(before, 'Sending')).to.equal(before)
  })

  it('says since when the target cannot be reached until it can', () => {
    const retrying = done(promotion(), 'Building', 'Built', 'Sending', 'Retrying', 'Sending')

    const later = withBundle(retrying, {
      ...{ state: 'Retrying', at: null },
      now: '2026-01-03T00:00:00.000Z',
    })

    expect(later.RetryingSince).to.equal(now)
    expect(heard(later, 'Delivered').RetryingSince).to.equal(null)
  })

  it('is recorded once in the audit trail for each state that counts', () => {
    const audits = accepted()._notes.flatMap(({ audit }) => audit ?? [])

    expect(audits).to.deep.equal(['PromotionCreated', 'PromotionAccepted'])
  })

  it('gives a number back that no bundle was given', () => {
    const building = { ...done(promotion(), 'Building'), Sequence: 7, _sequence: 'Trusts-1#7' }

    const gone = withdrawn(building, { now })
    const built = withdrawn({ ...building, BundleId: 'b' }, { now })

    expect(gone).to.include({ Sequence: 0, _sequence: undefined, State: 'Withdrawn' })
    expect(built).to.include({ Sequence: 7, _sequence: 'Trusts-1#7' })
  })

  it('has the target told of a withdrawal only when something has left', () => {
    const early = withdrawn(done(promotion(), 'Building', 'Built'), { now })
    const late = withdrawn(done(promotion(), 'Building', 'Built', 'Sending'), { now })

    expect(early._tell).to.deep.equal([])
    expect(late._tell).to.deep.equal(['withdraw'])
  })
})

describe('A receipt', () => {
  it('says that the release was accepted, and what became of the environment', () => {
    const after = receipt(done(promotion(), 'Building', 'Built', 'Exported'), 'Deploying', 3)

    expect(after._bundle).to.equal('Accepted')
    expect(after.State).to.equal('Deploying')
    expect(after.Wanted[0]).to.include({ State: 'Deploying', At: at })
  })

  it('counts for its own environment alone', () => {
    const both = withAdmitted(withWanted(accepted(), wanted('Europe')), {
      ...{ deploymentId: 'Deployments-Europe', now },
    })

    const after = receipt(both, 'Succeeded', 3, 'europe')

    expect(statesOf(after)).to.deep.equal(['Accepted', 'Succeeded'])
    expect(after.State).to.equal('Accepted')
  })

  it('changes nothing when a later one has come before it', () => {
    const failed = receipt(accepted(), 'Failed', 9)

    const after = receipt(failed, 'Deploying', 8)

    expect(statesOf(after)).to.deep.equal(['Failed'])
    expect(statesOf(receipt(after, 'Deploying', 10))).to.deep.equal(['Deploying'])
  })

  it('changes nothing the second time', () => {
    const once = receipt(accepted(), 'Succeeded', 3)

    const twice = receipt(once, 'Succeeded', 3)

    expect({ ...twice, LastNews: null }).to.deep.equal({ ...once, LastNews: null })
  })

  it('is kept by environment where a whole space is wanted, which stays accepted', () => {
    const whole = newPromotion(promotion(), {
      wanted: wanted('Prod Space', { Kind: 'Space' }),
      ...{ turns: 1, now },
    })

    const after = receipt(receipt(whole, 'Deploying', 1, 'Europe'), 'Succeeded', 2, 'Asia')

    expect(after.Wanted[0]?.State).to.equal('Accepted')
    expect(after.Wanted[0]?.Environments).to.deep.equal([
      { Name: 'Europe', State: 'Deploying' },
      { Name: 'Asia', State: 'Succeeded' },
    ])
  })

  it('still counts for what a newer revision has taken the place of', () => {
    const replaced = done(accepted(), 'Superseded')

    const after = receipt(replaced, 'Succeeded', 4)

    expect(after.State).to.equal('Superseded')
    expect(statesOf(after)).to.deep.equal(['Succeeded'])
  })
})

describe('One more environment', () => {
  it('goes with the bundle while that is not built', () => {
    const after = done(withWanted(promotion(), wanted('Europe')), 'Building', 'Built')

    expect(statesOf(after)).to.deep.equal(['Built', 'Built'])
    expect(after._asked).to.deep.equal([])
  })

  it('waits for a look at the content once it is built, whatever is told meanwhile', () => {
    const asked = withWanted(accepted(), wanted('Europe'))

    const after = done(asked, 'Superseded')

    expect(asked._asked).to.deep.equal(['Deployments-Europe'])
    expect(statesOf(after)).to.deep.equal(['Accepted', 'Created'])
  })

  it('that was deployed to is there at once; one that failed waits for the next try', () => {
    const again = wanted('Production', { DeploymentId: 'Deployments-again' })
    const about = { deploymentId: 'Deployments-again', now }

    const good = withAdmitted(withWanted(receipt(accepted(), 'Succeeded', 3), again), about)
    const bad = withAdmitted(withWanted(receipt(accepted(), 'Failed', 3), again), about)

    expect(statesOf(good)).to.deep.equal(['Succeeded', 'Succeeded'])
    expect(statesOf(bad)).to.deep.equal(['Failed', 'Accepted'])
  })

  it('is there once, however often it is asked for', () => {
    const once = withWanted(accepted(), wanted('Europe'))

    expect(withWanted(once, wanted('Europe'))).to.equal(once)
  })
})

describe('A wish that is taken back', () => {
  const about = { deploymentId: 'Deployments-Production', now } as const

  it('takes the whole back when it was the last', () => {
    const after = withoutWish(done(promotion(), 'Building', 'Built', 'Sending'), about)

    expect(after.State).to.equal('Withdrawn')
    expect(after._tell).to.deep.equal(['withdraw'])
  })

  it('leaves what others wait for', () => {
    const both = withWanted(promotion(), wanted('Europe'))

    const after = withoutWish(done(both, 'Building'), about)

    expect(after.State).to.equal('Building')
    expect(statesOf(after)).to.deep.equal(['Withdrawn', 'Building'])
  })

  it('leaves at the target what that has accepted, and ends the waiting', () => {
    const after = withoutWish(accepted(), about)

    expect(after.State).to.equal('Accepted')
    expect(after._marks['Deployments-Production']?.settled).to.equal(true)
  })
})

describe('A promotion that is sent again', () => {
  const asIs = { withPackages: false, now }

  it('is the same bundle while that is taken', () => {
    const before = { ...done(promotion(), 'Building', 'Built', 'Sending'), BundleId: 'b' }

    expect(resent(before, asIs)).to.include({ _rebuild: false, BundleId: 'b' })
  })

  it('is another bundle, with another number, when its time is over or it lacks packages', () => {
    const built = { ...done(promotion(), 'Building', 'Built', 'Exported'), BundleId: 'b' }
    const old = { ...built, NotAfter: '2026-01-01T00:00:00.000Z' }

    expect(resent(old, asIs)).to.include({ _rebuild: true, _sequence: undefined, State: 'Built' })
    expect(withPackages(built)).to.include({ _rebuild: true, IncludePackages: true })
  })

  it('is refused when the target has it, or has refused it', () => {
    expect(() => resent(accepted(), asIs)).to.throw('nothing to be sent')
    expect(() => resent(heard(done(promotion(), 'Building', 'Built'), 'Rejected'), asIs)).to.throw(
      'deploy the release to Prod Space again',
    )
  })
})

describe('A recall', () => {
  it('is told to the target, and leaves what runs there as it is', () => {
    const running = receipt(accepted(), 'Deploying', 3)

    const after = recalled(running, { reason: 'It deletes data.', now })

    expect(after).to.include({ State: 'Recalled', Error: 'It deletes data.' })
    expect(after._tell).to.deep.equal(['recall'])
    expect(statesOf(after)).to.deep.equal(['Deploying'])
  })
})
