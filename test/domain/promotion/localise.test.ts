import { expect } from 'chai'
import fc from 'fast-check'
import { BundleError } from '#domain/bundle/errors.ts'
import type { Secret } from '#domain/bundle/secrets.ts'
import { faultsOfProcess, type Step } from '#domain/process.ts'
import { buildContent } from '#domain/promotion/build.ts'
import type { BundleContent } from '#domain/promotion/content.ts'
import type { FrozenVariable } from '#domain/promotion/frozen.ts'
import { localRelease, localSettings, remoteProjectName } from '#domain/promotion/local-release.ts'
import { localise } from '#domain/promotion/localise.ts'
import type { Mapping } from '#domain/promotion/mappings.ts'
import { variablePath } from '#domain/promotion/secret-paths.ts'
import type { SourceState } from '#domain/promotion/source-state.ts'
import type { TargetState } from '#domain/promotion/target-state.ts'
import { contentDocs, stepDoc, variableDoc } from './content-sample.ts'
import { open, reference, sealed, secret, sourceState, step, variable } from './source-sample.ts'
import { targetState } from './target-sample.ts'

const seal = (text: string) => `ours:${text}`
const local = (
  content: BundleContent,
  more: { mappings?: Mapping[]; secrets?: Secret[]; target?: TargetState } = {},
) =>
  localise(content, { secrets: [], wanted: [], mappings: [], target: targetState(), seal, ...more })
const steps = (...docs: ReturnType<typeof stepDoc>[]) => contentDocs({ process: { steps: docs } })
const variables = (...docs: ReturnType<typeof variableDoc>[]) =>
  contentDocs({ variables: { variables: docs } })
const scope = (more: object) => ({
  ...{ environments: [], roles: [], actions: [], tenantTags: [], ...more },
})
const leaveOut: Mapping = { Kind: 'Environment', Name: 'Spare', TargetId: null }

