import { expect } from 'chai'
import { ended, projectIn, refusedWith, type TestProject } from '../support/deploying.ts'
import type { Resource } from '../support/project.ts'
import { startServer, type TestServer } from '../support/server.ts'

const steps = [{ name: 'Greet', script: 'echo hello' }]

describe('A release', () => {
  let server: TestServer
  let shop: TestProject

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    shop = await projectIn(server, { steps, environments: ['Test', 'Production'] })
  })
  after(() => server.stop())

  const send = (method: string, path: string, body?: unknown) =>
    server.send(method, `/${shop.spaceId}${path}`, body)
  const ask = <T = Resource>(method: string, path: string, body?: unknown) =>
    server.ask<T>(method, `/${shop.spaceId}${path}`, body)
  const create = (body: object) =>
    refusedWith(send('POST', '/releases', { ProjectId: shop.project.Id, ...body }))

  it('is the same when it is created, read, listed and found by its version', async () => {
    const created = await ask('POST', '/releases', {
      ProjectId: shop.project.Id,
      Version: '1.0.0-rc.1+build.5',
      ReleaseNotes: 'It *works*',
    })

    const read = await ask('GET', `/releases/${created.Id}`)
    const byVersion = await ask(
      'GET',
      `/projects/${shop.project.Id}/releases/${encodeURIComponent('1.0.0-rc.1+build.5')}`,
    )
    const { Items } = await ask<{ Items: Resource[] }>('GET', '/releases')
    expect(read).to.deep.equal(created)
    expect(byVersion).to.deep.equal(created)
    expect(Items).to.deep.equal([created])
  })

  it('of an empty process can be created', async () => {
    const bare = await projectIn(server, { steps: [] })

    const { Version } = await bare.release()

    expect(Version).to.equal('0.0.1')
  })

  it('cannot have a version that is there already, however that is written', async () => {
    await shop.release('1.0')

    const { status, text } = await create({ Version: '1.0.0' })

    expect(status).to.equal(400)
    expect(text).to.include('version 1.0.0 already')
    await shop.release('1.0.1')
  })

  it('has a version that an address can hold', async () => {
    const slash = await create({ Version: '1/0' })
    const long = await create({ Version: '1'.repeat(350) })

    expect([slash.status, long.status]).to.deep.equal([400, 400])
    const { TotalResults } = await ask<{ TotalResults: number }>('GET', '/releases')
    expect(TotalResults).to.equal(0)
  })

  it('that is created from a project that is disabled is refused', async () => {
    await ask('PUT', `/projects/${shop.project.Id}`, { ...shop.project, IsDisabled: true })

    const { status, text } = await create({})

    expect(status).to.equal(400)
    expect(text).to.include('disabled')
  })

  it('is listed with its newest first, and by a part of its version', async () => {
    for (const version of ['2.0.0', '1.9.0', '10.0.0']) await shop.release(version)
    const versions = async (query = '') =>
      (
        await ask<{ Items: Resource[] }>('GET', `/projects/${shop.project.Id}/releases${query}`)
      ).Items.map(({ Version }) => Version)

    expect(await versions()).to.deep.equal(['10.0.0', '1.9.0', '2.0.0'])
    expect(await versions('?searchByVersion=0.0')).to.deep.equal(['10.0.0', '2.0.0'])
    expect(await versions('?skip=1&take=1')).to.deep.equal(['1.9.0'])
  })

  it('with a defect goes no further, until that is resolved', async () => {
    const release = await shop.release()
    await shop.run({ release })
    const defects = `/releases/${release.Id}/defects`
    const goOn = { ReleaseId: release.Id, EnvironmentId: shop.environments[1]?.Id }

    await ask('POST', defects, { Description: 'It eats data' })
    const second = await refusedWith(send('POST', defects, { Description: 'And more' }))
    const refused = await refusedWith(send('POST', '/deployments', goOn))
    const again = await shop.run({ release })
    await ask('POST', `${defects}/resolve`)
    const { TaskId } = await ask('POST', '/deployments', goOn)

    expect(second.status).to.equal(400)
    expect(refused.status).to.equal(400)
    expect(refused.text).to.include('defect')
    expect(again.task.State).to.equal('Success')
    expect((await ended(server, String(TaskId))).State).to.equal('Success')
  })

  it('takes its deployments along when it is deleted', async () => {
    const { release, deployment } = await shop.run()

    const { status } = await send('DELETE', `/releases/${release.Id}`)

    expect(status).to.equal(200)
    expect((await send('GET', `/releases/${release.Id}`)).status).to.equal(404)
    expect((await send('GET', `/deployments/${deployment.Id}`)).status).to.equal(404)
  })

  it('shows how far it is in its lifecycle', async () => {
    const { release } = await shop.run()
    const [test, production] = shop.environments

    const progression = await ask<{
      Phases: { Name: string; Progress: string }[]
      NextDeployments: string[]
    }>('GET', `/releases/${release.Id}/progression`)

    expect(progression.Phases.map(({ Name, Progress }) => [Name, Progress])).to.deep.equal([
      [test?.Name, 'Complete'],
      [production?.Name, 'Current'],
    ])
    expect(progression.NextDeployments).to.deep.equal([production?.Id])
  })
})
