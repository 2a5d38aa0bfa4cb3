import { expect } from 'chai'
import { newId } from '#store/ids.ts'
import { imported, stage } from '../support/remote.ts'
import { startServer, type TestServer } from '../support/server.ts'
import {
  channelBody,
  faultsOf,
  makeEnvironment,
  makeProject,
  makeSpace,
  refusal,
  scriptStep,
} from '../support/things.ts'

const OWNED = 'This project is owned by DevTest Space.'

describe('A project of another space', () => {
  let server: TestServer
  let spaceId: string

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    spaceId = await makeSpace(server.bus)
  })
  after(() => server.stop())

  const totals = async () => {
    const pages = await Promise.all([
      server.bus.call('projects.list', { spaceId }),
      server.bus.call('releases.list', { spaceId }),
      server.bus.call('channels.list', { spaceId }),
      server.bus.call('processes.list', { spaceId }),
      server.bus.call('events.list', { spaces: [spaceId], documentTypes: ['Project', 'Release'] }),
    ])
    const sets = await server.bus.call('variables.all', { spaceId })
    return [...pages.map(({ TotalResults }) => TotalResults), sets.length]
  }

  it('shows nothing of itself before its first release is imported, then all', async () => {
    const { projectId, release } = await stage(server.bus, spaceId, { steps: [scriptStep('Go')] })
    const before = await totals()
    const hidden = await refusal(server.bus.call('projects.get', { spaceId, id: projectId }))

    await server.bus.call('releases.importRemote', release)

    expect(before).to.deep.equal([0, 0, 0, 0, 0, 0])
    expect(hidden).to.include({ code: 404 })
    expect(await totals()).to.deep.equal([1, 1, 1, 1, 2, 1])
  })

  it('is called after the space that owns it, with a number where that is taken', async () => {
    await makeProject(server.bus, spaceId, 'DevTest Space: My Project')

    const { project } = await imported(server.bus, spaceId)

    expect(project.Name).to.equal('DevTest Space: My Project 2')
    expect(project.Remote).to.include({ RemoteSpace: 'DevTest Space', TrustId: 'Trusts-1' })
  })

  it('is one, however often and at once it is imported', async () => {
    const project = { Remote: { ...remote, SourceProjectId: 'Projects-7' } }
    const [one, other] = await Promise.all([
      stage(server.bus, spaceId, { project: { ...project, Id: newId('Projects') } }),
      stage(server.bus, spaceId, { project: { ...project, Id: newId('Projects') } }),
    ])

    const [a, b, again] = await Promise.all([
      server.bus.call('releases.importRemote', one.release),
      server.bus.call('releases.importRemote', { ...other.release, Version: '1.5' }),
      server.bus.call('releases.importRemote', one.release),
    ])

    expect(other.projectId).to.equal(one.projectId)
    expect(a).to.deep.equal(again)
    expect(b.ProjectId).to.equal(a.ProjectId)
    expect((await totals()).slice(0, 2)).to.deep.equal([1, 2])
  })

  it('has the process and the variables of its last imported release', async () => {
    const variables = [{ Name: 'Greeting', Value: 'Hello' }]
    const steps = [scriptStep('Go')]
    const { project, release } = await imported(server.bus, spaceId, { steps, variables })

    const of = { spaceId, projectId: project.Id }
    const [process, set] = await Promise.all([
      server.bus.call('processes.get', of),
      server.bus.call('variables.get', of),
    ])

    expect(process.Steps.map(({ Name }) => Name)).to.deep.equal(['Go'])
    expect(set.Variables.map(({ Name }) => Name)).to.deep.equal(['Greeting'])
    const template = await server.bus.call('deployments.template', {
      spaceId,
      releaseId: release.Id,
    })
    expect(template).to.include({
      IsDeploymentProcessModified: false,
      IsVariableSetModified: false,
    })
  })

  it('keeps all that builds its releases from changes', async () => {
    const { project, release } = await imported(server.bus, spaceId)
    const of = { spaceId, projectId: project.Id }
    const [channel] = (await server.bus.call('channels.list', of)).Items

    const refused = await Promise.all([
      refusal(server.bus.call('processes.modify', { ...of, Steps: [scriptStep('Mine')] })),
      refusal(server.bus.call('variables.modify', { ...of, Variables: [] })),
      refusal(server.bus.call('channels.create', { spaceId, ...channelBody(project.Id, 'Mine') })),
      refusal(
        server.bus.call('channels.modify', {
          ...{ spaceId, id: channel?.Id ?? '' },
          ...channelBody(project.Id, 'Mine'),
          IsDefault: true,
        }),
      ),
      refusal(server.bus.call('channels.remove', { spaceId, id: channel?.Id ?? '' })),
      refusal(modify({ ...project, ReleaseNotesTemplate: 'mine' })),
      refusal(
        modify({
          ...project,
          VersioningStrategy: { ...project.VersioningStrategy, Template: '1.i' },
        }),
      ),
      refusal(
        server.bus.call('projects.changeDeploymentSettings', {
          spaceId,
          id: project.Id,
          ...{ ...settings, VersioningStrategy: { Template: '1.i' } },
        }),
      ),
      refusal(
        server.bus.call('releases.create', {
          ...{ spaceId, ProjectId: project.Id, ReleaseNotes: '' },
          ...{ SelectedPackages: [], CustomFields: {} },
        }),
      ),
      refusal(server.bus.call('releases.createByName', { spaceId, ProjectName: project.Name })),
      refusal(
        server.bus.call('releases.modify', {
          ...{ spaceId, id: release.Id, Version: '2.0', ChannelId: release.ChannelId },
          ...{ ReleaseNotes: 'mine', CustomFields: {}, SelectedPackages: [] },
        }),
      ),
      refusal(server.bus.call('releases.snapshotVariables', { spaceId, id: release.Id })),
      refusal(
        server.bus.call('projects.clone', {
          ...{ spaceId, clone: project.Id, Name: 'Copy', Description: '' },
        }),
      ),
    ])

    for (const error of refused) {
      expect(error.message).to.include(OWNED)
      expect(error).to.include({ code: 400, type: 'REFUSED' })
    }
    expect(await server.bus.call('releases.get', { spaceId, id: release.Id })).to.deep.equal(
      release,
    )
  })

  it('lets its space say how and whether it is deployed here', async () => {
    const { project } = await imported(server.bus, spaceId)
    const group = await server.bus.call('projectgroups.create', {
      ...{ spaceId, Name: 'Imported', Description: '', EnvironmentIds: [] },
    })

    const after = await modify({
      ...project,
      ...{ Name: 'Shop', ProjectGroupId: group.Id, IsDisabled: true },
      ...{ DefaultGuidedFailureMode: 'On' as const },
      ProjectConnectivityPolicy: {
        ...project.ProjectConnectivityPolicy,
        ExcludeUnhealthyTargets: true,
      },
    })

    expect(after).to.include({ Name: 'Shop', ProjectGroupId: group.Id, IsDisabled: true })
    expect(after.DefaultGuidedFailureMode).to.equal('On')
    expect(after.Remote).to.deep.equal(project.Remote)
  })

  it('keeps what its space has chosen when the next release comes, and takes what travels', async () => {
    const project = { Remote: { ...remote, SourceProjectId: 'Projects-8' } }
    const first = await imported(server.bus, spaceId, { project, release: { Version: '1.0' } })
    await modify({ ...first.project, Name: 'Shop', DefaultGuidedFailureMode: 'On' })

    const Settings = { DefaultGuidedFailureMode: 'Off' as const, ReleaseNotesTemplate: 'new' }
    const steps = [scriptStep('Second')]
    const next = await imported(server.bus, spaceId, {
      ...{ steps, project: { ...project, Settings }, release: { Version: '2.0' } },
    })

    expect(next.project).to.include({ Id: first.project.Id, Name: 'Shop' })
    expect(next.project.DefaultGuidedFailureMode).to.equal('On')
    expect(next.project.ReleaseNotesTemplate).to.equal('new')
    const of = { spaceId, projectId: next.project.Id }
    expect((await server.bus.call('processes.get', of)).Steps).to.have.length(1)
  })

  it('changes nothing of itself while its next release is staged', async () => {
    const project = { Remote: { ...remote, SourceProjectId: 'Projects-9' } }
    const first = await imported(server.bus, spaceId, { project, release: { Version: '1.0' } })
    const of = { spaceId, projectId: first.project.Id }
    const before = await Promise.all([
      server.bus.call('projects.get', { spaceId, id: first.project.Id }),
      server.bus.call('processes.get', of),
      server.bus.call('variables.get', of),
      server.bus.call('templatevalues.get', of),
    ])

    const { Id } = await makeEnvironment(server.bus, spaceId)
    const inPlace = before[2].ScopeValues.Environments
    await stage(server.bus, spaceId, {
      steps: [scriptStep('Second')],
      variables: [{ Name: 'New' }],
      templates: [{ Name: 'Asked' }],
      values: [{ EnvironmentId: Id, Name: 'Asked', Value: 'x' }],
      project: { ...project, Settings: { ReleaseNotesTemplate: 'new' } },
    })

    const after = await Promise.all([
      server.bus.call('projects.get', { spaceId, id: first.project.Id }),
      server.bus.call('processes.get', of),
      server.bus.call('variables.get', of),
    ])
    after[2].ScopeValues.Environments = inPlace
    expect(after).to.deep.equal(before.slice(0, 3))
  })

  it('needs a lifecycle that is there', async () => {
    const error = await refusal(
      stage(server.bus, spaceId, { project: { LifecycleId: 'Lifecycles-gone' } }),
    )

    expect(faultsOf(error)[0]).to.include("the lifecycle 'Lifecycles-gone' was not found")
  })

  it('leaves nothing when its import is given up', async () => {
    const { projectId, release } = await stage(server.bus, spaceId)

    await server.bus.call('projects.abandonRemote', { spaceId, id: projectId })

    const error = await refusal(server.bus.call('releases.importRemote', release))
    expect(error).to.include({ code: 404, type: 'NOT_FOUND' })
    await server.bus.call('projects.abandonRemote', { spaceId, id: projectId })
    expect((await totals()).slice(0, 2)).to.deep.equal([0, 0])
  })

  it('can be deleted, and is imported anew afterwards', async () => {
    const project = { Remote: { ...remote, SourceProjectId: 'Projects-10' } }
    const first = await imported(server.bus, spaceId, { project })

    await server.bus.call('projects.remove', { spaceId, id: first.project.Id })
    const known = await server.bus.call('releases.known', { spaceId, ids: [first.release.Id] })
    const second = await imported(server.bus, spaceId, { project })

    expect(known).to.deep.equal([])
    expect(second.release.Version).to.equal(first.release.Version)
    expect((await totals()).slice(0, 2)).to.deep.equal([1, 1])
  })

  const modify = (project: Awaited<ReturnType<typeof imported>>['project'] & object) =>
    server.bus.call('projects.modify', { spaceId, id: project.Id, ...project })
})

const remote = {
  TrustId: 'Trusts-1',
  SourceProjectId: 'Projects-1',
  SourceProjectName: 'My Project',
  RemoteSpace: 'DevTest Space',
}

const settings = {
  DefaultGuidedFailureMode: 'EnvironmentDefault' as const,
  DefaultToSkipIfAlreadyInstalled: false,
  DeploymentChangesTemplate: '',
  ReleaseNotesTemplate: '',
  ForcePackageDownload: false,
}
