/** What the published client, which knows nothing of other spaces, makes of a release that is promoted. */
import { type Client, EnvironmentRepository, TaskState } from '@octopusdeploy/api-client'
import { expect } from 'chai'
import { type PlayedPromoter, playPromoter } from '../support/played-promoter.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makeSpace } from '../support/things.ts'
import { makeTrust } from '../support/trusts.ts'
import { until } from '../support/until.ts'
import { connect, newStory, refused } from './story.ts'

describe('The published client that promotes', () => {
  let server: TestServer
  let client: Client
  let promoter: PlayedPromoter

  before(async () => {
    server = await startServer()
    client = await connect(server)
    promoter = await playPromoter(server)
  })
  after(() => server.stop())

  it('deploys to another space as to any environment, once the lifecycle lets it', async () => {
    const { bus } = server
    const story = await newStory(client)
    const spaceId = story.space.Id
    const { Id: TrustId } = await makeTrust(
      { bus, spaceId },
      { bus, spaceId: await makeSpace(bus) },
      { Name: 'Prod Space' },
    )
    await server.ask('POST', `/${spaceId}/environments`, {
      Remote: { TrustId, RemoteName: 'Production' },
    })
    const { ReleaseVersion } = await story.release()
    const to = { EnvironmentNames: ['Prod Space: Production'] }

    const early = await refused(story.deploy(ReleaseVersion, to))
    await story.end((await story.deploy(ReleaseVersion)).ServerTaskId)
    const { ServerTaskId, DeploymentId } = await story.deploy(ReleaseVersion, to)
    await until(() => promoter.begun.some((one) => one.taskId === ServerTaskId), 'it is begun')
    await promoter.tell(spaceId, DeploymentId, 'Succeeded')
    await bus.call('tasks.settle', { id: ServerTaskId, state: 'Success' })
    const task = await story.end(ServerTaskId)

    expect(early.message).to.include('opens when Test has succeeded')
    expect(task).to.include({ State: TaskState.Success, Name: 'Promote' })
    const environments = await new EnvironmentRepository(client, story.space.Name).list()
    expect(environments.Items.map(({ Name }) => Name)).to.deep.equal([
      'Test',
      'Prod Space: Production',
    ])
  })
})
