import { expect } from 'chai'
import { followUntil, type ServerEvent } from '../support/event-stream.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { type Fixture, makeFixture } from './access-fixture.ts'
import { makePerson, makeTeam } from './people.ts'

describe('A live stream', () => {
  const administrator = { 'X-Octopus-ApiKey': 'API-TESTADMINISTRATOR0000000' }
  let server: TestServer
  let fixture: Fixture

  before(async function () {
    this.timeout(60_000)
    server = await startServer()
    fixture = await makeFixture(server)
  })

  after(() => server.stop())

  const member = () => ({ 'X-Octopus-ApiKey': fixture.keys.member })
  const changes = () => `${server.url}/Spaces-1/events/stream`
  const add = (Name: string) => server.ask<{ Id: string }>('POST', '/environments', { Name })

  it('tells a member of the space what changes in it', async () => {
    let made = { Id: '' }
    const events = await followUntil(
      changes(),
      member(),
      ({ data }) => data.Kind === 'Environment',
      async () => {
        made = await add('Live')
      },
    )

    expect(events.at(-1)).to.deep.include({ event: 'changed' })
    expect(events.at(-1)?.data).to.include({ Kind: 'Environment', Id: made.Id })
  })

  it('keeps to itself what its reader may not view', async () => {
    const reader = await makePerson(server)
    const roles = ['tenantmanager']
    await makeTeam(server, { spaceId: 'Spaces-1', members: [reader], roles })
    const events = await followUntil(
      changes(),
      { 'X-Octopus-ApiKey': reader.key },
      ({ data }) => data.Kind === 'Environment',
      async () => {
        await server.ask('POST', '/workerpools', {
          Name: 'Hidden',
          WorkerPoolType: 'StaticWorkerPool',
        })
        await add('Seen')
      },
    )

    expect(events.map(({ data }) => data.Kind)).not.to.include('WorkerPool')
  })

  it('goes on after the last change that its reader has heard of', async () => {
    const isEnvironment = ({ data }: ServerEvent) => data.Kind === 'Environment'
    const first = await followUntil(changes(), administrator, isEnvironment, () => add('Before'))
    const missed = await add('Between')

    const later = await followUntil(
      changes(),
      { ...administrator, 'Last-Event-ID': first.at(-1)?.id ?? '' },
      isEnvironment,
    )

    expect(later.at(-1)?.data.Id).to.equal(missed.Id)
  })

  it('says that there is a gap to who has heard another server', async () => {
    const headers = { ...administrator, 'Last-Event-ID': 'other-5' }

    const events = await followUntil(changes(), headers, () => true)

    expect(events.map(({ event }) => event)).to.deep.equal(['gap'])
  })

  it('is for no outsider', async () => {
    const headers = { 'X-Octopus-ApiKey': fixture.keys.outsider }

    expect((await fetch(changes(), { headers })).status).to.equal(404)
  })

  it('ends when the server stops', async () => {
    const other = await startServer()
    const events = followUntil(
      `${other.url}/Spaces-1/events/stream`,
      administrator,
      () => false,
      () => other.stop(),
    )

    expect(await events).to.be.an('array')
  })

  it('of a log has each line once, also when it is cut and taken up again', async function () {
    this.timeout(60_000)
    const task = await deployScript('for i in $(seq 1 300); do echo line $i; done')
    const url = `${server.url}/Spaces-1/tasks/${task}/log/stream`

    const first = await followUntil(url, member(), ({ event }) => event === 'lines')
    const lastId = first.at(-1)?.id ?? ''
    const rest = await followUntil(
      url,
      { ...member(), 'Last-Event-ID': lastId },
      ({ event }) => event === 'end',
    )

    const numbers = [...first, ...rest]
      .filter(({ event }) => event === 'lines')
      .flatMap(({ data }) => data.Items.map((item: { Number: number }) => item.Number))
    const log = await server.ask<{ Total: number }>('GET', `/tasks/${task}/log?take=1`)
    expect(numbers).to.deep.equal(Array.from({ length: log.Total }, (_, index) => index + 1))
    const last = rest.findLast(({ event }) => event === 'activities')
    expect(last?.data.Task).to.include({ IsCompleted: true, State: 'Success' })
  })

  async function deployScript(body: string): Promise<string> {
    const path = `/${fixture.fill('projects/:projectId/deploymentprocesses', 'GET')}`
    const process = await server.ask('GET', path)
    const steps = structuredClone(process.Steps) as {
      Actions: { Properties: Record<string, string> }[]
    }[]
    for (const { Actions } of steps) {
      for (const { Properties } of Actions) Properties['Octopus.Action.Script.ScriptBody'] = body
    }
    await server.ask('PUT', path, { ...process, Steps: steps })
    const project = fixture.fill('projects/:projectId', 'GET').slice('projects/'.length)
    const release = await server.ask('POST', '/releases', { ProjectId: project, Version: '2.0.0' })
    const environment = fixture.fill('environments/:id', 'GET').slice('environments/'.length)
    const { TaskId } = await server.ask<{ TaskId: string }>('POST', '/deployments', {
      ReleaseId: release.Id,
      EnvironmentId: environment,
    })
    return TaskId
  }
})
