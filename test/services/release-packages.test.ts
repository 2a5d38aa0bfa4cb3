import { expect } from 'chai'
import { projectIn, refusedWith, type TestProject } from '../support/deploying.ts'
import { pushPackage } from '../support/packages.ts'
import type { Resource } from '../support/project.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { channelBody, makeSpace } from '../support/things.ts'
import { makePerson, makeTeam } from './people.ts'

interface Selected {
  ActionName: string
  PackageReferenceName: string
  Version: string
}
type Reference = { Name?: string; PackageId: string; FeedId?: string; Version?: string }

/** A script step with these packages. */
const stepWith = (Name: string, Packages: Reference[], more: object = {}) => ({
  Name,
  Actions: [
    {
      ActionType: 'Octopus.Script',
      Properties: {
        'Octopus.Action.RunOnServer': 'true',
        'Octopus.Action.Script.Syntax': 'Bash',
        'Octopus.Action.Script.ScriptBody': 'echo hello',
      },
      Packages,
      ...more,
    },
  ],
})
const web = stepWith('Deploy', [{ PackageId: 'Acme.Web' }])

const read = async (response: Promise<Response>) => (await (await response).json()) as Resource // What this file asks for answers with one.

describe('A release with packages', () => {
  let server: TestServer
  let shop: TestProject

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    shop = await projectIn(server, { steps: [] })
  })
  after(() => server.stop())

  const send = (method: string, path: string, body?: unknown) =>
    server.send(method, `/${shop.spaceId}${path}`, body)
  const ask = <T = Resource>(method: string, path: string, body?: unknown) =>
    server.ask<T>(method, `/${shop.spaceId}${path}`, body)
  const push = async (...files: string[]) => {
    for (const file of files) await pushPackage(server, shop.spaceId, file)
  }
  const process = (...Steps: object[]) =>
    ask('PUT', `/projects/${shop.project.Id}/deploymentprocesses`, { Steps })
  const create = (body: object = {}, query = '') =>
    ask('POST', `/releases${query}`, { ProjectId: shop.project.Id, ...body })
  const refused = (body: object = {}, query = '') =>
    refusedWith(send('POST', `/releases${query}`, { ProjectId: shop.project.Id, ...body }))
  const command = (body: object) =>
    send('POST', '/releases/create/v1', { projectName: shop.project.Name, ...body })
  const commanded = async (body: object) => {
    const { ReleaseId } = await read(command(body))
    return ask('GET', `/releases/${ReleaseId}`)
  }
  const selected = (action: string, version: string, reference = '') => ({
    ...{ ActionName: action, PackageReferenceName: reference, Version: version },
  })
  const versions = (release: Resource) =>
    (release.SelectedPackages as Selected[]).map(({ ActionName, PackageReferenceName, Version }) =>
      [ActionName, PackageReferenceName, Version].filter(Boolean).join(':'),
    )
  const addRules = async (Rules: object[], name = 'Default') => {
    const { Items } = await ask<{ Items: Resource[] }>(
      'GET',
      `/projects/${shop.project.Id}/channels`,
    )
    const before = Items.find(({ Name }) => Name === name)
    if (before) return ask('PUT', `/channels/${before.Id}`, { ...before, Rules })
    return ask('POST', '/channels', { ...channelBody(shop.project.Id, name), Rules })
  }

  it('takes the latest of each', async () => {
    await push('Acme.Web.1.9.0.zip', 'Acme.Web.1.10.0.zip', 'Acme.Tools.2.0.0-beta.zip')
    await process(
      stepWith('Deploy', [{ PackageId: 'Acme.Web' }, { Name: 'Tools', PackageId: 'acme.tools' }]),
      stepWith('Off', [{ PackageId: 'Nowhere' }], { IsDisabled: true }),
    )

    const release = await create()

    expect(release.SelectedPackages).to.deep.equal([
      { StepName: 'Deploy', ...selected('Deploy', '1.10.0') },
      { StepName: 'Deploy', ...selected('Deploy', '2.0.0-beta', 'Tools') },
    ])
    expect(await ask('GET', `/releases/${release.Id}`)).to.deep.equal(release)
  })

  it('takes the versions that are selected, as the feed writes them', async () => {
    await push('Acme.Web.1.0.0.zip', 'Acme.Web.2.0.0.zip')
    await process(web, stepWith('Test', [{ PackageId: 'Acme.Web' }]))

    const release = await create({ SelectedPackages: [selected('deploy', '1.0')] })

    expect(versions(release)).to.deep.equal(['Deploy:1.0.0', 'Test:2.0.0'])
  })

  it('is refused, and nothing is frozen, when a package cannot be had', async () => {
    await push('Acme.Web.1.0.0.zip')
    const before = await process(
      web,
      stepWith('Test', [{ PackageId: 'Acme.Nothing' }]),
      stepWith('Sign', [{ PackageId: 'Acme.Signer', FeedId: 'feeds-nugetfeed' }]),
    )

    const { status, text } = await refused({ SelectedPackages: [selected('Deploy', '3.0')] })
    const unknown = await refused({ SelectedPackages: [selected('Gone', '1.0')] })

    expect([status, unknown.status]).to.deep.equal([400, 400])
    expect(text)
      .to.include("'Acme.Web' of the step 'Deploy' has no version 3.0")
      .and.include("'Acme.Nothing' of the step 'Test' has no version")
      .and.include("cannot ask the feed 'feeds-nugetfeed'")
    expect(unknown.text).to.include("the step 'Gone' has no package")
    expect(await ask('GET', `/deploymentprocesses/${before.Id}`)).to.deep.equal(before)
  })

  it('has what is said of packages that only others know', async () => {
    await process(
      stepWith('Sign', [{ PackageId: 'Acme.Signer', FeedId: 'feeds-nugetfeed' }]),
      stepWith('Any', [{ PackageId: 'Acme.#{Octopus.Environment.Name}' }]),
    )

    const release = await create({
      SelectedPackages: [selected('Sign', '7.0'), selected('Any', '8.0')],
    })
    const faulty = await refused({
      SelectedPackages: [selected('Sign', '7.0'), selected('Any', '../8')],
    })

    expect(versions(release)).to.deep.equal(['Sign:7.0', 'Any:8.0'])
    expect(faulty.status).to.equal(400)
  })

  it('takes versions by the ways of a command', async () => {
    await push('Acme.Web.1.0.0.zip', 'Acme.Web.2.0.0.zip', 'Acme.Tools.1.0.0.zip')
    await push('Acme.Tools.3.0.0-beta.2.zip', 'Acme.Tools.3.0.0.zip')
    await process(
      stepWith('A: web', [{ PackageId: 'Acme.Web' }, { Name: 'Tools', PackageId: 'Acme.Tools' }]),
    )
    const made = async (body: object) => versions(await commanded(body))

    expect(await made({})).to.deep.equal(['A: web:2.0.0', 'A: web:Tools:3.0.0'])
    expect(await made({ packageVersion: '1.0.0' })).to.deep.equal([
      'A: web:1.0.0',
      'A: web:Tools:1.0.0',
    ])
    expect(await made({ packages: ['Acme.Web:1.0'] })).to.deep.equal([
      'A: web:1.0.0',
      'A: web:Tools:3.0.0',
    ])
    expect(
      await made({ packages: ['A\\: web/1.0.0', 'A\\: web:Tools:3.0.0-beta.2'] }),
    ).to.deep.equal(['A: web:1.0.0', 'A: web:Tools:3.0.0-beta.2'])
    expect(await made({ packages: ['Tools=1.0.0'], packagePrerelease: '^$' })).to.deep.equal([
      'A: web:2.0.0',
      'A: web:Tools:1.0.0',
    ])
    const bad = await refusedWith(command({ packages: ['1.0', 'Acme.Wep:1.0'] }))
    const typo = await refusedWith(command({ packages: ['Acme.Wep:1.0'] }))
    expect(bad.status).to.equal(400)
    expect(bad.text).to.include("'1.0' names no package")
    expect(typo.text).to.include("no package that 'Acme.Wep:1.0' is about")
  })

  it('can take its version from a package', async () => {
    await push('Acme.Web.1.4.0.zip')
    await process(web)
    const DonorPackage = { DeploymentAction: 'Deploy', PackageReference: '' }
    await ask('PUT', `/projects/${shop.project.Id}`, {
      ...shop.project,
      VersioningStrategy: { DonorPackage },
    })

    const release = await create()

    const again = await refused()
    const kept = await read(command({ ignoreIfAlreadyExists: true }))
    const named = await create({ Version: '9.0' })
    await process(stepWith('Other', []))
    const none = await refused()
    expect(release.Version).to.equal('1.4.0')
    expect(again.text).to.include('version 1.4.0 already')
    expect(kept.ReleaseId).to.equal(release.Id)
    expect(named.Version).to.equal('9.0')
    expect(none.text).to.include("numbered by the package of the step 'Deploy'")
  })

  it('cannot be numbered by a package and a template at once', async () => {
    const VersioningStrategy = {
      Template: '1.i',
      DonorPackage: { DeploymentAction: 'Deploy', PackageReference: '' },
    }

    const { status, text } = await refusedWith(
      send('PUT', `/projects/${shop.project.Id}`, { ...shop.project, VersioningStrategy }),
    )

    expect(status).to.equal(400)
    expect(text).to.include('Template or from a DonorPackage')
  })

  it('takes only versions that its channel lets in, unless that is ignored', async () => {
    await push('Acme.Web.1.0.0.zip', 'Acme.Web.1.5.0-beta.zip', 'Acme.Web.2.0.0.zip')
    await process(web)
    const ActionPackages = [{ DeploymentAction: 'Deploy', PackageReference: '' }]
    await addRules([{ VersionRange: '[1.0,2.0)', Tag: '^$', ActionPackages }])
    const SelectedPackages = [selected('Deploy', '2.0.0')]

    const latest = await create()
    const refusal = await refused({ SelectedPackages })
    const ignored = await create({ SelectedPackages }, '?ignoreChannelRules=true')
    const byCommand = await commanded({ packageVersion: '2.0.0', ignoreChannelRules: true })

    expect(versions(latest)).to.deep.equal(['Deploy:1.0.0'])
    expect(latest.IgnoreChannelRules).to.equal(false)
    expect(refusal.status).to.equal(400)
    expect(refusal.text).to.include("cannot have the version 2.0.0 in the channel 'Default'")
    expect(versions(ignored)).to.deep.equal(['Deploy:2.0.0'])
    expect(ignored.IgnoreChannelRules).to.equal(true)
    expect(versions(byCommand)).to.deep.equal(['Deploy:2.0.0'])
  })

  it('takes the latest without metadata where its channel wants none', async () => {
    await push('Acme.Web.1.0.0.zip', 'Acme.Web.1.1.0+build.zip')
    await process(web)
    await addRules([{ Tag: '^$' }])

    const release = await create()

    expect(versions(release)).to.deep.equal(['Deploy:1.0.0'])
  })

  it('finds nothing where no version fits the rules, unless that is ignored', async () => {
    await push('Acme.Web.1.0.0.zip')
    await process(web)
    await addRules([{ VersionRange: '[5.0,)' }])

    const { status, text } = await refused()

    expect(status).to.equal(400)
    expect(text).to.include("fits the rules of the channel 'Default'")
    expect(versions(await create({ IgnoreChannelRules: true }))).to.deep.equal(['Deploy:1.0.0'])
  })

  it('is refused after a step was renamed that a rule is about', async () => {
    await push('Acme.Web.1.0.0.zip')
    await process(stepWith('Deploy web', [{ PackageId: 'Acme.Web' }]))
    const ActionPackages = [{ DeploymentAction: 'Deploy', PackageReference: '' }]
    await addRules([{ VersionRange: '[1.0,2.0)', ActionPackages }])

    const { status, text } = await refused()

    expect(status).to.equal(400)
    expect(text).to.include("a rule about the package of 'Deploy'")
  })

  it('has its rules ignored only where the project lets that be, by who may change them', async () => {
    await push('Acme.Web.1.0.0.zip')
    await process(web)
    await addRules([{ VersionRange: '[5.0,)' }])
    const builder = await makePerson(server)
    const { spaceId } = shop
    await makeTeam(server, { spaceId, members: [builder], roles: ['buildserver'] })
    const body = { ProjectId: shop.project.Id, SelectedPackages: [selected('Deploy', '1.0.0')] }
    const path = `/${shop.spaceId}/releases?ignoreChannelRules=true`

    const forbidden = await refusedWith(server.send('POST', path, body, builder.key))
    await ask('PUT', `/projects/${shop.project.Id}`, {
      ...shop.project,
      AllowIgnoreChannelRules: false,
    })
    const closed = await refused(body, '?ignoreChannelRules=true')

    expect(forbidden.status).to.equal(403)
    expect(forbidden.text).to.include('ProcessEdit')
    expect(closed.status).to.equal(400)
    expect(closed.text).to.include('does not let the rules of its channels be ignored')
  })

  it('may get other packages until it is deployed', async () => {
    await push('Acme.Web.1.0.0.zip', 'Acme.Web.2.0.0.zip')
    await process(web, stepWith('Test', [{ PackageId: 'Acme.Web' }]))
    const release = await create()
    const change = (body: object) => send('PUT', `/releases/${release.Id}`, { ...release, ...body })

    const changed = await read(change({ SelectedPackages: [selected('Test', '1.0')] }))
    const missing = await refusedWith(change({ SelectedPackages: [selected('Test', '7.0')] }))
    const bare = await read(change({ SelectedPackages: [], ReleaseNotes: 'New' }))
    await shop.deploy({ release, more: { QueueTime: new Date(Date.now() + 3_600_000) } })
    const late = await refusedWith(change({ SelectedPackages: [selected('Test', '2.0')] }))
    const notes = await change({
      SelectedPackages: changed.SelectedPackages,
      ReleaseNotes: 'Newer',
    })

    expect(versions(changed)).to.deep.equal(['Deploy:2.0.0', 'Test:1.0.0'])
    expect(missing.text).to.include('has no version 7.0')
    expect(bare).to.deep.include({
      ReleaseNotes: 'New',
      SelectedPackages: changed.SelectedPackages,
    })
    expect(late.status).to.equal(400)
    expect(late.text).to.include('has been deployed')
    expect(notes.status).to.equal(200)
  })

  it('goes to another channel only with packages that it lets in', async () => {
    await push('Acme.Web.1.0.0.zip')
    await process(web)
    const release = await create()
    const strict = await addRules([{ VersionRange: '[5.0,)' }], 'Strict')
    const change = (body: object) => send('PUT', `/releases/${release.Id}`, { ...release, ...body })

    const refusal = await refusedWith(change({ ChannelId: strict.Id }))
    const forced = await read(change({ ChannelId: strict.Id, IgnoreChannelRules: true }))

    expect(refusal.status).to.equal(400)
    expect(refusal.text).to.include("in the channel 'Strict'")
    expect(forced.ChannelId).to.equal(strict.Id)
  })

  it('tells which of its packages have left the feed, and can still be changed', async () => {
    await push('Acme.Web.1.0.0.zip', 'Acme.Tools.1.0.0.zip')
    await process(
      stepWith('Deploy', [{ PackageId: 'Acme.Web' }, { Name: 'Tools', PackageId: 'Acme.Tools' }]),
      stepWith('Again', [{ PackageId: 'Acme.Web' }]),
    )
    const release = await create()

    const before = await ask('GET', `/releases/${release.Id}/missingpackages`)
    await send('DELETE', '/packages/packages-Acme.Web.1.0.0')
    const after = await ask('GET', `/releases/${release.Id}/missingpackages`)
    const { status } = await send('PUT', `/releases/${release.Id}`, release)

    expect(before).to.deep.equal({ Packages: [] })
    expect(after).to.deep.equal({ Packages: [{ Id: 'Acme.Web', Version: '1.0.0' }] })
    expect(status).to.equal(200)
  })

  it('has what the builds of its packages have told', async () => {
    await push('Acme.Web.1.0.0.zip')
    await process(web)
    await ask('POST', '/build-information', {
      PackageId: 'Acme.Web',
      Version: '1.0.0',
      OctopusBuildInformation: {
        BuildEnvironment: 'Jenkins',
        BuildNumber: '41',
        VcsCommitNumber: 'abc123',
        Commits: [{ Id: 'abc123', Comment: 'Mend it' }],
      },
    })

    const release = await create()

    const [build] = release.BuildInformation as Record<string, unknown>[]
    expect(build).to.deep.include({
      ...{ PackageId: 'Acme.Web', Version: '1.0.0', BuildNumber: '41', VcsCommitNumber: 'abc123' },
    })
    expect(build).not.to.have.property('Id')
    expect(await ask('GET', `/releases/${release.Id}`)).to.deep.equal(release)
  })

  it('has a form that says what to select, and what was the last time', async () => {
    await push('Acme.Web.1.0.0.zip')
    await process(
      web,
      stepWith('Sign', [
        { Name: 'Signer', PackageId: 'Acme.Signer', FeedId: 'feeds-other', Version: '2.0' },
      ]),
    )
    const release = await create()
    await push('Acme.Web.2.0.0.zip')
    await process(web)
    const feed = await server.bus.call('feeds.builtin', { spaceId: shop.spaceId })
    const path = `/deploymentprocesses/deploymentprocess-${shop.project.Id}/template`

    const now = await ask<{ Packages: object[] }>('GET', path)
    const then = await ask<{ Packages: object[] }>('GET', `${path}?releaseId=${release.Id}`)
    const byProject = await ask(
      'GET',
      `/projects/${shop.project.Id}/deploymentprocesses/template?channel=default`,
    )
    const unknown = await refusedWith(send('GET', `${path}?channel=Channels-99`))

    const first = {
      StepName: 'Deploy',
      ActionName: 'Deploy',
      PackageReferenceName: '',
      PackageId: 'Acme.Web',
      FeedId: feed.Id,
      FeedName: feed.Name,
      NuGetPackageId: 'Acme.Web',
      NuGetFeedId: feed.Id,
      NuGetFeedName: feed.Name,
      IsResolvable: true,
      FixedVersion: null,
      VersionSelectedLastRelease: '1.0.0',
    }
    expect(now.Packages).to.deep.equal([first])
    expect(now).to.deep.include({ NextVersionIncrement: '0.0.2', VersioningPackageStepName: null })
    expect(byProject).to.deep.equal(now)
    expect(then.Packages[0]).to.deep.equal(first)
    expect(then.Packages[1]).to.deep.include({
      ...{ PackageReferenceName: 'Signer', FeedName: 'feeds-other', IsResolvable: false },
      ...{ FixedVersion: '2.0', VersionSelectedLastRelease: '2.0' },
    })
    expect(unknown.status).to.equal(400)
  })
})