describe('A bundle in the terms of the target', () => {
  it('has steps as any process has them', () => {
    const result = local(
      steps(stepDoc('Deploy', { environments: ['Production'], notes: 'careful' })),
    )

    expect(result.open).to.deep.equal([])
    expect(faultsOfProcess(result.steps)).to.deep.equal([])
    expect(result.steps[0]?.Actions[0]).to.deep.include({
      ...{ Name: 'Deploy', ActionType: 'Octopus.Script', Notes: 'careful', WorkerPoolId: null },
      ...{ Environments: ['Environments-P'], Channels: [] },
    })
  })

  it('has the same ids in each revision and release, whatever has changed', () => {
    const before = local(steps(stepDoc('Deploy'), stepDoc('Check')))
    const after = local(
      steps(stepDoc('Check', { properties: { a: 'b' } }), {
        ...stepDoc('Deploy'),
        name: 'Roll out',
      }),
    )

    const idsOf = (all: Step[]) =>
      all.flatMap((one) => [one.Id, ...one.Actions.map(({ Id }) => Id)])
    expect(idsOf(after.steps)).to.have.members(idsOf(before.steps))
    expect(idsOf(after.steps)[0]).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  })

  it('has other ids than another project', () => {
    const { project, ...rest } = steps(stepDoc('Deploy'))
    const other = local({ ...rest, project: { ...project, id: 'Projects-8' } })
    expect(other.steps[0]?.Id).to.not.equal(local({ ...rest, project }).steps[0]?.Id)
  })

  it('has the pools, feeds and teams that were chosen', () => {
    const property = 'Octopus.Action.Manual.ResponsibleTeamIds'
    const packages = [
      {
        ...{ id: 'p', name: '', packageId: 'Acme', feed: { kind: 'BuiltIn', name: 'Theirs' } },
        ...{ acquisitionLocation: 'Server', properties: {}, version: null },
      },
    ]
    const more = { workerPool: 'Lab', teams: { [property]: ['Testers', 'Managers'] }, packages }
    const properties = { 'Octopus.Action.Package.PackageId': 'Acme' }

    const { steps: made } = local(steps(stepDoc('Deploy', { ...more, properties })), {
      mappings: [
        { Kind: 'WorkerPool', Name: 'Lab', TargetId: 'WorkerPools-L' },
        { Kind: 'Team', Name: 'Testers', TargetId: 'Teams-M' },
        { Kind: 'Team', Name: 'Managers', TargetId: 'Teams-M' },
      ],
    })

    const [action] = made[0]?.Actions ?? []
    expect(action?.WorkerPoolId).to.equal('WorkerPools-L')
    expect(action?.Properties).to.deep.equal({
      ...{ ...properties, [property]: 'Teams-M' },
      'Octopus.Action.Package.FeedId': 'Feeds-B',
    })
    expect(action?.Packages[0]).to.deep.include({ FeedId: 'Feeds-B', PackageId: 'Acme' })
  })

  it('takes no id of a team or a feed that comes as a text', () => {
    const properties = {
      'Octopus.Action.Manual.ResponsibleTeamIds': 'Teams-M',
      'Octopus.Action.Package.FeedId': 'Feeds-N',
    }
    const [made] = local(steps(stepDoc('Deploy', { properties }))).steps
    expect(made?.Actions[0]?.Properties).to.deep.equal({})
  })

  it('tells what is not decided', () => {
    const { open: undecided } = local(steps(stepDoc('Deploy', { workerPool: 'Lab' })))
    expect(undecided.map(({ Name }) => Name)).to.deep.equal(['Lab'])
  })

  it('leaves out steps and values that are for environments left out alone', () => {
    const content = contentDocs({
      process: {
        steps: [
          stepDoc('A', { environments: ['Spare'] }),
          {
            ...stepDoc('B', { excludedEnvironments: ['Spare'] }),
            startTrigger: 'StartWithPrevious',
          },
        ],
      },
      variables: {
        variables: [
          variableDoc({ name: 'One', scope: scope({ environments: ['Spare'] }) }),
          variableDoc({ name: 'Two', scope: scope({ environments: ['Spare', 'Production'] }) }),
          variableDoc({ name: 'Three', scope: scope({ actions: ['A'] }) }),
        ],
      },
    })

    const made = local(content, { mappings: [leaveOut] })

    expect(made.steps.map(({ Name, StartTrigger }) => [Name, StartTrigger])).to.deep.equal([
      ['B', 'StartAfterPrevious'],
    ])
    expect(made.steps[0]?.Actions[0]?.ExcludedEnvironments).to.deep.equal([])
    expect(made.variables.map(({ Name, Scope }) => [Name, Scope])).to.deep.equal([
      ['Two', { Environment: ['Environments-P'] }],
    ])
    expect(made.leftOut).to.deep.equal([
      "The step 'A' is for environments that are left out.",
      "A value of 'One' is for environments or steps that are left out.",
      "A value of 'Three' is for environments or steps that are left out.",
    ])
  })

  it('has values with the scopes of the target', () => {
    const { environments, actions } = { environments: ['Production'], actions: ['deploy'] }
    const all = scope({ environments, actions, roles: ['web'], tenantTags: ['Region/EU'] })
    const made = local(variables(variableDoc({ name: 'Url', scope: all })))

    const deploy = made.steps[0]?.Actions[0]?.Id
    expect(made.variables[0]?.Scope).to.deep.equal({
      ...{ Environment: ['Environments-P'], Action: [deploy], Role: ['web'] },
      TenantTag: ['Region/EU'],
    })
  })

  it('has worker pools as values, the default one where none is named', () => {
    const content = variables(
      variableDoc({ name: 'Chosen', kind: 'workerPool', type: 'WorkerPool', value: 'Lab' }),
      variableDoc({ name: 'Default', kind: 'workerPool', type: 'WorkerPool', value: null }),
      variableDoc({ name: 'Text', type: 'WorkerPool', value: 'WorkerPools-L' }),
    )
    const mappings: Mapping[] = [{ Kind: 'WorkerPool', Name: 'Lab', TargetId: 'WorkerPools-L' }]

    const made = local(content, { mappings }).variables

    expect(made.map(({ Type, Value }) => [Type, Value])).to.deep.equal([
      ['WorkerPool', 'WorkerPools-L'],
      ['WorkerPool', 'WorkerPools-D'],
      ['String', 'WorkerPools-L'],
    ])
  })

  it('has secrets sealed, and none where the sender has none', () => {
    const content = contentDocs({
      process: { steps: [stepDoc('Deploy', { secretProperties: ['Key'] })] },
      variables: {
        variables: [
          variableDoc({ name: 'A', kind: 'secret', value: null }),
          variableDoc({ name: 'B', kind: 'secret', value: null }),
        ],
      },
    })
    const path = 'process/step-Deploy/action-Deploy/Key'
    const secrets = [
      { path, value: 'one' },
      { path: variablePath('variable-A'), value: 'two' },
    ]

    const made = local(content, { secrets })

    expect(made.steps[0]?.Actions[0]?.Properties).to.deep.equal({ Key: { _sealed: 'ours:one' } })
    expect(made.variables.map(({ Value, _sealed }) => [Value, _sealed])).to.deep.equal([
      [null, 'ours:two'],
      [null, null],
    ])
    const stray = [{ path: 'variables/other', value: 'canary' }]
    expect(() => local(content, { secrets: stray })).to.throw(BundleError, 'has no place')
  })

  it('is named after its space, and never as a project that is there', () => {
    expect(remoteProjectName('Dev', 'Shop', [])).to.equal('Dev: Shop')
    expect(remoteProjectName('Dev', 'Shop', ['dev: shop', 'Dev: Shop 2'])).to.equal('Dev: Shop 3')
    const long = remoteProjectName('Dev', 'x'.repeat(60), [])
    expect(long)
      .to.have.length(50)
      .and.match(/^Dev: x+…$/)
    expect(remoteProjectName('Dev', 'x'.repeat(60), [long]))
      .to.have.length(50)
      .and.match(/… 2$/)
  })
})

