import { startServer } from '../support/server.ts'
import { projectIn, ended } from '../support/deploying.ts'
import { followUntil } from '../support/event-stream.ts'
it('stop', async function () {
  this.timeout(100000)
  const server = await startServer()
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
  const t = Date.now()
  const tick = setInterval(() => console.log('waiting', Date.now() - t, process.getActiveResourcesInfo().join()), 3000)
  await server.stop()
  clearInterval(tick)
  console.log('stopped', Date.now() - t)
})
