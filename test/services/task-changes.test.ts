import { expect } from 'chai'
import { projectIn } from '../support/deploying.ts'
import { followUntil } from '../support/event-stream.ts'
import { startServer, type TestServer } from '../support/server.ts'

describe('The live stream of a space', () => {
  let server: TestServer

  before(async function () {
    this.timeout(60_000)
    server = await startServer()
  })

  after(() => server.stop())

  it('tells of a task that goes on, and where it deploys to', async function () {
    this.timeout(30_000)
    const { spaceId, deploy, project } = await projectIn(server, {
      steps: [{ name: 'Say', script: 'echo done' }],
    })
    const headers = { 'X-Octopus-ApiKey': 'API-TESTADMINISTRATOR0000000' }
    let taskId = ''

    const events = await followUntil(
      `${server.url}/${spaceId}/events/stream`,
      headers,
      ({ data }) => data.Kind === 'ServerTask' && data.ProjectId === project.Id,
      async () => {
        taskId = (await deploy()).taskId
      },
    )

    expect(events.at(-1)?.data).to.include({ Kind: 'ServerTask', Id: taskId, TaskId: taskId })
    expect(events.at(-1)?.data.EnvironmentId).to.match(/^Environments-/)
  })
})
