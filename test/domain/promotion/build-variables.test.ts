import { expect } from 'chai'
import { buildContent } from '#domain/promotion/build.ts'
import type { FrozenVariable } from '#domain/promotion/frozen.ts'
import { variablePath } from '#domain/promotion/secret-paths.ts'
import { open, secret, sourceState, step, variable } from './source-sample.ts'

const build = (...variables: FrozenVariable[]) =>
  buildContent(
    sourceState({ variables, steps: [step('Deploy'), step('Check', { Environments: ['dev'] })] }),
    open,
  )
const scoped = (Scope: FrozenVariable['Scope']) => build(variable('Url', { Scope }))
const scopeOf = (Scope: FrozenVariable['Scope']) =>
  scoped(Scope).content.variables.variables[0]?.scope
const fateOf = (Scope: FrozenVariable['Scope']) => scoped(Scope).report.Variables[0]
const open_ = { environments: [], roles: [], actions: [], tenantTags: [] }

describe('Values that cross', () => {
  it('are those without a scope', () => {
    const { content, report, secrets } = build(variable('Url'))

    expect(content.variables.variables).to.deep.equal([
      {
        ...{ id: 'v-Url', name: 'Url', kind: 'text', type: 'String', value: 'of Url' },
        ...{ description: null, isEditable: true, prompt: null, scope: open_ },
      },
    ])
    expect(report.Variables).to.deep.equal([{ Name: 'Url', Fate: 'Crosses', Reason: '' }])
    expect(secrets).to.deep.equal([])
  })

  it('are those of environments of the target, by its names', () => {
    expect(scopeOf({ Environment: ['dev', 'prod', 'other'] })?.environments).to.deep.equal([
      'Production',
    ])
    expect(scopeOf({ Environment: ['whole', 'prod'] })?.environments).to.deep.equal([])
  })

  it('are those of roles, of steps that cross, and of tags', () => {
    expect(scopeOf({ Role: ['web'], TenantTag: ['Region/EU'] })).to.deep.equal({
      ...{ ...open_, roles: ['web'], tenantTags: ['Region/EU'] },
    })
    expect(scopeOf({ Action: ['a-Deploy', 'a-Check'] })?.actions).to.deep.equal(['Deploy'])
  })

  it('lose the scope of a channel that is theirs, and of the project', () => {
    expect(scopeOf({ Channel: ['Channels-9', 'Channels-1'] })).to.deep.equal(open_)
    expect(scopeOf({ ProcessOwner: ['Runbooks-1', 'Projects-7'] })).to.deep.equal(open_)
  })

  it('go before those that they were more specific than', () => {
    const { variables } = build(
      variable('Url', { Value: 'any' }),
      variable('Url', { Id: '2', Value: 'channel', Scope: { Channel: ['Channels-1'] } }),
      variable('Url', { Id: '3', Value: 'space', Scope: { Environment: ['whole'] } }),
    ).content.variables
    expect(variables.map(({ value }) => value)).to.deep.equal(['space', 'channel', 'any'])
  })

  it('keep their prompt', () => {
    const Prompt = { Label: 'Why', Description: null, Required: true, DisplaySettings: { a: 'b' } }
    const [asked] = build(variable('Reason', { Prompt })).content.variables.variables
    expect(asked?.prompt).to.deep.equal({
      ...{ label: 'Why', description: null, isRequired: true, displaySettings: { a: 'b' } },
    })
  })

  it('are secrets, which stand in no document', () => {
    const { content, secrets, report } = build(
      secret('Key', 'canary'),
      secret('None', '', { _sealed: null }),
    )

    expect(content.variables.variables.map(({ kind, value }) => [kind, value])).to.deep.equal([
      ['secret', null],
      ['secret', null],
    ])
    expect(secrets).to.deep.equal([{ path: variablePath('v-Key'), value: 'canary' }])
    expect(JSON.stringify([content, report])).to.not.contain('canary')
  })

  it('name a worker pool, and none for the default one', () => {
    const pool = (Value: string | null) => build(variable('Pool', { Type: 'WorkerPool', Value }))
    const writtenFor = (Value: string | null) => {
      const [{ kind, value } = { kind: '', value: '' }] = pool(Value).content.variables.variables
      return [kind, value]
    }
    expect(writtenFor('WorkerPools-2')).to.deep.equal(['workerPool', 'Linux'])
    expect(writtenFor('WorkerPools-1')).to.deep.equal(['workerPool', null])
    expect(writtenFor(null)).to.deep.equal(['text', null])
  })

  it('warn of an id, which means nothing elsewhere', () => {
    const { report } = build(variable('Where', { Value: 'Environments-0f2aB3c4D5e6' }))
    expect(report.Warnings[0]).to.contain("'Where'").and.contain('Environments-0f2aB3c4D5e6')
  })
})

