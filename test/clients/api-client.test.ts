/** The story of a release, told by the published client alone, as it is on npm. */
import {
  type Client,
  DeploymentRepository,
  EnvironmentRepository,
  LifecycleRepository,
  ProjectGroupRepository,
  ProjectRepository,
  ReleaseRepository,
  type Resource,
  RetentionUnit,
  SpaceRepository,
  SpaceServerTaskRepository,
} from '@octopusdeploy/api-client'
import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import { connect, newSpace, newStory, step } from './story.ts'

describe('With the published client, a team', () => {
  let server: TestServer
  let client: Client

  before(async () => {
    server = await startServer()
    client = await connect(server)
  })
  after(() => server.stop())

  it('makes a space, which holds what a project needs', async () => {
    const space = await newSpace(client)

    const { Items: spaces } = await new SpaceRepository(client).list({ partialName: space.Name })
    const { Items: groups } = await new ProjectGroupRepository(client, space.Name).list()
    const { Items: lifecycles } = await new LifecycleRepository(client, space.Name).list()
    expect(spaces).to.deep.equal([space])
    expect(space.SpaceManagersTeams).to.include(`teams-spacemanagers-${space.Id}`)
    expect(groups.map(({ Name }) => Name)).to.deep.equal(['Default Project Group'])
    expect(lifecycles.map(({ Name }) => Name)).to.deep.equal(['Default Lifecycle'])
  })

  it('finds each thing again as it was made', async () => {
    const { space, project } = await newStory(client)
    const environments = new EnvironmentRepository(client, space.Name)
    const projects = new ProjectRepository(client, space.Name)

    const made = await environments.create({ Name: 'Production', Description: 'Customers' })

    const { Items, TotalResults } = await environments.list({ ids: [made.Id] })
    expect(await environments.get(made.Id)).to.deep.equal(made)
    expect({ Items, TotalResults }).to.deep.equal({ Items: [made], TotalResults: 1 })
    expect(await projects.get(project.Id)).to.deep.equal(project)
    expect((await projects.list({ partialName: 'web SHOP' })).Items).to.deep.equal([project])
  })

  it('finds an environment by its name', async () => {
    const { space, environments } = await newStory(client)
    const places = new EnvironmentRepository(client, space.Name)

    const found = await places.getEnvironmentByName('TEST')
    const missing = await places.getEnvironmentByName('Mars')

    expect(found).to.include({ Id: environments[0]?.Id, Name: 'Test', Type: 'Static' })
    expect(missing).to.equal(null)
  })

  it('changes and removes what it has made', async () => {
    const space = await newSpace(client)
    const environments = new EnvironmentRepository(client, space.Name)
    const { Id } = await environments.create({ Name: 'Test' })
    const staging = await environments.create({ Name: 'Staging' })

    const changed = await environments.modify({ ...staging, Name: 'Staging 2' })
    await environments.sort([staging.Id, Id])
    const sorted = await environments.list()
    await environments.del(changed)

    expect(changed).to.include({ Id: staging.Id, Name: 'Staging 2' })
    expect(sorted.Items.map(({ Name }) => Name)).to.deep.equal(['Staging 2', 'Test'])
    const gone = await environments.get(staging.Id).catch((error) => error)
    expect(gone).to.include({ StatusCode: 404 })
  })

  it('deploys a release and reads its log', async () => {
    const { deployed, space, log } = await newStory(client, [
      step('Greet', 'echo "Hello from #{Octopus.Environment.Name}"'),
      step('Count', 'for i in 1 2 3; do echo "number $i"; done'),
    ])

    const { task, deploymentId } = await deployed()

    const details = await new SpaceServerTaskRepository(client, space.Name).getDetails(task.Id)
    const [root] = details.ActivityLogs
    expect(task).to.include({ State: 'Success', IsCompleted: true, FinishedSuccessfully: true })
    expect(task.Arguments).to.include({ DeploymentId: deploymentId })
    expect(root?.Children.map(({ Name, Status }) => `${Name}: ${Status}`)).to.deep.equal([
      'Step 1: Greet: Success',
      'Step 2: Count: Success',
    ])
    expect(details.Progress.ProgressPercentage).to.equal(100)
    expect(details.PhysicalLogSize).to.be.above(0)
    const raw = await log(task.Id)
    expect(raw).to.match(/Info +\| +Hello from Test\n/)
    expect(raw).to.match(/number 1\n.*number 2\n.*number 3\n/)
  })

  it('gives scripts the values of variables, and nobody the secret ones', async () => {
    const story = await newStory(client, [
      step('Use', 'echo "to #{Target} with $(get_octopusvariable "Password")"'),
    ])
    const { client: its, space, project, environments, deployed, log } = story
    const path = `~/api/{spaceId}/variables/variableset-${project.Id}`
    const place = { spaceName: space.Name }
    const set = await its.request<{ Variables: object[] }>(path, place)
    const Scope = { Environment: environments.map(({ Id }) => Id) }

    await its.doUpdate(path, {
      ...set,
      ...place,
      Variables: [
        { Name: 'Target', Value: 'nowhere' },
        { Name: 'Target', Value: 'test.example.com', Scope },
        { Name: 'Password', Value: 'correct horse', IsSensitive: true },
      ],
    })
    const { task } = await deployed()

    const saved = await its.request<{ Variables: { Name: string; Value: string | null }[] }>(
      path,
      place,
    )
    expect(saved.Variables.find(({ Name }) => Name === 'Password')?.Value).to.equal(null)
    const raw = await log(task.Id)
    expect(raw).to.include('to test.example.com with ********')
    expect(raw).to.not.include('correct horse')
  })

  it('promotes a release phase by phase', async () => {
    const story = await newStory(client, undefined, ['Test', 'Production'])
    const { space, project, environments } = story
    const [test, production] = environments.map(({ Id }) => Id)
    const forever = { ShouldKeepForever: true, QuantityToKeep: 0, Unit: RetentionUnit.Days }
    const phase = (Name: string, id = '') => ({
      Id: '',
      Name,
      IsOptionalPhase: false,
      MinimumEnvironmentsBeforePromotion: 0,
      OptionalDeploymentTargets: [id],
      AutomaticDeploymentTargets: [],
    })
    const lifecycle = await client.doCreate<Resource>('~/api/{spaceId}/lifecycles', {
      spaceName: space.Name,
      Name: 'Careful',
      Phases: [phase('First', test), phase('Then', production)],
      ReleaseRetentionPolicy: forever,
      TentacleRetentionPolicy: forever,
    })
    await new ProjectRepository(client, space.Name).modify({
      ...project,
      LifecycleId: lifecycle.Id,
    })
    const { ReleaseVersion, ReleaseId } = await story.release()
    const toProduction = { EnvironmentNames: ['Production'] }

    const early = await story.deploy(ReleaseVersion, toProduction).catch((error) => error)
    await story.end((await story.deploy(ReleaseVersion)).ServerTaskId)
    const then = await story.deploy(ReleaseVersion, toProduction)
    const task = await story.end(then.ServerTaskId)

    expect(early).to.include({ StatusCode: 400 })
    expect(early.message).to.include('Production opens when Test has succeeded.')
    expect(task.State).to.equal('Success')
    const { Phases } = await client.request<{ Phases: { Progress: string }[] }>(
      `~/api/{spaceId}/releases/${ReleaseId}/progression`,
      { spaceName: space.Name },
    )
    expect(Phases.map(({ Progress }) => Progress)).to.deep.equal(['Complete', 'Complete'])
  })

  it('deploys to several environments with one command', async () => {
    const story = await newStory(client, undefined, ['Test', 'Staging'])
    const { ReleaseVersion } = await story.release()
    await story.end((await story.deploy(ReleaseVersion)).ServerTaskId)

    const { DeploymentServerTasks } = await new DeploymentRepository(
      client,
      story.space.Name,
    ).create({
      spaceName: story.space.Name,
      ProjectName: story.project.Name,
      ReleaseVersion,
      EnvironmentNames: ['Test', 'Staging'],
    })

    const tasks = await Promise.all(
      DeploymentServerTasks.map(({ ServerTaskId }) => story.end(ServerTaskId)),
    )
    expect(tasks.map(({ State }) => State)).to.deep.equal(['Success', 'Success'])
    const deployments = await new DeploymentRepository(client, story.space.Name).list({
      ids: DeploymentServerTasks.map(({ DeploymentId }) => DeploymentId),
    })
    expect(deployments.Items.map(({ EnvironmentId }) => EnvironmentId)).to.have.members(
      story.environments.map(({ Id }) => Id),
    )
  })

  it('numbers its releases, and finds the one that is there', async () => {
    const { release, space, project } = await newStory(client)
    const releases = new ReleaseRepository(client, space.Name)

    const first = await release()
    const second = await release('5.0.0')
    const third = await release()
    const again = await release('5.0.0').catch((error) => error)
    const found = await releases.create({
      spaceName: space.Name,
      ProjectName: project.Name,
      ReleaseVersion: '5.0.0',
      IgnoreIfAlreadyExists: true,
    })

    expect([first, third].map((one) => one.ReleaseVersion)).to.deep.equal(['0.0.1', '5.0.1'])
    expect(again).to.include({ StatusCode: 400 })
    expect(found.ReleaseId).to.equal(second.ReleaseId)
    const { Items } = await releases.listForProject(project.Id)
    expect(Items.map(({ Version }) => Version)).to.deep.equal(['5.0.1', '5.0.0', '0.0.1'])
    expect(await releases.get(second.ReleaseId)).to.deep.equal(Items[1])
  })
})
