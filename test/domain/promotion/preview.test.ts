import { expect } from 'chai'
import { BundleError } from '#domain/bundle/errors.ts'
import { mayImportByItself } from '#domain/promotion/auto-import.ts'
import { digestOfJson } from '#domain/promotion/canonical.ts'
import type { BundleContent } from '#domain/promotion/content.ts'
import { localise } from '#domain/promotion/localise.ts'
import type { Mapping } from '#domain/promotion/mappings.ts'
import { type PreviewInput, previewOf } from '#domain/promotion/preview.ts'
import { readContent } from '#domain/promotion/read-content.ts'
import { variablePath } from '#domain/promotion/secret-paths.ts'
import { contentDocs, stepDoc, variableDoc } from './content-sample.ts'
import { open, sealed } from './source-sample.ts'
import { targetState } from './target-sample.ts'

const digestOf = (text: string) => digestOfJson(['key', text])
const properties = { 'Octopus.Action.Script.ScriptBody': 'echo 1\necho 2' }
const content = contentDocs({
  process: {
    steps: [
      stepDoc('Deploy', { workerPool: 'Lab', environments: ['Production'], properties }),
      stepDoc('Check', { isDisabled: true, type: 'Octopus.Manual' }),
    ],
  },
  variables: {
    variables: [
      variableDoc({ name: 'Url' }),
      variableDoc({ name: 'Key', kind: 'secret', value: null }),
    ],
  },
  templates: {
    templates: ['Database', 'Colour'].map((name) => ({
      ...{ id: name, name, label: '', helpText: '', type: 'String' as const },
      ...{ defaultValue: name === 'Colour' ? 'red' : null, isRequired: true },
    })),
  },
})
const secrets = [{ path: variablePath('variable-Key'), value: 'canary' }]
const chosen: Mapping[] = [{ Kind: 'WorkerPool', Name: 'Lab', TargetId: 'WorkerPools-L' }]
const facts = {
  ...{ bundleId: 'b-1', manifestSha256: 'a'.repeat(64), sequence: 42, revision: 1 },
  source: { space: 'DevTest Space', server: 'dev.example', fingerprint: 'f'.repeat(64) },
  ...{ issuedAt: '2026-11-20T10:00:00.000Z', notAfter: '2026-11-27T10:00:00.000Z' },
  ...{ wantedEnvironments: ['Production'], missing: 0, wentBack: false, isNewer: false },
}
const lifecycle = {
  ...{ Id: 'Lifecycles-1', Name: 'Standard' },
  environments: [
    { Id: 'Environments-P', Name: 'Production' },
    { Id: 'Environments-E', Name: 'Prod EU' },
  ],
}
const input = (change: Partial<PreviewInput> = {}): PreviewInput => ({
  ...{ content, secrets, facts, target: targetState(), mappings: chosen, lifecycle },
  ...{ values: {}, packages: { feed: [], arrived: [] }, last: null, digestOf, open },
  ...change,
})
const preview = (change: Partial<PreviewInput> = {}) => previewOf(input(change))
const imported = (before: BundleContent, value = 'canary') => ({
  ...{ ReleaseId: 'Releases-9', Version: '1.4.1', Revision: 1 },
  frozen: localise(before, {
    ...{ secrets: [{ ...secrets[0], path: variablePath('variable-Key'), value }], wanted: [] },
    ...{ mappings: chosen, target: targetState(), seal: sealed },
  }),
})

