import { expect } from 'chai'
import { unseal } from '#store/encryption.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { faultsOf, makeEnvironment, makeProject, makeSpace, refusal } from '../support/things.ts'

describe('The variables of a project', () => {
  let server: TestServer
  let of: { spaceId: string; projectId: string }

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    const spaceId = await makeSpace(server.bus)
    of = { spaceId, projectId: (await makeProject(server.bus, spaceId)).Id }
  })
  after(() => server.stop())

  const modify = (Variables: object[], more: object = {}) =>
    server.bus.call('variables.modify', { ...of, Variables, ...more })

  const keptVariables = async () => {
    const { projectId: ownerId, spaceId } = of
    const { Id: id } = await server.bus.call('variables.snapshot', { spaceId, ownerId })
    return (await server.bus.call('variables.ofSnapshot', { spaceId, id })).Variables
  }

  it('get what a client leaves out, and stay when they are sent back', async () => {
    const set = await modify([{ Name: 'Greeting', Value: 'Hello' }])

    const same = await modify(set.Variables, { Version: set.Version })

    expect(same).to.deep.equal(set)
    expect(set.Version).to.equal(1)
    expect(set.Variables[0]).to.deep.include({
      ...{ Name: 'Greeting', Value: 'Hello', Type: 'String', Scope: {} },
      ...{ IsSensitive: false, IsEditable: true, Prompt: null },
    })
    expect(set.Variables[0]?.Id).to.match(/^[0-9a-f-]{36}$/)
  })

  it('are not changed by somebody who has not seen the last change', async () => {
    await modify([{ Name: 'A', Value: '1' }], { Version: 0 })

    const error = await refusal(modify([{ Name: 'A', Value: '2' }], { Version: 0 }))

    expect(error).to.include({ code: 409, type: 'STALE' })
  })

  it('never tell a secret, and keep it when it comes back without a value', async () => {
    const set = await modify([{ Name: 'Password', Value: 'open sesame', Type: 'Sensitive' }])

    const renamed = set.Variables.map((variable) => ({ ...variable, Name: 'Secret' }))
    const after = await modify(renamed)

    expect(after.Variables[0]).to.include({ Name: 'Secret', Value: null, IsSensitive: true })
    const [kept] = await keptVariables()
    expect(JSON.stringify(kept)).not.to.include('sesame')
    expect(unseal(kept?._sealed ?? '')).to.equal('open sesame')
  })

  it('do not tell a secret by calling it none', async () => {
    const set = await modify([{ Name: 'Password', Value: 'open sesame', IsSensitive: true }])

    const open = set.Variables.map((one) => ({ ...one, IsSensitive: false, Type: 'String' }))
    const after = await modify(open)

    expect(after.Variables[0]).to.include({ Value: null, IsSensitive: false })
    expect(JSON.stringify(await keptVariables())).not.to.include('_sealed')
  })

  it('cannot refer to themselves', async () => {
    const error = await refusal(
      modify([
        { Name: 'A', Value: '#{B}' },
        { Name: 'B', Value: '#{A}' },
      ]),
    )

    expect(error.type).to.equal('VALIDATION_ERROR')
    expect(faultsOf(error)[0]).to.include('refer to themselves')
    expect((await server.bus.call('variables.get', of)).Version).to.equal(0)
  })

  it('cannot be scoped to what their space does not have', async () => {
    const elsewhere = await makeEnvironment(server.bus, await makeSpace(server.bus))

    const error = await refusal(
      modify([{ Name: 'A', Value: '1', Scope: { Environment: [elsewhere.Id] } }]),
    )

    expect(faultsOf(error)[0]).to.include(elsewhere.Id)
  })

  it('may stay scoped to what is gone since', async () => {
    const { Id: id } = await makeEnvironment(server.bus, of.spaceId)
    const set = await modify([{ Name: 'A', Value: '1', Scope: { Environment: [id] } }])
    await server.bus.call('environments.remove', { spaceId: of.spaceId, id })

    const after = await modify([...set.Variables, { Name: 'B', Value: '2' }])

    expect(after.Variables).to.have.length(2)
    expect(after.ScopeValues.Environments).to.deep.equal([])
  })

  it('have the same choice of scopes after one was added and deleted', async () => {
    const { Name, Id } = await makeEnvironment(server.bus, of.spaceId)
    const before = await server.bus.call('variables.get', of)

    await modify([{ Name: 'A', Value: '1', Scope: { Environment: [Id] } }])
    const after = await modify([])

    expect(after.ScopeValues).to.deep.equal(before.ScopeValues)
    expect(after.ScopeValues.Environments).to.deep.equal([{ Id, Name }])
    expect(after.ScopeValues).to.include.keys('Machines', 'Roles', 'TenantTags', 'Processes')
  })

  it('apply where their scope says', async () => {
    const { Id } = await makeEnvironment(server.bus, of.spaceId)
    await modify([
      { Name: 'A', Value: 'anywhere' },
      { Name: 'A', Value: 'there', Scope: { Environment: [Id] } },
    ])

    const at = async (place: object) => {
      const { spaceId, projectId: project } = of
      const preview = await server.bus.call('variables.preview', { spaceId, project, ...place })
      return preview.Variables.map(({ Value }) => Value)
    }

    expect(await at({})).to.deep.equal(['anywhere'])
    expect(await at({ environment: Id })).to.deep.equal(['there'])
    const names = await server.bus.call('variables.names', { spaceId: of.spaceId })
    expect(names).to.deep.equal(['A'])
  })

  it('are asked for when they have a prompt', async () => {
    await modify([
      { Name: 'A', Value: '1' },
      { Name: 'B', Value: '2', Prompt: { Label: 'Which?', Required: true } },
    ])
    const { projectId: ownerId, spaceId } = of
    const { Id: snapshotId } = await server.bus.call('variables.snapshot', { spaceId, ownerId })

    const prompts = await server.bus.call('variables.prompts', { spaceId, snapshotId })

    expect(prompts).to.have.length(1)
    expect(prompts[0]).to.deep.include({
      Name: 'B',
      Prompt: { Label: 'Which?', Description: null, Required: true, DisplaySettings: {} },
    })
  })

  it('are not found for a project that does not exist', async () => {
    const id = 'variableset-Projects-99'

    const error = await refusal(server.bus.call('variables.get', { spaceId: of.spaceId, id }))

    expect(error.type).to.equal('NOT_FOUND')
  })
})
