import { expect } from 'chai'
import fc from 'fast-check'
import { type Cell, isFiltered, itemsOf, type Row, rowOf, rowWith } from '#domain/dashboard.ts'

const now = new Date('2026-01-02T00:00:00Z')
const cell = (number: number, State = 'Success'): Cell => ({
  DeploymentId: `Deployments-${number}`,
  TaskId: `ServerTasks-${number}`,
  ReleaseId: 'Releases-1',
  ReleaseVersion: `1.0.${number}`,
  ChannelId: 'Channels-1',
  State,
  Created: new Date(now.getTime() + number * 1000).toISOString(),
  QueueTime: now.toISOString(),
  StartTime: null,
  CompletedTime: null,
  HasPendingInterruptions: false,
  HasWarningsOrErrors: false,
  ErrorMessage: '',
})
const row = (ProjectId: string, EnvironmentId: string, TenantId: string | null = null): Row => ({
  ...{ ProjectId, EnvironmentId, TenantId },
  ...rowOf([cell(1), cell(2, 'Failed')]),
})
const shown = ({ Current, Previous }: ReturnType<typeof rowOf>) => [
  Current?.ReleaseVersion ?? null,
  Previous?.ReleaseVersion ?? null,
]

describe('A row of the dashboard', () => {
  it('has the latest deployment, and the last success before it', () => {
    expect(shown(rowOf([]))).to.deep.equal([null, null])
    expect(shown(rowOf([cell(1)]))).to.deep.equal(['1.0.1', null])
    expect(shown(rowOf([cell(1), cell(2, 'Failed'), cell(3)]))).to.deep.equal(['1.0.3', '1.0.1'])
    expect(shown(rowOf([cell(1, 'Failed'), cell(2, 'Queued')]))).to.deep.equal(['1.0.2', null])
  })

  it('follows a deployment that goes on', () => {
    const queued = rowOf([cell(1), cell(2, 'Queued')])
    const done = rowWith(queued, cell(2, 'Success'))
    expect(done.Current?.State).to.equal('Success')
    expect(shown(done)).to.deep.equal(['1.0.2', '1.0.1'])
  })

  it('is the same in whatever order, and however often, it hears of its deployments', () => {
    const states = fc.array(fc.constantFrom('Success', 'Failed', 'Queued', 'Canceled'), {
      minLength: 1,
      maxLength: 6,
    })
    fc.assert(
      fc.property(states, fc.infiniteStream(fc.nat()), (all, chance) => {
        const cells = all.map((state, index) => cell(index, state))
        const twice = [...cells, ...cells]
          .map((one) => [chance.next().value, one] as const)
          .toSorted(([a], [b]) => Number(a) - Number(b))
          .map(([, one]) => one)
        const heard = twice.reduce(rowWith, { Current: null, Previous: null } as ReturnType<
          typeof rowOf
        >)
        expect(heard).to.deep.equal(rowOf(cells))
      }),
    )
  })
})

describe('The dashboard', () => {
  const rows = [row('P-1', 'E-1'), row('P-1', 'E-2'), row('P-2', 'E-1', 'T-1')]

  it('shows the current items, and the previous when asked', () => {
    const items = itemsOf(rows, { now })
    expect(items).to.have.length(3)
    expect(items.every(({ IsCurrent, IsPrevious }) => IsCurrent && !IsPrevious)).to.equal(true)
    const both = itemsOf(rows, { includePrevious: true, now })
    expect(both.filter(({ IsPrevious }) => IsPrevious)).to.have.length(3)
  })

  it('has exactly the fields that clients know', () => {
    expect(itemsOf(rows, { now })[0]).to.have.all.keys(
      ...['Id', 'ProjectId', 'EnvironmentId', 'ReleaseId', 'DeploymentId', 'TaskId', 'TenantId'],
      ...['ChannelId', 'ReleaseVersion', 'Created', 'QueueTime', 'StartTime', 'CompletedTime'],
      ...['State', 'HasPendingInterruptions', 'HasPendingPreconditions', 'IsCompleted'],
      ...['PendingInterruptionTypes', 'PendingPreconditionTypes', 'HasWarningsOrErrors'],
      ...['ErrorMessage', 'Duration', 'IsCurrent', 'IsPrevious'],
    )
  })

  it('is narrowed by ids alone', () => {
    const count = (filter: object) => itemsOf(rows, { filter, now }).length
    expect(count({ projects: ['P-1'] })).to.equal(2)
    expect(count({ projects: ['P-1'], environments: ['E-1'] })).to.equal(1)
    expect(count({ tenants: ['T-1'] })).to.equal(1)
    expect(count({ projects: ['Shop'] })).to.equal(0)
    expect(count({ projects: [] })).to.equal(0)
    expect(isFiltered({})).to.equal(false)
    expect(isFiltered({ projects: [] })).to.equal(true)
  })
})