describe('A preview of a bundle', () => {
  it('says who sent what, and what they claim', () => {
    const deployments = [
      {
        ...{ space: 'DevTest Space', environment: 'Test', state: 'Success', by: null },
        ...{ startedAt: '2026-11-20T10:00:00.000Z', endedAt: '2026-11-20T10:01:00.000Z' },
      },
    ]
    const seen = preview({ content: { ...content, history: { deployments } } })

    expect(seen.Sender).to.deep.equal({
      ...{ Space: 'DevTest Space', Server: 'dev.example', Fingerprint: 'f'.repeat(64) },
    })
    expect(seen).to.deep.include({ Sequence: 42, Revision: 1, WantedEnvironments: ['Production'] })
    expect(seen.Release).to.deep.include({ Version: '1.4.2', ReleaseNotes: 'Faster' })
    expect(seen.History).to.deep.equal([
      {
        ...{ Space: 'DevTest Space', Environment: 'Test', State: 'Success', By: null },
        ...{ StartedAt: '2026-11-20T10:00:00.000Z', EndedAt: '2026-11-20T10:01:00.000Z' },
      },
    ])
  })

  it('shows steps and variables by the names of this space, and no secret', () => {
    const seen = preview()

    expect(seen.Steps[0]).to.deep.equal({
      ...{ Number: '1', StepName: 'Deploy', Name: 'Deploy', ActionType: 'Octopus.Script' },
      ...{
        IsDisabled: false,
        IsRequired: false,
        Environments: ['Production'],
        WorkerPool: 'Linux',
      },
    })
    expect(seen.Variables).to.deep.equal([
      { Name: 'Url', IsSecret: false, IsPrompted: false, Scope: '' },
      { Name: 'Key', IsSecret: true, IsPrompted: false, Scope: '' },
    ])
    expect(JSON.stringify(seen)).to.not.contain('canary')
  })

  it('before the first import shows all as new', () => {
    const { Differences, LastImported } = preview()
    expect(LastImported).to.equal(null)
    expect(Differences.Steps.map(({ Name, Change }) => [Name, Change])).to.deep.equal([
      ['Deploy', 'Added'],
      ['Check', 'Added'],
    ])
    expect(Differences.Variables.map(({ Name }) => Name)).to.deep.equal(['Key', 'Url'])
  })

  it('shows what differs from the last import, with lines of scripts', () => {
    const steps = [stepDoc('Deploy', { workerPool: 'Lab', environments: ['Production'] })]
    const { Differences, LastImported } = preview({
      last: imported({ ...content, process: { steps } }),
    })

    expect(LastImported).to.deep.equal({ ReleaseId: 'Releases-9', Version: '1.4.1', Revision: 1 })
    expect(Differences.Steps.map(({ Name, Change }) => [Name, Change])).to.deep.equal([
      ['Deploy', 'Changed'],
      ['Check', 'Added'],
    ])
    expect(Differences.Steps[0]?.Differences[0]?.Lines?.Added).to.equal(2)
    expect(Differences.Variables).to.deep.equal([])
  })

  it('tells that a secret is another, not which', () => {
    const { Differences } = preview({ last: imported(content, 'other canary') })
    expect(Differences.Variables.map(({ Name }) => Name)).to.deep.equal(['Key'])
    expect(JSON.stringify(Differences)).to.not.contain('canary')
    expect(preview({ last: imported(content) }).Differences.Variables).to.deep.equal([])
  })

  it('says what is chosen, what is open, and that an open name blocks', () => {
    const seen = preview({ mappings: [] })
    expect(seen.Mappings.map(({ Name, State }) => [Name, State])).to.deep.equal([
      ['Production', 'SameName'],
      ['Lab', 'Needed'],
    ])
    expect(seen.Blocks).to.deep.equal([
      { Code: 'MappingNeeded', Message: "Choose what the worker pool 'Lab' is in this space." },
    ])
    expect(preview().Blocks).to.deep.equal([])
  })

  it('is blocked by a responsible team that is not chosen, and by what was chosen and is gone', () => {
    const teams = { 'Octopus.Action.Manual.ResponsibleTeamIds': ['Testers'] }
    const process = { steps: [stepDoc('Ask', { teams, type: 'Octopus.Manual' })] }
    const codes = (mappings: Mapping[]) =>
      preview({ content: { ...content, process }, mappings }).Blocks.map(({ Message }) => Message)

    expect(codes([])).to.deep.equal(["Choose what the team 'Testers' is in this space."])
    expect(codes([{ Kind: 'Team', Name: 'Testers', TargetId: 'Teams-gone' }])).to.deep.equal([
      "What was chosen for the team 'Testers' was not found: choose another.",
    ])
  })

  it('is blocked without a lifecycle', () => {
    const { Blocks, Values } = preview({ lifecycle: null })
    expect(Blocks.map(({ Code }) => Code)).to.deep.equal(['LifecycleNeeded'])
    expect(Values.Environments).to.deep.equal([])
  })

  it('shows which values each environment lacks, which block nothing', () => {
    const values = { 'Environments-P': { database: { Value: 'sql' } } }
    const { Values, Blocks } = preview({ values })
    expect(Values.Environments.map(({ Name }) => Name)).to.deep.equal(['Production', 'Prod EU'])
    expect(Values.Templates.map(({ Name, States }) => [Name, States])).to.deep.equal([
      ['Database', ['filled', 'missing']],
      ['Colour', ['default', 'default']],
    ])
    expect(Blocks).to.deep.equal([])
  })

  it('says of each package whether it is here', () => {
    const doc = (packageId: string, sha256: string | null) => ({
      ...{ packageId, version: '1', feedKind: 'BuiltIn', feedName: 'Own', actionSlug: 'deploy' },
      ...{ referenceName: '', fileName: `${packageId}.zip`, size: 7, sha256 },
    })
    const docs = [
      doc('Here', 'a'),
      doc('Come', 'b'),
      doc('Gone', 'c'),
      doc('Other', 'd'),
      doc('None', null),
      doc('here', 'a'),
    ]
    const feed = [
      { PackageId: 'HERE', Version: '1', Sha256: 'a' },
      { PackageId: 'Other', Version: '1', Sha256: 'x' },
    ]

    const seen = preview({
      content: { ...content, packages: { packages: docs } },
      packages: { feed, arrived: ['b'] },
    })

    expect(seen.Packages.map(({ PackageId, State }) => [PackageId, State])).to.deep.equal([
      ['here', 'Here'],
      ['Come', 'Arrived'],
      ['Gone', 'Missing'],
      ['Other', 'OtherFile'],
      ['None', 'NotNeeded'],
    ])
    expect(seen.Blocks.map(({ Code }) => Code)).to.deep.equal(['PackageDigestMismatch'])
  })

  it('warns of what this space does not know', () => {
    const steps = [
      stepDoc('Deploy', {
        properties: { 'Octopus.Action.TargetRoles': 'web, db,#{Role}' },
        ...{ tenantTags: ['Region/EU'], workerPoolVariable: 'Pool' },
      }),
      stepDoc('Check', { isDisabled: true, type: 'Octopus.Manual', environments: ['Spare'] }),
      stepDoc('Ask', { isDisabled: true, type: 'Octopus.Manual' }),
    ]
    const tagged = { environments: [], roles: [], actions: [], tenantTags: ['Region/US'] }
    const variables = [variableDoc({ name: 'Url', scope: tagged })]

    const { Warnings } = preview({
      content: { ...content, process: { steps }, variables: { variables } },
      ...{ secrets: [], target: targetState({ roles: ['db'] }) },
      mappings: [{ Kind: 'Environment', Name: 'Spare', TargetId: null }],
      facts: { ...facts, missing: 2, wentBack: true, isNewer: true },
    })

    expect(Warnings).to.deep.equal([
      'The sender has a newer Tako: what this one does not know of it is left aside.',
      '2 earlier bundles of this sender have not come.',
      'The sender counts again what it has counted: it may be restored.',
      "The step 'Check' is for environments that are left out.",
      "No deployment target has the role 'web' of the step 'Deploy'.",
      "The tag 'Region/EU' of the step 'Deploy' is not known here.",
      "The tag 'Region/US' of a value of 'Url' is not known here.",
      "The step 'Deploy' runs in the worker pool that the variable 'Pool' names.",
      "The disabled step 'Ask' is of the kind 'Octopus.Manual', which this server cannot run.",
    ])
  })
})

