import { expect } from 'chai'
import { meetingPlace, projectIn, type TestProject } from '../support/deploying.ts'
import type { Resource } from '../support/project.ts'
import { startServer, type TestServer } from '../support/server.ts'

interface Board {
  Items: Record<string, unknown>[]
  Projects: Resource[]
  Environments: Resource[]
  ProjectGroups: Resource[]
  IsFiltered: boolean
}

/** What the contract has of an item; a client refuses any other field. */
const fields = [
  ...['Id', 'Links', 'ProjectId', 'EnvironmentId', 'ReleaseId', 'DeploymentId', 'TaskId'],
  ...['TenantId', 'ChannelId', 'ReleaseVersion', 'Created', 'QueueTime', 'StartTime'],
  ...['CompletedTime', 'State', 'HasPendingInterruptions', 'HasPendingPreconditions'],
  ...['PendingInterruptionTypes', 'PendingPreconditionTypes', 'HasWarningsOrErrors'],
  ...['ErrorMessage', 'Duration', 'IsCurrent', 'IsPrevious', 'IsCompleted'],
]

describe('The dashboard', () => {
  let server: TestServer
  let shop: TestProject

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    shop = await projectIn(server, {
      steps: [{ name: 'Greet', script: 'echo hello; exit $(( #{Fails} ))' }],
      environments: ['Test', 'Production'],
    })
    await shop.setVariables({ Name: 'Fails', Value: '0' })
  })
  after(() => server.stop())

  const board = (query = '') => server.ask<Board>('GET', `/${shop.spaceId}/dashboard${query}`)
  const shown = ({ Items }: Board) =>
    Items.map(({ EnvironmentId, ReleaseVersion, State, IsCurrent }) => ({
      place: shop.environments.findIndex(({ Id }) => Id === EnvironmentId),
      ...{ ReleaseVersion, State, IsCurrent },
    }))

  it('of a space without deployments has its projects and environments', async () => {
    const empty = await board()

    expect(empty.Items).to.deep.equal([])
    expect(empty.Projects.map(({ Id }) => Id)).to.deep.equal([shop.project.Id])
    expect(empty.Environments.map(({ Name }) => Name)).to.deep.equal(
      shop.environments.map(({ Name }) => Name),
    )
    expect(empty.IsFiltered).to.equal(false)
  })

  it('shows what is in each place now, also what has failed', async () => {
    const first = await shop.run()
    await shop.run({ release: first.release, environment: shop.environments[1] as Resource })
    await shop.setVariables({ Name: 'Fails', Value: '1' })
    await shop.run()

    const now = await board()

    expect(shown(now)).to.have.deep.members([
      { place: 0, ReleaseVersion: '0.0.2', State: 'Failed', IsCurrent: true },
      { place: 1, ReleaseVersion: '0.0.1', State: 'Success', IsCurrent: true },
    ])
    for (const item of now.Items) {
      expect(fields).to.include.members(Object.keys(item))
      expect(item.CompletedTime).to.be.a('string')
    }
  })

  it('shows a deployment from its queueing on', async () => {
    const place = meetingPlace()
    try {
      const slow = await projectIn(server, {
        steps: [{ name: 'Hold', script: `${place.arrive('here')}; ${place.hold('on')}` }],
        space: shop.spaceId,
        environments: ['Slow'],
      })
      const QueueTime = new Date(Date.now() + 3_600_000).toISOString()
      const lifecycle = await server.ask<Resource>('POST', `/${shop.spaceId}/lifecycles`, {
        Name: 'Slow',
        Phases: [{ Name: 'Slow', OptionalDeploymentTargets: [slow.environment.Id] }],
      })
      const address = `/${shop.spaceId}/projects/${slow.project.Id}`
      await server.ask('PUT', address, { ...slow.project, LifecycleId: lifecycle.Id })

      const { taskId } = await slow.deploy({ more: { QueueTime } })

      const { Items } = await board(`?projectId=${slow.project.Id}`)
      expect(Items).to.have.length(1)
      expect(Items[0]).to.include({ TaskId: taskId, State: 'Queued', IsCompleted: false })
    } finally {
      place.remove()
    }
  })

  it('is filtered by ids alone, and says so', async () => {
    await shop.run()
    const dynamic = (query: string) => board(`/dynamic${query}`)
    const [test] = shop.environments

    const mine = await dynamic(`?projects=${shop.project.Id}&environments=${test?.Id}`)
    const named = await dynamic(`?projects=${encodeURIComponent(String(shop.project.Name))}`)
    const all = await dynamic('')

    expect(mine).to.include({ IsFiltered: true })
    expect(mine.Items).to.have.length(1)
    expect(named.Items).to.deep.equal([])
    expect(named.IsFiltered).to.equal(true)
    expect(all).to.include({ IsFiltered: false })
    expect(all.Items).to.have.length(1)
  })

  it('shows what was there before on demand', async () => {
    await shop.run()
    await shop.run()

    const without = await board('/dynamic')
    const withPrevious = await board('/dynamic?includePrevious=true')

    expect(without.Items.map(({ ReleaseVersion }) => ReleaseVersion)).to.deep.equal(['0.0.2'])
    expect(
      withPrevious.Items.map(({ ReleaseVersion, IsPrevious }) => [ReleaseVersion, IsPrevious]),
    ).to.have.deep.members([
      ['0.0.2', false],
      ['0.0.1', true],
    ])
  })
})