describe('Values that stay', () => {
  const cases: Record<string, FrozenVariable['Scope']> = {
    'of other environments': { Environment: ['dev', 'other', 'gone'] },
    'of machines': { Machine: ['Machines-1'] },
    'of machines and an environment of the target': { Machine: ['m'], Environment: ['prod'] },
    'of other channels': { Channel: ['Channels-9'] },
    'of runbooks alone': { ProcessOwner: ['Runbooks-1'] },
    'of steps that stay': { Action: ['a-Check'] },
  }
  for (const [what, Scope] of Object.entries(cases))
    it(`are those ${what}`, () => {
      expect(fateOf(Scope)?.Fate).to.equal('Stays')
      expect(fateOf(Scope)?.Reason).to.match(/^(It|The) .+\.$/)
      expect(scoped(Scope).content.variables.variables).to.deep.equal([])
    })

  it('have no secret among those that cross', () => {
    const { secrets } = build(secret('Key', 'canary', { Scope: { Environment: ['dev'] } }))
    expect(secrets).to.deep.equal([])
  })

  it('are not refused for what they are', () => {
    const account = variable('Cloud', { Type: 'AzureAccount', Scope: { Environment: ['dev'] } })
    expect(build(account).report.Variables[0]?.Fate).to.equal('Stays')
  })
})

describe('Values that are not promoted', () => {
  it('are asked for in the target, once for each name', () => {
    const { content, secrets, report } = build(
      secret('Key', 'canary', { NotPromoted: true, Description: 'Of the database' }),
      secret('KEY', 'canary', { Id: '2', NotPromoted: true, Scope: { Environment: ['prod'] } }),
      variable('Url', { NotPromoted: true }),
    )

    expect(content.templates.templates).to.deep.equal([
      {
        ...{ id: 'v-Key', name: 'Key', label: '', helpText: 'Of the database', type: 'Sensitive' },
        ...{ defaultValue: null, isRequired: true },
      },
      {
        ...{ id: 'v-Url', name: 'Url', label: '', helpText: '', type: 'String' },
        ...{ defaultValue: null, isRequired: true },
      },
    ])
    expect(report.Variables.map(({ Fate }) => Fate)).to.deep.equal([
      'Template',
      'Template',
      'Template',
    ])
    expect(content.variables.variables).to.deep.equal([])
    expect(secrets).to.deep.equal([])
    expect(JSON.stringify([content, report])).to.not.contain('canary')
  })

  it('are asked for as the template of that name says', () => {
    const declared = {
      ...{
        Id: 't-1',
        Name: 'key',
        Label: 'The key',
        HelpText: 'Ask Ines',
        Type: 'Sensitive' as const,
      },
      ...{ DefaultValue: null, IsRequired: false },
    }
    const source = sourceState({
      variables: [secret('Key', 'x', { NotPromoted: true })],
      templates: [declared],
    })
    expect(buildContent(source, open).content.templates.templates).to.deep.equal([
      {
        ...{ id: 't-1', name: 'key', label: 'The key', helpText: 'Ask Ines', type: 'Sensitive' },
        ...{ defaultValue: null, isRequired: false },
      },
    ])
  })
})
