import { expect } from 'chai'
import { meetingPlace, projectIn, stepsOf } from '../support/deploying.ts'
import type { Resource } from '../support/project.ts'
import { startServer, type TestServer } from '../support/server.ts'

describe('A deployment with steps', () => {
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

  it('runs a step under a condition if that holds when its turn comes', async () => {
    const condition = (expression: string) => ({
      script: 'echo ran',
      condition: 'Variable',
      stepProperties: { 'Octopus.Step.ConditionVariableExpression': expression },
    })
    const { run } = await projectIn(server, {
      steps: [
        { name: 'Look', script: 'set_octopusvariable Found True' },
        { name: 'If so', ...condition('#{Octopus.Action[Look].Output.Found}') },
        { name: 'If not', ...condition('#{Octopus.Action[Look].Output.Lost}') },
        { name: 'If failed', ...condition('#{Octopus.Deployment.Error}') },
      ],
    })

    const { task } = await run()

    expect(await stepsOf(server, task.Id)).to.deep.equal([
      'Step 1: Look: Success',
      'Step 2: If so: Success',
      'Step 3: If not: Skipped',
      'Step 4: If failed: Skipped',
    ])
  })

  it('runs Python, which knows and sets the same variables', async () => {
    const { run, setVariables } = await projectIn(server, {
      steps: [
        {
          name: 'Set',
          syntax: 'Python',
          script: 'set_octopusvariable("Sum", str(len(get_octopusvariable("Words").split())))',
        },
        { name: 'Tell', script: 'echo "#{Octopus.Action[Set].Output.Sum} words"' },
      ],
    })
    await setVariables({ Name: 'Words', Value: 'three short words' })

    const { task, log } = await run()

    expect(task.State).to.equal('Success')
    expect(log).to.include('3 words')
  })

  it('leaves out what is for failures, what is disabled, and what the user skips', async () => {
    const { run, release, spaceId } = await projectIn(server, {
      steps: [
        { name: 'One', script: 'echo one' },
        { name: 'Two', script: 'echo two' },
        { name: 'Three', script: 'echo three', condition: 'Failure' },
        { name: 'Four', script: 'echo four', isDisabled: true },
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
      'Step 4: Four: Skipped',
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
})