describe('The digest of a preview', () => {
  const { Digest } = preview()
  const [deploy, ...others] = content.process.steps
  const changed = (change: Partial<BundleContent>) => ({ content: { ...content, ...change } })

  const seen: Record<string, Partial<PreviewInput>> = {
    'a script': changed({
      process: {
        steps: [stepDoc('Deploy', { ...deploy?.actions[0], properties: { a: 'b' } }), ...others],
      },
    }),
    'the order of steps': changed({ process: { steps: content.process.steps.toReversed() } }),
    notes: changed({ release: { ...content.release, notes: 'Slower' } }),
    'a secret': { secrets: [{ path: variablePath('variable-Key'), value: 'another' }] },
    'a mapping': { mappings: [{ Kind: 'WorkerPool', Name: 'Lab', TargetId: 'WorkerPools-D' }] },
    'a mapping whose target is gone': {
      target: targetState({ workerPools: [{ Id: 'WorkerPools-D', Name: 'Any', IsDefault: true }] }),
    },
    'an environment of the same name that is gone': { target: targetState({ environments: [] }) },
    'the lifecycle': { lifecycle: { ...lifecycle, Id: 'Lifecycles-2' } },
    'the environments of the lifecycle': {
      lifecycle: { ...lifecycle, environments: lifecycle.environments.slice(1) },
    },
    'a value': { values: { 'Environments-P': { database: { Value: 'sql' } } } },
    'the bundle': { facts: { ...facts, bundleId: 'b-2' } },
    'the last import': { last: imported(content) },
  }
  for (const [what, change] of Object.entries(seen))
    it(`changes with ${what}`, () => {
      expect(preview(change).Digest).to.not.equal(Digest)
    })

  it('changes with a secret value, and not by its being sealed again', () => {
    const templates = {
      templates: [
        {
          ...{ id: 't', name: 'Token', label: '', helpText: '', type: 'Sensitive' as const },
          ...{ defaultValue: null, isRequired: true },
        },
      ],
    }
    const digest = (_sealed: string) =>
      preview({
        ...changed({ templates }),
        values: { 'Environments-P': { token: { Value: null, _sealed } } },
        open: (text) => text.slice(1),
      }).Digest
    expect(digest('1same')).to.equal(digest('2same'))
    expect(digest('1same')).to.not.equal(digest('1other'))
  })

  const unseen: Record<string, Partial<PreviewInput>> = {
    'the order of mappings, and those of other bundles': {
      mappings: [{ Kind: 'Team', Name: 'Testers', TargetId: 'Teams-M' }, ...chosen],
    },
    'values of other environments': { values: { other: { database: { Value: 'sql' } } } },
    'values that no template asks for': { values: { 'Environments-P': { other: { Value: '1' } } } },
    'packages that arrive': { packages: { feed: [], arrived: ['a'] } },
    'things that nothing is mapped to': { target: targetState({ teams: [] }) },
  }
  for (const [what, change] of Object.entries(unseen))
    it(`stays with ${what}`, () => {
      expect(preview(change).Digest).to.equal(Digest)
    })

  it('stays with the order of keys', () => {
    const turned = JSON.parse(JSON.stringify(content), (_, value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    )
    expect(preview({ content: turned }).Digest).to.equal(Digest)
    expect(digestOfJson({ a: 1 })).to.not.equal(digestOfJson([['a', 1]]))
  })
})

describe('A bundle is imported by itself', () => {
  const known = preview()
  const about = {
    trust: { AutoImport: { Mode: 'KnownProjects' as const }, RequireSecondApprover: false },
    ...{ isKnown: true, kind: 'New' as const, preview: known, decided: known.Mappings },
  }

  it('when its project is known and nothing is to be decided', () => {
    expect(mayImportByItself(about)).to.deep.equal({ may: true, reasons: [] })
  })

  const cases: Record<string, Partial<Parameters<typeof mayImportByItself>[0]>> = {
    'when the trust never does': { trust: { ...about.trust, AutoImport: { Mode: 'Never' } } },
    'when a second approver is asked for': {
      trust: { ...about.trust, RequireSecondApprover: true },
    },
    'the first time': { isKnown: false },
    'as a new revision': { kind: 'NewRevision' },
    'against another release of its version': { kind: 'VersionConflict' },
    'with an open mapping': { preview: preview({ mappings: [] }) },
    'without a lifecycle': { preview: preview({ lifecycle: null }) },
    'with a name that was not in the last import': { decided: known.Mappings.slice(1) },
    'with a name that meant something else': {
      decided: known.Mappings.map((one) => ({ ...one, TargetId: 'Environments-E' })),
    },
  }
  for (const [what, change] of Object.entries(cases))
    it(`not ${what}`, () => {
      const { may, reasons } = mayImportByItself({ ...about, ...change })
      expect(may).to.equal(false)
      for (const reason of reasons) expect(reason).to.match(/\.$/)
    })
})

describe('What a bundle says', () => {
  const types = ['Octopus.Script']
  const code = (run: () => unknown) => {
    try {
      run()
    } catch (error) {
      return error instanceof BundleError ? [error.code, error.data] : error
    }
    return 'taken'
  }

  it('is taken once all of it is as it should be', () => {
    const documents = JSON.parse(JSON.stringify(content))
    expect(readContent({ documents, secrets }, types)).to.deep.equal({ content, secrets })
  })

  it('is refused for steps that this server cannot run, unless they are disabled', () => {
    const process = { steps: [stepDoc('Ask', { type: 'Octopus.Manual' })] }
    const documents = { ...content, process }
    expect(code(() => readContent({ documents, secrets }, types))).to.deep.equal([
      ...['UnsupportedStepType', { types: ['Octopus.Manual'] }],
    ])
  })

  it('is refused with a secret that has no place', () => {
    const stray = [{ path: 'variables/x', value: 'canary' }]
    const [refusal] = [
      code(() => readContent({ documents: { ...content }, secrets: stray }, types)),
    ].flat()
    expect(refusal).to.equal('SecretsMismatch')
  })
})
