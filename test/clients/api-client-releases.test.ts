/** How the published client releases packages that it has pushed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BuildInformationRepository,
  type Client,
  type DeploymentProcess,
  OverwriteMode,
  PackageRepository,
  ProjectRepository,
  ReleaseRepository,
} from '@octopusdeploy/api-client'
import { expect } from 'chai'
import { imported } from '../support/remote.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { scriptStep } from '../support/things.ts'
import { connect, newStory, refused, type Story, step } from './story.ts'

interface Release {
  Version: string
  SelectedPackages: { ActionName: string; PackageReferenceName: string; Version: string }[]
  BuildInformation: { BuildNumber: string }[]
}

/** A step with a package in the form of its older properties, as this client's users write it. */
function deployStep() {
  const made = step('Deploy', 'echo "hello"')
  for (const action of made.Actions) {
    Object.assign(action.Properties, {
      'Octopus.Action.Package.PackageId': 'Hello',
      'Octopus.Action.Package.FeedId': 'feeds-builtin',
    })
  }
  return made
}

describe('The published client that releases packages', () => {
  let server: TestServer
  let client: Client
  let story: Story
  let folder: string

  before(async () => {
    server = await startServer()
    client = await connect(server)
    folder = mkdtempSync(join(tmpdir(), 'tako-packages-'))
  })
  beforeEach(async () => {
    story = await newStory(client, [deployStep()])
    await push('Hello.1.0.0.zip', 'Hello.2.0.0.zip')
  })
  after(async () => {
    rmSync(folder, { recursive: true })
    await server.stop()
  })

  async function push(...names: string[]) {
    const files = names.map((name) => join(folder, name))
    for (const file of files) writeFileSync(file, `The content of ${file}`)
    const packages = new PackageRepository(client, story.space.Name)
    await packages.push(files, OverwriteMode.FailIfExists)
  }
  const release = async (more: object = {}): Promise<Release> => {
    const releases = new ReleaseRepository(client, story.space.Name)
    const { ReleaseId } = await releases.create({
      ...{ spaceName: story.space.Name, ProjectName: story.project.Name },
      ...more,
    })
    const path = `~/api/{spaceId}/releases/${ReleaseId}`
    return client.request<Release>(path, { spaceName: story.space.Name })
  }
  const versions = ({ SelectedPackages }: Release) => SelectedPackages.map(({ Version }) => Version)

  it('gets the latest versions', async () => {
    const { SelectedPackages, Version } = await release()

    expect(Version).to.equal('0.0.1')
    expect(SelectedPackages).to.deep.equal([
      { StepName: 'Deploy', ActionName: 'Deploy', PackageReferenceName: '', Version: '2.0.0' },
    ])
  })

  it('says which versions it wants', async () => {
    const byPackage = await release({ Packages: ['Hello:1.0.0'] })
    const byStep = await release({ Packages: ['Deploy:1.0.0'] })
    const byDefault = await release({ PackageVersion: '1.0.0' })
    const fault = await refused(release({ Packages: ['Hello:3.0.0'] }))

    expect([byPackage, byStep, byDefault].map(versions)).to.deep.equal([
      ['1.0.0'],
      ['1.0.0'],
      ['1.0.0'],
    ])
    expect(fault.StatusCode).to.equal(400)
    expect(fault.message).to.include("'Hello' of the step 'Deploy' has no version 3.0.0")
  })

  it('reads what its build has told', async () => {
    await new BuildInformationRepository(client, story.space.Name).push({
      spaceName: story.space.Name,
      BuildEnvironment: 'GitHub Actions',
      BuildNumber: '288',
      BuildUrl: 'https://example.com/288',
      Branch: 'main',
      VcsType: 'Git',
      VcsRoot: 'https://example.com/hello.git',
      VcsCommitNumber: '314cf2c3ee916c16a78b2a13e5cf6e7a3c0e0d51',
      Commits: [{ Id: '314cf2c', Comment: 'Say hello' }],
      Packages: [{ Id: 'Hello', Version: '2.0.0' }],
    })

    const { BuildInformation } = await release()

    expect(BuildInformation.map(({ BuildNumber }) => BuildNumber)).to.deep.equal(['288'])
  })

  it('reads the package of a process in both of its forms', async () => {
    const path = `~/api/{spaceId}/projects/${story.project.Id}/deploymentprocesses`

    const { Steps } = await client.request<DeploymentProcess>(path, {
      spaceName: story.space.Name,
    })

    const action = Steps[0]?.Actions[0]
    expect(action?.CanBeUsedForProjectVersioning).to.equal(true)
    expect(action?.Packages[0]).to.include({
      PackageId: 'Hello',
      FeedId: 'feeds-builtin',
      Name: '',
    })
    expect(action?.Properties['Octopus.Action.Package.PackageId']).to.equal('Hello')
  })

  it('finds, lists and deploys what was imported from another space like its own', async () => {
    const { Name: spaceName, Id: spaceId } = story.space
    const steps = [scriptStep('Greet', 'echo imported')]
    const { project, release } = await imported(server.bus, spaceId, { steps })
    const projects = new ProjectRepository(client, spaceName)

    const [found] = (await projects.list({ partialName: 'DevTest Space' })).Items
    const path = `~/api/{spaceId}/releases/${release.Id}`
    const read = await client.request<Release>(path, { spaceName })
    const more = { ProjectName: project.Name }
    const { ServerTaskId } = await story.deploy(release.Version, more)

    expect(found?.Id).to.equal(project.Id)
    expect(read).to.include({ Version: '1.4.2' })
    expect((await story.end(ServerTaskId)).State).to.equal('Success')
    expect(await story.log(ServerTaskId)).to.include('imported')
  })
})
