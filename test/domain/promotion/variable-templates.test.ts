import { expect } from 'chai'
import {
  faultsOfTemplates,
  missingIn,
  resolveTemplates,
  type VariableTemplate,
  variablesOf,
} from '#domain/promotion/variable-templates.ts'

const template = (Name: string, more: Partial<VariableTemplate> = {}): VariableTemplate => ({
  ...{ Id: `id-of-${Name}`, Name, Label: '', HelpText: '' },
  ...{ Type: 'String', DefaultValue: null, IsRequired: true },
  ...more,
})

describe('A variable template', () => {
  it('has the value of the environment, whatever the case of its name', () => {
    const templates = [template('Greeting', { DefaultValue: 'Hi' })]

    const [found] = resolveTemplates(templates, { greeting: { Value: 'Hello' } })

    expect(found?.value).to.deep.equal({ Value: 'Hello' })
    expect(found?.state).to.equal('filled')
  })

  it('falls back to its default, and lacks a value only when one is required', () => {
    const templates = [
      template('A', { DefaultValue: 'a' }),
      template('B'),
      template('C', { IsRequired: false }),
    ]

    const found = resolveTemplates(templates, { b: { Value: '' } })

    expect(found.map(({ state }) => state)).to.deep.equal(['default', 'missing', 'empty'])
    expect(missingIn('Production', found)).to.deep.equal(["'B' needs a value in Production."])
  })

  it('that is a secret takes nothing that is not sealed', () => {
    const templates = [template('Password', { Type: 'Sensitive' })]

    const [open] = resolveTemplates(templates, { password: { Value: 'sesame' } })
    const [sealed] = resolveTemplates(templates, { password: { Value: null, _sealed: 'v1:x' } })

    expect(open?.state).to.equal('missing')
    expect(sealed?.value).to.deep.equal({ Value: null, _sealed: 'v1:x' })
  })

  it('has no value for being named like a part of every object', () => {
    const [found] = resolveTemplates([template('constructor')], {})

    expect(found?.state).to.equal('missing')
  })

  it('with a value is a variable of that environment alone', () => {
    const found = resolveTemplates([template('A'), template('B')], { a: { Value: '1' } })

    const variables = variablesOf('Environments-1', found)

    expect(variables).to.deep.equal([
      {
        ...{ Id: 'id-of-A', Name: 'A', Type: 'String', Value: '1', IsSensitive: false },
        Scope: { Environment: ['Environments-1'] },
      },
    ])
  })

  it('has a name of its own, a known type, and as a secret no default value', () => {
    const faults = faultsOfTemplates([
      template('A'),
      template('a', { Id: '2' }),
      template(' ', { Id: '3' }),
      template('B', { Type: 'Account' as 'String' }),
      template('C', { Type: 'Sensitive', DefaultValue: 'sesame' }),
    ])

    expect(faults).to.deep.equal([
      "Templates: another one is named 'a'.",
      'Templates: the one at position 3 needs a name.',
      "Templates: 'B' has the type 'Account': it must be String, Sensitive, WorkerPool.",
      "Templates: 'C' is a secret, which has no default value.",
    ])
  })
})
