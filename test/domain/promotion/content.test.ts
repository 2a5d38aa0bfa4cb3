import { expect } from 'chai'
import { documentNames } from '#domain/bundle/content-digest.ts'
import { BundleError } from '#domain/bundle/errors.ts'
import type { BundleContent } from '#domain/promotion/content.ts'
import { checkContent, documentOf } from '#domain/promotion/content-shape.ts'
import { propertyPath, secretsByPath, variablePath } from '#domain/promotion/secret-paths.ts'
import { actionDoc, contentDocs, stepDoc, variableDoc } from './content-sample.ts'

function refusalOf(run: () => unknown): BundleError {
  try {
    run()
  } catch (error) {
    if (error instanceof BundleError) return error
    throw error
  }
  return expect.fail('it was not refused')
}

describe('The documents of a bundle', () => {
  it('are taken as they are written, with what a newer writer has added', () => {
    const content = contentDocs()
    const steps = [{ ...stepDoc('Deploy'), colour: 'red' }]
    const written = JSON.parse(JSON.stringify({ ...content, process: { steps, more: [1] } }))

    const read = documentNames.map((name) => documentOf(name, written[name]))

    expect(read).to.deep.equal(documentNames.map((name) => written[name]))
  })

  it('are each refused without one of their fields, which is named', () => {
    const content = contentDocs()
    for (const name of documentNames) {
      const [field = ''] = Object.keys(content[name])
      const { [field]: _, ...rest } = { ...content[name] } as Record<string, unknown>

      const { code, message } = refusalOf(() => documentOf(name, rest))

      expect(code).to.equal('InvalidContent')
      expect(message).to.contain(`${name}.json`).and.contain(field)
    }
  })

  for (const wrong of [null, [], 'text', 7, { steps: {} }, { steps: [null] }])
    it(`are refused as ${JSON.stringify(wrong)}`, () => {
      expect(refusalOf(() => documentOf('process', wrong)).code).to.equal('InvalidContent')
    })

  const cases: Record<string, Partial<BundleContent>> = {
    'two steps of one name': { process: { steps: [stepDoc('A'), { ...stepDoc('a'), id: '2' }] } },
    'two actions of one id': {
      process: {
        steps: [
          {
            ...stepDoc('A'),
            actions: [actionDoc({ name: 'B' }), actionDoc({ name: 'C', id: 'action-B' })],
          },
        ],
      },
    },
    'two variables of one id': {
      variables: { variables: [variableDoc({ name: 'A' }), variableDoc({ name: 'A' })] },
    },
    'a secret in the clear': {
      variables: { variables: [variableDoc({ name: 'A', kind: 'secret', value: 'canary' })] },
    },
    'a secret property in the clear': {
      process: {
        steps: [stepDoc('A', { properties: { Key: 'canary' }, secretProperties: ['Key'] })],
      },
    },
    'a default value for a secret': {
      templates: {
        templates: [
          {
            ...{ id: 't', name: 'A', label: '', helpText: '', type: 'Sensitive' as const },
            ...{ defaultValue: 'canary', isRequired: true },
          },
        ],
      },
    },
  }
  for (const [what, change] of Object.entries(cases))
    it(`are refused together with ${what}, and never repeat a secret`, () => {
      const error = refusalOf(() => checkContent(contentDocs(change)))
      expect(error.code).to.equal('InvalidContent')
      expect(error.message + JSON.stringify(error.data)).to.not.contain('canary')
    })
})

describe('The secrets of a bundle', () => {
  const content = contentDocs({
    process: { steps: [stepDoc('Deploy', { secretProperties: ['Pass/word'] })] },
    variables: { variables: [variableDoc({ name: 'Key', kind: 'secret', value: null })] },
  })
  const property = propertyPath('step-Deploy', 'action-Deploy', 'Pass/word')
  const variable = variablePath('variable-Key')

  it('are found by where they stand', () => {
    const found = secretsByPath(content, [
      { path: property, value: 'one' },
      { path: variable, value: 'two' },
    ])
    expect(Object.fromEntries(found)).to.deep.equal({ [property]: 'one', [variable]: 'two' })
    expect(property).to.equal('process/step-Deploy/action-Deploy/Pass%2Fword')
  })

  it('are refused where the content has no place for them, and twice', () => {
    const stray = { path: 'variables/other', value: 'canary' }
    const one = { path: variable, value: 'canary' }
    for (const secrets of [[stray], [one, one]]) {
      const error = refusalOf(() => secretsByPath(content, secrets))
      expect(error.code).to.equal('SecretsMismatch')
      expect(error.message).to.not.contain('canary')
    }
  })
})
