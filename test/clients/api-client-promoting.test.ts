/** What the published client, which knows nothing of other spaces, makes of a release that is promoted. */
import { type Client, EnvironmentRepository, TaskState } from '@octopusdeploy/api-client'
import { expect } from 'chai'
import { trustFarSpace } from '../support/remote-news.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makeSpace } from '../support/things.ts'
import { connect, newStory, refused } from './story.ts'

describe('The published client that promotes', () => {
  let server: TestServer
  let client: Client

  before(async () => {
    server = await startServer()
    client = await connect(server)
  })
  after(() => server.stop())

  it('deploys to another space as to any environment, once the lifecycle lets it', async () => {
    const story = await newStory(client)
    const spaceId = story.space.Id
    const there = { spaceId: await makeSpace(server.bus) }
    const { Id: TrustId } = await trustFarSpace(server, { spaceId }, there)
    await server.ask('POST', `/${spaceId}/environments`, {
      Remote: { TrustId, RemoteName: 'Production' },
    })
    const { ReleaseVersion } = await story.release()
    const to = { EnvironmentNames: ['Prod Space: Production'] }

    const early = await refused(story.deploy(ReleaseVersion, to))
    await story.end((await story.deploy(ReleaseVersion)).ServerTaskId)
    const { ServerTaskId } = await story.deploy(ReleaseVersion, to)
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