describe('What is built and taken in', () => {
  /** A target that has all that the source names, called the same. */
  const mirror = ({ workerPools, teams, feeds }: SourceState) =>
    targetState({
      ...{ workerPools, teams, feeds },
      environments: ['Production', 'Spare'].map((Name) => ({ Id: `here-${Name}`, Name })),
    })
  const mappingsFor = ({ workerPools, teams }: SourceState): Mapping[] => [
    ...workerPools.map(({ Id, Name }) => ({ Kind: 'WorkerPool' as const, Name, TargetId: Id })),
    ...teams.map(({ Id, Name }) => ({ Kind: 'Team' as const, Name, TargetId: Id })),
  ]
  const carried = (source: SourceState) => {
    const { content, secrets } = buildContent(source, open)
    const read: BundleContent = JSON.parse(JSON.stringify(content))
    return localise(read, {
      ...{
        secrets,
        wanted: [],
        mappings: mappingsFor(source),
        target: mirror(source),
        seal: sealed,
      },
    })
  }
  const withoutIds = (value: unknown) =>
    JSON.parse(JSON.stringify(value, (key, inner) => (key === 'Id' ? undefined : inner)))

  it('is the same release, and its settings and builds are too', () => {
    const build = {
      ...{
        PackageId: 'Acme',
        Version: '1',
        BuildEnvironment: 'CI',
        BuildNumber: '7',
        BuildUrl: 'u',
      },
      ...{ Branch: 'main', VcsType: 'Git', VcsRoot: 'r', VcsCommitNumber: 'c', VcsCommitUrl: 'cu' },
      ...{ IssueTrackerName: 'Jira', Commits: [{ Id: 'c', LinkUrl: 'l', Comment: 'm' }] },
      WorkItems: [{ Id: 'w', LinkUrl: 'l', Source: 's', Description: 'd' }],
      IncompleteDataWarning: '',
    }
    const { release, ...rest } = sourceState()
    const source = { ...rest, release: { ...release, BuildInformation: [build] } }

    const { content } = buildContent(source, open)

    expect(localRelease(content.release)).to.deep.include({
      BuildInformation: [build],
      Version: '1.4.2',
    })
    expect(source.project).to.deep.include(localSettings(content.project))
  })

  it('has packages with their digests', () => {
    const Sha256 = 'b'.repeat(64)
    const file = { PackageId: 'Acme', Version: '2', FileName: 'Acme.2.zip', Size: 3, Sha256 }
    const Packages = [reference('Acme', { Version: '2', Name: 'Tools' })]
    const { packages } = carried(
      sourceState({ packages: [file], steps: [step('Deploy', { Packages })] }),
    )
    expect(packages).to.deep.equal([
      {
        ...{ ActionName: 'Deploy', StepName: 'Deploy', PackageReferenceName: 'Tools', ...file },
        FeedId: 'Feeds-1',
      },
    ])
  })

  it('is what it was, but for the names of its environments', () => {
    const text = fc.string({ unit: 'binary' })
    const key = fc.constantFrom('Octopus.Action.Script.ScriptBody', 'Custom', '__proto__', 'a/b')
    const property = fc.oneof(
      text,
      text.map((one) => ({ _sealed: sealed(one) })),
    )
    const anyStep = fc.record({
      Properties: fc
        .array(fc.tuple(key, property), { maxLength: 3 })
        .map((entries) => Object.fromEntries(entries)),
      IsRequired: fc.boolean(),
      WorkerPoolId: fc.constantFrom(null, 'WorkerPools-2'),
      Environments: fc.subarray(['prod', 'spare', 'dev']),
      ExcludedEnvironments: fc.subarray(['prod', 'spare', 'dev']),
    })
    const anyVariable = fc.oneof(
      fc.record({ Value: text, Description: fc.option(text) }),
      text.map((one) => ({
        ...{ Value: null, Type: 'Sensitive', IsSensitive: true, _sealed: sealed(one) },
      })),
    )
    fc.assert(
      fc.property(
        fc.array(anyStep, { maxLength: 4 }),
        fc.array(anyVariable, { maxLength: 4 }),
        (parts, values) => {
          const given = parts.map((part, at) => step(`Step ${at}`, part))
          const frozen: FrozenVariable[] = values.map((part, at) => variable(`V${at}`, part))

          const made = carried(sourceState({ steps: given, variables: frozen }))

          const here: Record<string, string> = { prod: 'here-Production', spare: 'here-Spare' }
          const rewritten = (ids: string[]) => ids.flatMap((id) => here[id] ?? [])
          const expected = given.flatMap((one) => {
            const [action] = one.Actions
            if (
              !action ||
              (action.Environments.length > 0 && rewritten(action.Environments).length === 0)
            )
              return []
            const [on, off] = [action.Environments, action.ExcludedEnvironments].map(rewritten)
            return [
              { ...one, Actions: [{ ...action, Environments: on, ExcludedEnvironments: off }] },
            ]
          })
          expect(withoutIds(made.steps)).to.deep.equal(withoutIds(expected))
          expect(withoutIds(made.variables)).to.deep.equal(withoutIds(frozen))
          expect(made.open).to.deep.equal([])
        },
      ),
      { numRuns: 60 },
    )
  })

  it('tells a secret in no document', () => {
    const Properties = { Key: { _sealed: sealed('canary-1') } }
    const { content, report } = buildContent(
      sourceState({
        steps: [step('Deploy', { Properties }, { Properties })],
        variables: [secret('A', 'canary-2'), secret('B', 'canary-3', { NotPromoted: true })],
      }),
      open,
    )
    expect(JSON.stringify([content, report])).to.not.contain('canary')
  })
})
