import { expect } from 'chai'
import {
  ended,
  idsOf,
  logOf,
  meetingPlace,
  projectIn,
  refusedWith,
  stepsOf,
} from '../support/deploying.ts'
import type { Resource } from '../support/project.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { lifecycleBody } from '../support/things.ts'
import { until } from '../support/until.ts'

const hello = { name: 'Greet', script: 'echo hello' }

describe('A deployment', () => {
  let server: TestServer
  let place: ReturnType<typeof meetingPlace>

  before(async () => {
    server = await startServer()
  })
  beforeEach(() => {
    place = meetingPlace()
  })
  afterEach(() => place.remove())
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

  it('runs after a failure what is for that, and fails all the same', async () => {
    const { run } = await projectIn(server, {
      steps: [
        { name: 'Fail', script: 'fail_step "the disk is full"' },
        { name: 'Go on', script: 'echo never' },
        { name: 'Clean', script: 'echo "why: #{Octopus.Deployment.Error}"', condition: 'Failure' },
        { name: 'Tell', script: 'echo always', condition: 'Always' },
      ],
    })

    const { task, log } = await run()

    expect(task).to.deep.include({ State: 'Failed', HasWarningsOrErrors: true })
    expect(task.ErrorMessage).to.include('the disk is full')
    expect(log).to.match(/why: .*the disk is full/)
    expect(await stepsOf(server, task.Id)).to.deep.equal([
      'Step 1: Fail: Failed',
      'Step 2: Go on: Skipped',
      'Step 3: Clean: Success',
      'Step 4: Tell: Success',
    ])
  })

  it('leaves out what is for failures, what is disabled, and what the user skips', async () => {
    const { run, release, spaceId } = await projectIn(server, {
      steps: [
        { name: 'One', script: 'echo one' },
        { name: 'Two', script: 'echo two' },
        { name: 'Three', script: 'echo three', condition: 'Failure' },
      ],
    })
    const made = await release()
    const preview = await previewOf(made, spaceId)
    const SkipActions = preview
      .filter(({ ActionName }) => ActionName === 'Two')
      .map(({ ActionId }) => ActionId)

    const { task } = await run({ release: made, more: { SkipActions } })

    expect(task.State).to.equal('Success')
    expect(await stepsOf(server, task.Id)).to.deep.equal([
      'Step 1: One: Success',
      'Step 2: Two: Skipped',
      'Step 3: Three: Skipped',
    ])
  })

  async function previewOf({ Id }: Resource, spaceId: string) {
    const { Items } = await server.ask<{ Items: Resource[] }>('GET', `/${spaceId}/environments`)
    const { StepsToExecute } = await server.ask<{
      StepsToExecute: { ActionId: string; ActionName: string }[]
    }>('GET', `/${spaceId}/releases/${Id}/deployments/preview/${Items[0]?.Id}`)
    return StepsToExecute
  }

  it('tries a step again that may be, and says so', async () => {
    const { run } = await projectIn(server, {
      steps: [
        {
          name: 'Shaky',
          script: `echo tried; ${place.isFirst('try')} && exit 1; echo well`,
          properties: { 'Octopus.Action.AutoRetry.MaximumCount': '2' },
        },
      ],
    })

    const { task, log } = await run()

    expect(task.State).to.equal('Success')
    expect(log.match(/\| +tried$/gm)).to.have.length(2)
    expect(log).to.include('It failed and is tried again (attempt 2).')
  })

  it('ends a step at its time limit', async () => {
    const { run } = await projectIn(server, {
      steps: [
        {
          name: 'Sleep',
          script: 'echo asleep; sleep 60; echo awake',
          properties: { 'Octopus.Action.ExecutionTimeout.Minutes': '0.01' },
        },
      ],
    })

    const { task, log } = await run()

    expect(task.State).to.equal('Failed')
    expect(task.ErrorMessage).to.match(/time/)
    expect(log).to.include('asleep').and.not.include('awake')
  })

  it('runs steps at once that are to start together, and what follows after both', async () => {
    const { run } = await projectIn(server, {
      steps: [
        { name: 'Left', script: `${place.arrive('left')}; ${place.hold('right')}; echo L` },
        {
          name: 'Right',
          script: `${place.arrive('right')}; ${place.hold('left')}; echo R`,
          startWithPrevious: true,
        },
        { name: 'Last', script: 'echo last' },
      ],
    })

    const { task, log } = await run()

    expect(task.State).to.equal('Success')
    const at = (text: string) => log.search(new RegExp(`\\| +${text}$`, 'm'))
    expect(at('last')).to.be.above(Math.max(at('L'), at('R')))
    expect(Math.min(at('L'), at('R'))).to.be.above(0)
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
    const tasks = await Promise.all(deployments.map(({ TaskId }) => ended(server, String(TaskId))))
    expect(tasks.map(({ State }) => State)).to.deep.equal(['Success', 'Success'])
    expect(deployments.map(({ EnvironmentId }) => EnvironmentId)).to.deep.equal([staging, test])
  })
})