describe('The rules of a channel', () => {
  let server: TestServer

  before(async () => {
    server = await startServer()
  })
  after(() => server.stop())

  it('are refused where they cannot be read, or are two about one package', async () => {
    const { spaceId, project } = await projectIn(server, { steps: [] })
    const ActionPackages = [{ DeploymentAction: 'Deploy', PackageReference: null }]
    const body = channelBody(project.Id, 'Hotfix')
    const Rules = [
      { VersionRange: '[1.0', ActionPackages },
      { Tag: '(', ActionPackages },
    ]

    const { status, text } = await refusedWith(
      server.send('POST', `/${spaceId}/channels`, { ...body, Rules }),
    )

    expect(status).to.equal(400)
    expect(text)
      .to.include("'[1.0' is no range")
      .and.include("'(' is no pattern")
      .and.include("the package of 'Deploy' is in two rules")
  })

  it('can be tried by query and by body', async () => {
    const spaceId = await makeSpace(server.bus)
    const query = 'version=1.5-beta&versionRange=%5B1,2)&preReleaseTag=%5E%24&feetType=NuGet'
    const path = `/${spaceId}/channels/rule-test`
    const expected = {
      SatisfiesVersionRange: true,
      SatisfiesPreReleaseTag: false,
      IsNull: false,
      Errors: [],
    }

    const byQuery = await server.ask('GET', `${path}?${query}`)
    const byBody = await server.ask('POST', path, {
      ...{ version: '1.5-beta', versionRange: '[1,2)', preReleaseTag: '^$' },
    })

    expect(byQuery).to.deep.equal(expected)
    expect(byBody).to.deep.equal(expected)
  })
})
