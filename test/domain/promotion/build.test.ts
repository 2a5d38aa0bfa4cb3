import { expect } from 'chai'
import { documentNames } from '#domain/bundle/content-digest.ts'
import { BundleError } from '#domain/bundle/errors.ts'
import type { Action } from '#domain/process.ts'
import { buildContent } from '#domain/promotion/build.ts'
import { checkContent, documentOf } from '#domain/promotion/content-shape.ts'
import type { SourceState } from '#domain/promotion/source-state.ts'
import { open, reference, secret, sourceState, step, variable } from './source-sample.ts'

const digest = 'a'.repeat(64)
const files = [
  {
    PackageId: 'Acme.Web',
    Version: '1.0.0',
    FileName: 'Acme.Web.1.0.0.zip',
    Size: 7,
    Sha256: digest,
  },
]
const chosen = [{ ActionName: 'Deploy', StepName: '', PackageReferenceName: '', Version: '1.0.0' }]
const withPackage = (more: object, action: Partial<Action> = {}) => {
  const state = sourceState({ packages: files })
  return sourceState({
    packages: files,
    release: { ...state.release, SelectedPackages: chosen },
    steps: [step('Deploy', { Packages: [reference('Acme.Web', more)], ...action })],
  })
}

describe('The content of a bundle', () => {
  it('tells the release and the project by names', () => {
    const { release, project } = buildContent(sourceState(), open).content

    expect(release).to.deep.equal({
      ...{ id: 'Releases-1', version: '1.4.2', notes: 'Faster', channel: 'Default' },
      ...{ assembled: '2026-11-20T10:00:00.000Z', customFields: { Ticket: 'T-1' } },
      buildInformation: [],
    })
    expect(project.settings).to.deep.equal({
      guidedFailureMode: 'On',
      connectivityPolicy: {
        ...{ skipMachineBehavior: 'SkipUnavailableMachines', targetRoles: ['web'] },
        ...{ allowDeploymentsToNoTargets: true, excludeUnhealthyTargets: true },
      },
      ...{ skipIfAlreadyInstalled: true, forcePackageDownload: true },
      ...{ releaseNotesTemplate: 'notes', deploymentChangesTemplate: 'changes' },
    })
  })

  it('tells who deployed so far only where that is shared', () => {
    const history = [
      {
        ...{ space: 'DevTest Space', environment: 'Test', state: 'Success', by: 'ines' },
        ...{ startedAt: '2026-11-20T10:00:00.000Z', endedAt: null },
      },
    ]
    const { trust } = sourceState()
    const byOf = (ShareUserNames: boolean) =>
      buildContent(sourceState({ history, trust: { ...trust, ShareUserNames } }), open).content
        .history.deployments[0]?.by

    expect(byOf(false)).to.equal(null)
    expect(byOf(true)).to.equal('ines')
  })

  it('lists the packages with their digests, and the feed by name', () => {
    const more = { FeedId: 'Feeds-1', Properties: { Extract: 'True' } }
    const Properties = { 'Octopus.Action.Package.FeedId': 'Feeds-1', Other: 'x' }

    const { process, packages } = buildContent(withPackage(more, { Properties }), open).content

    expect(packages.packages).to.deep.equal([
      {
        ...{ packageId: 'Acme.Web', version: '1.0.0', feedKind: 'BuiltIn', feedName: 'Built in' },
        ...{ actionSlug: 'deploy', referenceName: '', fileName: 'Acme.Web.1.0.0.zip' },
        ...{ size: 7, sha256: digest },
      },
    ])
    const [action] = process.steps[0]?.actions ?? []
    expect(action?.properties).to.deep.equal({ Other: 'x' })
    expect(action?.packages[0]).to.deep.include({
      ...{ feed: { kind: 'BuiltIn', name: 'Built in' }, properties: { Extract: 'True' } },
    })
  })

  it('lists a package that no step fetches without a digest, and none of disabled steps', () => {
    const { packages } = buildContent(
      withPackage({ AcquisitionLocation: 'NotAcquired' }),
      open,
    ).content
    expect(packages.packages[0]).to.deep.include({ version: '1.0.0', sha256: null, size: 0 })
    const disabled = buildContent(withPackage({}, { IsDisabled: true }), open).content
    expect(disabled.packages.packages).to.deep.equal([])
  })

  it('is what a target takes', () => {
    const state = withPackage({})
    const history = [
      {
        ...{ space: 'DevTest Space', environment: '', state: 'Success', by: 'ines' },
        ...{ startedAt: '2026-11-20T10:00:00.000+00:00', endedAt: null },
      },
    ]
    const { content } = buildContent(
      {
        ...{ ...state, history },
        variables: [secret('Key', 'canary'), variable('Url', { Scope: { Role: [''] } })],
      },
      open,
    )
    const read = JSON.parse(JSON.stringify(content))
    for (const name of documentNames)
      expect(documentOf(name, read[name])).to.deep.equal(content[name])
    checkContent(content)
  })
})

function refusedBy(source: SourceState): { kind: string; name: string; reason: string }[] {
  try {
    buildContent(source, open)
  } catch (error) {
    if (error instanceof BundleError && error.code === 'UnsupportedContent')
      return error.data.items as { kind: string; name: string; reason: string }[]
    throw error
  }
  return expect.fail('it was not refused')
}

