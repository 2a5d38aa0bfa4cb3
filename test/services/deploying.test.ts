import { expect } from 'chai'
import { ended, idsOf, logOf, projectIn, refusedWith } from '../support/deploying.ts'
import type { Resource } from '../support/project.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { lifecycleBody } from '../support/things.ts'
import { until } from '../support/until.ts'

const hello = { name: 'Greet', script: 'echo hello' }

describe('A deployment', () => {
  let server: TestServer

  before(async () => {
    server = await startServer()
  })
  after(() => server.stop())

  it('is queued by names, in any case of its keys', async () => {
    const { project, environment, spaceId } = await projectIn(server, { steps: [hello] })
    const { Slug } = await server.ask<{ Slug: string }>('GET', `/spaces/${spaceId}`)
    const { ReleaseVersion } = await server.ask<{ ReleaseVersion: string }>(
      'POST',
      `/${Slug}/releases/create/v1`,
      { spaceIdOrName: spaceId, projectName: String(project.Slug).toUpperCase() },
    )

    const { DeploymentServerTasks } = await server.ask<{
      DeploymentServerTasks: { ServerTaskId: string; DeploymentId: string }[]
    }>('POST', `/spaces/${spaceId}/deployments/create/untenanted/v1`, {
      projectName: project.Name,
      ReleaseVersion,
      environmentNames: [String(environment.Name).toLowerCase()],
    })

    const task = await ended(server, DeploymentServerTasks[0]?.ServerTaskId ?? '')
    expect(DeploymentServerTasks).to.have.length(1)
    expect(task).to.deep.include({ State: 'Success', ErrorMessage: '', HasWarningsOrErrors: false })
  })

  it('to a place that is not open yet is refused, and says what opens it', async () => {
    const { release, environments, spaceId } = await projectIn(server, {
      steps: [hello],
      environments: ['Test', 'Production'],
    })
    const [test, production] = environments
    const { Id: ReleaseId } = await release()

    const refused = await refusedWith(
      server.send('POST', `/${spaceId}/deployments`, { ReleaseId, EnvironmentId: production?.Id }),
    )

    expect(refused.status).to.equal(400)
    expect(refused.text).to.include(`${production?.Name} opens when ${test?.Name} has succeeded.`)
    const { TotalResults } = await server.ask('GET', `/${spaceId}/deployments`)
    expect(TotalResults).to.equal(0)
  })

  it('runs what was frozen in its release', async () => {
    const { release, run, project, spaceId, setVariables } = await projectIn(server, {
      steps: [{ name: 'Greet', script: 'echo "old #{Name}"' }],
    })
    await setVariables({ Name: 'Name', Value: 'one' })
    const frozen = await release()
    await server.ask('PUT', `/${spaceId}/projects/${project.Id}/deploymentprocesses`, { Steps: [] })
    await setVariables({ Name: 'Name', Value: 'two' })

    const before = await run({ release: frozen })
    await server.ask('POST', `/${spaceId}/releases/${frozen.Id}/snapshot-variables`)
    const after = await run({ release: frozen })

    expect(before.log).to.include('old one')
    expect(after.log).to.include('old two')
  })

  it('asks for what its prompts need, and hides what is secret of the answers', async () => {
    const { release, deploy, setVariables, spaceId, environment } = await projectIn(server, {
      steps: [{ name: 'Tell', script: 'echo "#{Who} knows #{Secret}"' }],
    })
    const prompt = (Label: string) => ({ Prompt: { Label, Required: true, DisplaySettings: {} } })
    await setVariables(
      { Name: 'Who', Value: '', ...prompt('Who knows it') },
      { Name: 'Secret', IsSensitive: true, Value: '', ...prompt('') },
    )
    const made = await release()

    const refused = await refusedWith(
      server.send('POST', `/${spaceId}/deployments`, {
        ReleaseId: made.Id,
        EnvironmentId: environment.Id,
        FormValues: { who: 'Ada' },
      }),
    )
    const FormValues = { 'who knows it': 'Ada', Secret: 'correct horse' }
    const { taskId, deployment } = await deploy({ release: made, more: { FormValues } })
    await ended(server, taskId)

    expect(refused.status).to.equal(400)
    expect(refused.text).to.include("'Secret' needs a value.").and.not.include('Who knows it')
    expect(await logOf(server, taskId)).to.include('Ada knows ********')
    const again = await server.ask('POST', `/tasks/${taskId}/rerun`)
    await ended(server, String(again.Id))
    expect(await logOf(server, String(again.Id))).to.include('Ada knows ********')
    const read = await server.ask('GET', `/${spaceId}/deployments/${deployment.Id}`)
    expect(Object.values(read.FormValues as object)).to.have.members(['Ada', '********'])
  })

  it('masks its secrets in the log', async () => {
    const { run, setVariables } = await projectIn(server, {
      steps: [{ name: 'Leak', script: 'echo "a #{Secret} b"; printf "correct"; echo " horse"' }],
    })
    await setVariables({ Name: 'Secret', Value: 'correct horse', IsSensitive: true })

    const { log } = await run()

    expect(log).to.include('a ******** b')
    expect(log).to.not.include('correct horse')
  })

  it('leaves its worker free by steps that cannot even be sent, however many', async () => {
    const steps = Array.from({ length: 11 }, (_, number) => ({
      ...{ name: `Step ${number}`, script: '', type: 'Octopus.Unheard', condition: 'Always' },
    }))
    const { run } = await projectIn(server, { steps })

    const { task } = await run()
    const after = await (await projectIn(server, { steps: [hello] })).run()

    expect(task.State).to.equal('Failed')
    expect(after.task.State).to.equal('Success')
  })

  it('hands what one step has found to the later ones', async () => {
    const { run } = await projectIn(server, {
      steps: [
        {
          name: 'Find it',
          script: 'set_octopusvariable Place "x 1"; set_octopusvariable Key hush-hush -sensitive',
        },
        {
          name: 'Use it',
          script: [
            'echo "at #{Octopus.Action[Find it].Output.Place}"',
            'echo "also $(get_octopusvariable "Octopus.Action[Find it].Output.Place")"',
            'echo "with #{Octopus.Action[Find it].Output.Key}"',
          ].join('\n'),
        },
      ],
    })

    const { log } = await run()

    expect(log).to.include('at x 1').and.include('also x 1').and.include('with ********')
    expect(log).to.not.include('hush-hush')
  })

  it('is made by the lifecycle where that is automatic, once what is before it has succeeded', async () => {
    const { project, release, environments, spaceId } = await projectIn(server, {
      steps: [hello],
      environments: ['Test', 'Staging'],
    })
    const [test = '', staging = ''] = idsOf(environments)
    const lifecycle = await server.ask<Resource>('POST', `/${spaceId}/lifecycles`, {
      ...lifecycleBody('By itself'),
      Phases: [test, staging].map((id, index) => ({
        Name: `Phase ${index}`,
        AutomaticDeploymentTargets: [id],
      })),
    })
    const address = `/${spaceId}/projects/${project.Id}`
    await server.ask('PUT', address, { ...project, LifecycleId: lifecycle.Id })

    const { Id } = await release()

    const deployments = await until(async () => {
      const { Items } = await server.ask<{ Items: Resource[] }>(
        'GET',
        `/${spaceId}/releases/${Id}/deployments`,
      )
      return Items.length === 2 && Items
    }, 'both deployments are made')
    // A deployment is there a moment before its task.
    const ids = deployments.map(({ TaskId }) => TaskId).join(',')
    await until(async () => {
      const { Items } = await server.ask<{ Items: Resource[] }>('GET', `/tasks?ids=${ids}`)
      return Items.length === 2
    }, 'both are queued')
    const tasks = await Promise.all(deployments.map(({ TaskId }) => ended(server, String(TaskId))))
    expect(tasks.map(({ State }) => State)).to.deep.equal(['Success', 'Success'])
    expect(deployments.map(({ EnvironmentId }) => EnvironmentId)).to.deep.equal([staging, test])
  })
})
