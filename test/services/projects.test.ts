import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import {
  channelBody,
  faultsOf,
  lifecycleBody,
  makeEnvironment,
  makeProject,
  makeSpace,
  projectBody,
  refusal,
  scriptStep,
} from '../support/things.ts'

describe('A project', () => {
  let server: TestServer
  let spaceId: string

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    spaceId = await makeSpace(server.bus)
  })
  after(() => server.stop())

  it('is read as it was created, by id or slug, and stays so when it is sent back', async () => {
    const created = await makeProject(server.bus, spaceId, 'Online Shop')

    const { Id: id } = created
    const same = await server.bus.call('projects.modify', { spaceId, id, ...created })

    expect(same).to.deep.equal(created)
    expect(await server.bus.call('projects.get', { spaceId, id })).to.deep.equal(created)
    const bySlug = await server.bus.call('projects.get', { spaceId, id: 'online-shop' })
    expect(bySlug).to.deep.equal(created)
    const { Items } = await server.bus.call('projects.list', { spaceId })
    expect(Items).to.deep.equal([created])
  })

  it('is meant by its id, slug or name in any case', async () => {
    const { Id } = await makeProject(server.bus, spaceId, 'Online Shop')

    const texts = [Id, 'online-shop', 'ONLINE SHOP']
    const found = await Promise.all(
      texts.map((project) => server.bus.call('projects.resolve', { spaceId, project })),
    )

    expect(found.map((project) => project.Id)).to.deep.equal([Id, Id, Id])
  })

  it('has a default channel, an empty process and no variables from the start', async () => {
    const project = await makeProject(server.bus, spaceId)

    const channels = await server.bus.call('channels.list', { spaceId, projectId: project.Id })
    const processes = await server.bus.call('processes.list', { spaceId })
    const variables = await server.bus.call('variables.get', { spaceId, id: project.VariableSetId })

    expect(channels.Items).to.have.length(1)
    expect(channels.Items[0]).to.include({ Name: 'Default', IsDefault: true, LifecycleId: null })
    expect(processes.Items).to.have.length(1)
    expect(processes.Items[0]).to.deep.include({
      Id: project.DeploymentProcessId,
      Version: 0,
      Steps: [],
    })
    expect(variables).to.deep.include({ OwnerId: project.Id, Variables: [] })
  })

  it('is refused with all that is wrong when it names what its space does not have', async () => {
    const body = await projectBody(server.bus, spaceId, 'Wrong')
    const wrong = { ...body, LifecycleId: 'Lifecycles-99', ProjectGroupId: 'ProjectGroups-99' }

    const error = await refusal(server.bus.call('projects.create', { spaceId, ...wrong }))

    expect(error.type).to.equal('VALIDATION_ERROR')
    expect(faultsOf(error)).to.deep.equal([
      "LifecycleId: the lifecycle 'Lifecycles-99' was not found.",
      "ProjectGroupId: the project group 'ProjectGroups-99' was not found.",
    ])
    expect((await server.bus.call('projects.list', { spaceId })).Items).to.deep.equal([])
    expect((await server.bus.call('processes.list', { spaceId })).Items).to.deep.equal([])
  })

  it('takes all that it has with it when it is deleted', async () => {
    const { Id: id, VariableSetId } = await makeProject(server.bus, spaceId, 'Gone')

    await server.bus.call('projects.remove', { spaceId, id })

    const read = await refusal(server.bus.call('projects.get', { spaceId, id }))
    const variables = await refusal(
      server.bus.call('variables.get', { spaceId, id: VariableSetId }),
    )
    expect([read.type, variables.type]).to.deep.equal(['NOT_FOUND', 'NOT_FOUND'])
    expect((await server.bus.call('channels.list', { spaceId })).Items).to.deep.equal([])
    expect((await server.bus.call('processes.list', { spaceId })).Items).to.deep.equal([])
    expect((await makeProject(server.bus, spaceId, 'Gone')).Name).to.equal('Gone')
  })

  it('cannot be kept in Git yet', async () => {
    const body = await projectBody(server.bus, spaceId, 'In Git')
    const PersistenceSettings = { Type: 'VersionControlled' }

    const error = await refusal(
      server.bus.call('projects.create', { spaceId, ...body, PersistenceSettings }),
    )

    expect(error.code).to.equal(501)
  })

  it('gives a template an id when it is added', async () => {
    const project = await makeProject(server.bus, spaceId)
    const Templates = [{ Name: 'Tenant.Alias', Label: 'Alias' }]

    const after = await server.bus.call('projects.modify', {
      ...{ spaceId, id: project.Id },
      ...{ ...project, Templates },
    })

    expect(after.Templates[0]?.Id).to.match(/^[0-9a-f-]{36}$/)
  })

  it('has its deployment settings as a part of their own', async () => {
    const { Id: id } = await makeProject(server.bus, spaceId)
    const before = await server.bus.call('projects.deploymentSettings', { spaceId, id })

    const after = await server.bus.call('projects.changeDeploymentSettings', {
      ...{ spaceId, id },
      ...{ ...before, VersioningStrategy: { Template: '1.i' } },
    })

    expect(after.VersioningStrategy.Template).to.equal('1.i')
    const project = await server.bus.call('projects.get', { spaceId, id })
    expect(project.VersioningStrategy).to.deep.equal(after.VersioningStrategy)
    const summary = await server.bus.call('projects.summary', { spaceId, id })
    expect(summary).to.deep.equal({ HasDeploymentProcess: false, HasRunbooks: false })
  })

  it('can be cloned with its steps, channels and variables, under ids of their own', async () => {
    const environment = await makeEnvironment(server.bus, spaceId)
    const source = await makeProject(server.bus, spaceId, 'Source')
    const { Id: id } = source
    const hotfix = await server.bus.call('channels.create', {
      spaceId,
      ...channelBody(id, 'Hotfix'),
    })
    const process = await server.bus.call('processes.modify', {
      spaceId,
      projectId: id,
      Steps: [{ ...scriptStep('Say'), Name: 'Say' }],
    })
    const Action = [process.Steps[0]?.Actions[0]?.Id ?? '']
    await server.bus.call('variables.modify', {
      spaceId,
      projectId: id,
      Variables: [
        { Name: 'A', Value: 'a', Scope: { Action, Channel: [hotfix.Id] } },
        { Name: 'B', Value: 'b', Scope: { Environment: [environment.Id] } },
        { Name: 'S', Value: 'hidden', IsSensitive: true },
      ],
    })

    const clone = await server.bus.call('projects.clone', {
      ...{ spaceId, clone: id, Name: 'Copy', Description: '' },
    })

    expect(clone).to.deep.include({ Name: 'Copy', Slug: 'copy', ClonedFromProjectId: id })
    const of = { spaceId, projectId: clone.Id }
    const channels = await server.bus.call('channels.ofProject', of)
    expect(channels.map(({ Name }) => Name)).to.deep.equal(['Default', 'Hotfix'])
    const copied = await server.bus.call('processes.get', of)
    const action = copied.Steps[0]?.Actions[0]
    expect(action?.Name).to.equal('Say')
    expect([action?.Id]).not.to.deep.equal(Action)
    const { Variables } = await server.bus.call('variables.get', of)
    expect(Variables.map(({ Name, Scope }) => [Name, Scope])).to.deep.equal([
      ['A', { Action: [action?.Id], Channel: [channels[1]?.Id] }],
      ['B', { Environment: [environment.Id] }],
      ['S', {}],
    ])
  })

  it('keeps its group from being deleted', async () => {
    const { ProjectGroupId: id, Name } = await makeProject(server.bus, spaceId)

    const error = await refusal(server.bus.call('projectgroups.remove', { spaceId, id }))

    expect(error).to.include({ code: 400, type: 'REFUSED' })
    expect(error.message).to.include(`'${Name}'`)
  })

  it('is listed by its group and its lifecycle', async () => {
    const project = await makeProject(server.bus, spaceId)
    const lifecycle = await server.bus.call('lifecycles.create', {
      spaceId,
      ...lifecycleBody('Another'),
    })

    const list = async (filter: object) =>
      (await server.bus.call('projects.list', { spaceId, ...filter })).Items

    expect(await list({ projectGroupId: project.ProjectGroupId })).to.deep.equal([project])
    expect(await list({ projectGroupId: 'ProjectGroups-99' })).to.deep.equal([])
    expect(await list({ lifecycleId: lifecycle.Id })).to.deep.equal([])
  })
})
