import { expect } from 'chai'
import { defectStatement, revisionAt, statementOf, statesOf } from '#domain/promotion/statements.ts'

const T = (minute: number) => new Date(Date.UTC(2026, 9, 12, 8, minute)).toISOString()

const release = {
  ...{ SourceReleaseId: 'Releases-91', SourceVersion: '1.4.2' },
  ...{ Revision: 2, BundleId: 'second', ImportedAt: T(20) },
  Revisions: [{ Revision: 1, BundleId: 'first', ImportedAt: T(10) }],
}
const task = {
  ...{ State: 'Failed', StartTime: T(31), CompletedTime: T(32) },
  ...{ ErrorMessage: 'It broke.', HasWarningsOrErrors: true },
}
const about = {
  ...{ task, release, sharesNames: false, environment: { id: 'Environments-2', name: 'Live' } },
  deployment: { Id: 'Deployments-1', Created: T(30), DeployedBy: 'ann' },
  steps: [{ name: 'Step 1: Greet', status: 'Failed' }],
}

describe('What a target says of a deployment', () => {
  for (const [State, StartTime, states] of [
    ['Queued', null, ['Queued']],
    ['Executing', T(1), ['Queued', 'Executing']],
    ['Cancelling', T(1), ['Queued', 'Executing']],
    ['Success', T(1), ['Queued', 'Executing', 'Success']],
    ['Failed', T(1), ['Queued', 'Executing', 'Failed']],
    ['Canceled', T(1), ['Queued', 'Executing', 'Canceled']],
    ['Canceled', null, ['Queued', 'Canceled']],
    ['TimedOut', null, ['Queued', 'Failed']],
  ] as const)
    it(`is ${states.join(', ')} when it is ${State}${StartTime ? '' : ' and has not begun'}`, () => {
      expect(statesOf({ State, StartTime })).to.deep.equal(states)
    })

  it('is about the bundle that the release was of when it was deployed', () => {
    expect(revisionAt(release, T(15))).to.include({ BundleId: 'first', Revision: 1 })
    expect(revisionAt(release, T(20))).to.include({ BundleId: 'second', Revision: 2 })
    expect(revisionAt(release, T(5))).to.include({ BundleId: 'first' })
  })

  it('has the end, its steps and its reason when it has ended, and not before', () => {
    const [queued, executing, failed] = (['Queued', 'Executing', 'Failed'] as const).map((state) =>
      statementOf(state, about),
    )

    const open = { endedAt: null, error: '', steps: null, warnings: false, queuedAt: T(30) }
    expect(queued).to.deep.include({ ...open, startedAt: null })
    expect(executing).to.deep.include({ ...open, startedAt: T(31) })
    expect(failed).to.deep.include({
      ...{ startedAt: T(31), endedAt: T(32), error: 'It broke.', warnings: true },
      ...{ steps: about.steps, release: { id: 'Releases-91', version: '1.4.2' } },
    })
  })

  it('names who deploys only where names are shared', () => {
    expect(statementOf('Queued', about).by).to.equal(null)
    expect(statementOf('Queued', { ...about, sharesNames: true }).by).to.equal('ann')
  })

  it('is of the release alone for a defect', () => {
    const said = defectStatement({ Description: 'It leaks', Status: 'Resolved' }, release)

    expect(said).to.include({ state: 'DefectResolved', deploymentId: null, environment: null })
    expect(said).to.include({ error: 'It leaks', bundleId: 'second', revision: 2 })
  })
})
