import { expect } from 'chai'
import { projectIn, refusedWith, type TestProject } from '../support/deploying.ts'
import type { Resource } from '../support/project.ts'
import { startServer, type TestServer } from '../support/server.ts'

interface Values {
  Version: number
  Environments: { EnvironmentId: string; Name: string; Values: Value[] }[]
}
interface Value {
  Name: string
  Value: string | null
  HasValue: boolean
  State: string
}

describe('The variable templates of a project', () => {
  let server: TestServer
  let shop: TestProject

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    const script = 'echo "to $(get_octopusvariable Greeting) by $(get_octopusvariable Password)"'
    const steps = [{ name: 'Greet', script }]
    shop = await projectIn(server, { steps, environments: ['Test', 'Production'] })
    await declare({ Name: 'Greeting' }, { Name: 'Password', Type: 'Sensitive' })
  })
  after(() => server.stop())

  const variables = () => `/${shop.spaceId}/projects/${shop.project.Id}/variables`
  const path = () => `/${shop.spaceId}/projects/${shop.project.Id}/templatevalues`
  const declare = async (...Templates: object[]) =>
    server.ask('PUT', variables(), { ...(await server.ask('GET', variables())), Templates })
  const put = (environment: Resource | undefined, ...Values: object[]) =>
    server.ask<Values>('PUT', path(), {
      Environments: [{ EnvironmentId: environment?.Id, Values }],
    })

  it('stay when a client sends the variables without them, and are frozen with a release', async () => {
    const release = await shop.release()

    await server.ask('PUT', variables(), {
      Variables: [{ Name: 'Colour', Value: 'red' }],
    })

    const set = await server.ask<{ Templates: Resource[] }>('GET', variables())
    const frozen = await server.ask<{ Templates: Resource[] }>(
      'GET',
      `/${shop.spaceId}/variables/${release.ProjectVariableSetSnapshotId}`,
    )
    expect(set.Templates.map(({ Name }) => Name)).to.deep.equal(['Greeting', 'Password'])
    expect(frozen.Templates).to.deep.equal(set.Templates)
  })

  it('have values in each environment, and of a secret only that there is one', async () => {
    const [test] = shop.environments
    await put(test, { Name: 'greeting', Value: 'Ada' }, { Name: 'Password', Value: 'sesame' })

    const all = await server.ask<Values>('GET', path())

    expect(all.Environments.map(({ Name }) => Name)).to.deep.equal(
      shop.environments.map(({ Name }) => Name),
    )
    expect(all.Environments[0]?.Values).to.deep.equal([
      { Name: 'Greeting', Value: 'Ada', HasValue: true, State: 'filled' },
      { Name: 'Password', Value: null, HasValue: true, State: 'filled' },
    ])
    expect(all.Environments[1]?.Values.map(({ State }) => State)).to.deep.equal([
      'missing',
      'missing',
    ])
  })

  it('keep what is sent back as it was read, and a secret until it is taken away', async () => {
    const [test] = shop.environments
    const before = await put(test, { Name: 'Password', Value: 'sesame' })

    const same = await server.ask<Values>('PUT', path(), before)
    const gone = await put(test, { Name: 'Password', Value: null, HasValue: false })

    expect(same).to.deep.equal(before)
    expect(gone.Version).to.equal(before.Version + 1)
    expect(gone.Environments[0]?.Values[1]?.State).to.equal('missing')
  })

  it('take no value for what is not there, and none from who has not seen the last', async () => {
    const [test] = shop.environments
    await declare({ Name: 'Pool', Type: 'WorkerPool' })
    const send = (body: object) => refusedWith(server.send('PUT', path(), body))
    const of = (EnvironmentId: unknown, Name: string) => ({
      Environments: [{ EnvironmentId, Values: [{ Name, Value: 'WorkerPools-none' }] }],
    })

    const refused = await Promise.all([
      send(of('Environments-none', 'Pool')),
      send(of(test?.Id, 'Nobody')),
      send(of(test?.Id, 'Pool')),
      send({ ...of(test?.Id, 'Pool'), Version: 7, Environments: [] }),
    ])

    expect(refused.map(({ status }) => status)).to.deep.equal([400, 400, 400, 409])
    expect(refused[0]?.text).to.include("environment 'Environments-none' was not found")
    expect(refused[1]?.text).to.include("no template 'Nobody'")
    expect(refused[2]?.text).to.include("worker pool 'WorkerPools-none'")
  })

  it('keep a release from an environment that lacks a required value, naming each', async () => {
    const release = await shop.release()

    const { status, text } = await refusedWith(
      server.send('POST', `/${shop.spaceId}/deployments`, {
        ReleaseId: release.Id,
        EnvironmentId: shop.environment.Id,
      }),
    )

    expect(status).to.equal(400)
    expect(text).to.include(`'Greeting' needs a value in ${shop.environment.Name}.`)
    expect(text).to.include(`'Password' needs a value in ${shop.environment.Name}.`)
    const { TotalResults } = await server.ask('GET', `/${shop.spaceId}/deployments`)
    expect(TotalResults).to.equal(0)
  })

  it('give a run its values, a default where there is none, and mask secrets in the log', async () => {
    await declare(
      { Name: 'Greeting', DefaultValue: 'Grace' },
      { Name: 'Password', Type: 'Sensitive' },
    )
    await put(shop.environment, { Name: 'Password', Value: 'sesame' })

    const { log } = await shop.run()

    expect(log).to.include('to Grace by ********')
  })

  it('go before a value of the project for the same environment, not before one for the step', async () => {
    const process = await server.ask<{ Steps: { Actions: Resource[] }[] }>(
      'GET',
      `/${shop.spaceId}/projects/${shop.project.Id}/deploymentprocesses`,
    )
    await shop.setVariables(
      { Name: 'Greeting', Value: 'environment', Scope: { Environment: [shop.environment.Id] } },
      { Name: 'Password', Value: 'step', Scope: { Action: [process.Steps[0]?.Actions[0]?.Id] } },
    )
    await put(
      shop.environment,
      { Name: 'Greeting', Value: 'template' },
      { Name: 'Password', Value: 'sesame' },
    )

    const { log } = await shop.run()

    expect(log).to.include('to template by step')
  })

  it('leave a deployment the values that it was made with', async () => {
    await put(
      shop.environment,
      { Name: 'Greeting', Value: 'one' },
      { Name: 'Password', Value: 'p' },
    )
    const release = await shop.release()
    const { deployment } = await shop.deploy({
      release,
      more: { QueueTime: new Date(Date.now() + 3_600_000).toISOString() },
    })

    await put(shop.environment, { Name: 'Greeting', Value: 'two' })

    const { variables } = await server.bus.call('deployments.execution', {
      spaceId: shop.spaceId,
      id: deployment.Id,
    })
    expect(variables.find(({ Name }) => Name === 'Greeting')?.Value).to.equal('one')
    expect(JSON.stringify(deployment)).not.to.include('_templateValues')
  })
})