describe('A release cannot be promoted', () => {
  const { project, release } = sourceState()
  const action = (more: Partial<Action>) => sourceState({ steps: [step('Deploy', more)] })
  const property = (name: string, value: string) => action({ Properties: { [name]: value } })
  const typed = (Type: string) => sourceState({ variables: [variable('It', { Type })] })
  const container = { Image: null, FeedId: null, GitUrl: null, Dockerfile: null }

  const cases: [string, SourceState, kind: string, name: string][] = [
    [
      'for tenants alone',
      sourceState({ project: { ...project, TenantedDeploymentMode: 'Tenanted' } }),
      'Tenants',
      'My Project',
    ],
    [
      'that asks tenants for values',
      sourceState({ project: { ...project, Templates: [{ Name: 'Region' }] } }),
      'Tenants',
      'Region',
    ],
    [
      'with a library set',
      sourceState({
        project: { ...project, IncludedLibraryVariableSetIds: ['LibraryVariableSets-1'] },
      }),
      'LibrarySet',
      'LibraryVariableSets-1',
    ],
    [
      'with a frozen library set or script module',
      sourceState({ release: { ...release, LibraryVariableSetSnapshotIds: ['variableset-L-1'] } }),
      'LibrarySet',
      'variableset-L-1',
    ],
    [
      'from Git',
      sourceState({ release: { ...release, VersionControlReference: { GitRef: 'main' } } }),
      'Git',
      '1.4.2',
    ],
    [
      'with a step from a step template',
      property('Octopus.Action.Template.Id', 'ActionTemplates-1'),
      'StepTemplate',
      'Deploy',
    ],
    [
      'with a step of a kind that is not known',
      action({ ActionType: 'Octopus.AzureWebApp' }),
      'StepType',
      'Deploy',
    ],
    [
      'with a step that runs a runbook',
      action({ ActionType: 'Octopus.RunRunbook' }),
      'StepType',
      'Deploy',
    ],
    ['with a step of a step package', action({ Inputs: { a: 1 } }), 'StepPackage', 'Deploy'],
    [
      'with a step that deploys a release',
      action({ ActionType: 'Octopus.DeployRelease' }),
      'DeployRelease',
      'Deploy',
    ],
    [
      'with a step in a container',
      action({ Container: { ...container, Image: 'alpine' } }),
      'Container',
      'Deploy',
    ],
    [
      'with a step in a container of its own',
      action({ Container: { ...container, Dockerfile: 'FROM x' } }),
      'Container',
      'Deploy',
    ],
    [
      'with a step that takes files from Git',
      action({ GitDependencies: [{ Name: '' }] }),
      'Git',
      'Deploy',
    ],
    [
      'with a script from Git',
      property('Octopus.Action.Script.ScriptSource', 'GitRepository'),
      'Git',
      'Deploy',
    ],
    [
      'with a step that names an account',
      property('Octopus.Action.Azure.AccountId', 'Accounts-1'),
      'Account',
      'Accounts-1',
    ],
    [
      'with a step that names a certificate',
      property('Cert', 'Certificates-1'),
      'Certificate',
      'Certificates-1',
    ],
    [
      'with a step that names a deployment target',
      property('On', 'Machines-1'),
      'Target',
      'Machines-1',
    ],
    ['with a step that names a tenant', property('For', 'Tenants-1'), 'Tenants', 'Tenants-1'],
    ['with a step that names a runbook', property('Run', 'Runbooks-1'), 'Runbook', 'Runbooks-1'],
    [
      'with a step that names a freeze',
      property('Not', 'DeploymentFreezes-1'),
      'Freeze',
      'DeploymentFreezes-1',
    ],
    ['with a step that names a project', property('Of', 'Projects-9'), 'Reference', 'Projects-9'],
    ['with an account as a value', typed('AmazonWebServicesAccount'), 'Account', 'It'],
    ['with a certificate as a value', typed('Certificate'), 'Certificate', 'It'],
    ['with a value of a type that is not known', typed('Spaceship'), 'VariableType', 'It'],
    [
      'with a value that is a pool which is gone',
      sourceState({ variables: [variable('It', { Type: 'WorkerPool', Value: 'WorkerPools-9' })] }),
      'WorkerPool',
      'WorkerPools-9',
    ],
    [
      'with a step in a pool that is gone',
      action({ WorkerPoolId: 'WorkerPools-9' }),
      'WorkerPool',
      'WorkerPools-9',
    ],
    [
      'with a team that is gone',
      property('Octopus.Action.Manual.ResponsibleTeamIds', 'Teams-1,Teams-9'),
      'Team',
      'Teams-9',
    ],
    [
      'with a package of a feed that is gone',
      withPackage({ FeedId: 'Feeds-9' }),
      'Feed',
      'Feeds-9',
    ],
    [
      'with a package whose id is an expression',
      withPackage({ PackageId: '#{Id}' }),
      'Package',
      '#{Id}',
    ],
    [
      'with a package that is not on the server',
      sourceState({ ...withPackage({}), packages: [] }),
      'Package',
      'Acme.Web 1.0.0',
    ],
    [
      'with a package without a version',
      sourceState({ ...withPackage({}), release }),
      'Package',
      'Acme.Web',
    ],
  ]
  for (const [what, source, kind, name] of cases)
    it(`${what}`, () => {
      const items = refusedBy(source)
      expect(items[0]).to.deep.include({ kind, name })
      expect(items[0]?.reason)
        .to.contain(name)
        .and.match(/^(The|A) .+\.$/)
    })

  it('with several such things, and is told of all', () => {
    const steps = [
      step('A', { ActionType: 'Octopus.Kube' }),
      step('B', { ActionType: 'Octopus.DeployRelease' }),
    ]
    const items = refusedBy(
      sourceState({ steps, variables: [variable('It', { Type: 'Certificate' })] }),
    )
    expect(items.map(({ name }) => name)).to.deep.equal(['A', 'B', 'It'])
  })
})
