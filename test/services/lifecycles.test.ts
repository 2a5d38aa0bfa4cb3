import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import {
  aName,
  channelBody,
  faultsOf,
  lifecycleBody,
  makeEnvironment,
  makeProject,
  makeSpace,
  refusal,
} from '../support/things.ts'

describe('A lifecycle', () => {
  let server: TestServer
  let spaceId: string

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    spaceId = await makeSpace(server.bus)
  })
  after(() => server.stop())

  const create = (body: ReturnType<typeof lifecycleBody>) =>
    server.bus.call('lifecycles.create', { spaceId, ...body })

  it('is read as it was created, and stays so when it is sent back', async () => {
    const test = await makeEnvironment(server.bus, spaceId)
    const created = await create(lifecycleBody('Careful', [[test.Id]]))

    const same = await server.bus.call('lifecycles.modify', { spaceId, id: created.Id, ...created })

    expect(same).to.deep.equal(created)
    expect(await server.bus.call('lifecycles.get', { spaceId, id: created.Id })).to.deep.equal(same)
    const [phase] = created.Phases
    expect(phase).to.deep.include({
      Name: 'Phase 1',
      OptionalDeploymentTargets: [test.Id],
      AutomaticDeploymentTargets: [],
      MinimumEnvironmentsBeforePromotion: 0,
      ReleaseRetentionPolicy: null,
    })
    expect(phase?.Id).to.match(/^[0-9a-f-]{36}$/)
  })

  it('cannot name an environment that its space does not have', async () => {
    const elsewhere = await makeEnvironment(server.bus, await makeSpace(server.bus))

    const error = await refusal(create(lifecycleBody('Wrong', [[elsewhere.Id]])))

    expect(error).to.include({ code: 400, type: 'VALIDATION_ERROR' })
    expect(faultsOf(error)).to.deep.equal([`The environment '${elsewhere.Id}' was not found.`])
  })

  it('cannot name an environment twice', async () => {
    const { Id } = await makeEnvironment(server.bus, spaceId)

    const error = await refusal(create(lifecycleBody('Wrong', [[Id], [Id]])))

    expect(faultsOf(error)).to.have.length(1)
  })

  it('goes through all environments in their order when it has no phases', async () => {
    const [one, two] = [
      await makeEnvironment(server.bus, spaceId, 'B'),
      await makeEnvironment(server.bus, spaceId, 'A'),
    ]
    const { Id: id } = await create(lifecycleBody('Simple'))

    const phases = await server.bus.call('lifecycles.phases', { spaceId, id })
    const preview = await server.bus.call('lifecycles.preview', { spaceId, id })

    expect(phases.map(({ Name }) => Name)).to.deep.equal(['B', 'A'])
    expect(phases.map((phase) => phase.OptionalDeploymentTargets)).to.deep.equal([
      [one.Id],
      [two.Id],
    ])
    expect(preview.Phases).to.deep.equal(phases)
  })

  it('cannot be deleted while a project uses it, which it names', async () => {
    const [first] = await server.bus.call('lifecycles.names', { spaceId })
    const project = await makeProject(server.bus, spaceId)
    const id = first?.Id ?? ''

    const error = await refusal(server.bus.call('lifecycles.remove', { spaceId, id }))

    expect(error).to.include({ code: 400, type: 'REFUSED' })
    expect(error.message).to.include(`'${project.Name}'`)
    const projects = await server.bus.call('lifecycles.projects', { spaceId, id })
    expect(projects).to.deep.equal([project])
  })

  it('cannot be deleted while a channel uses it', async () => {
    const { Id: id } = await create(lifecycleBody('Hotfix'))
    const project = await makeProject(server.bus, spaceId)
    const body = { ...channelBody(project.Id, aName('Channel')), LifecycleId: id }
    await server.bus.call('channels.create', { spaceId, ...body })

    const error = await refusal(server.bus.call('lifecycles.remove', { spaceId, id }))

    expect(error.message).to.include(`'${body.Name}'`)
  })
})
