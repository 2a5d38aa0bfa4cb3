import { expect } from 'chai'
import { encodeMessage, messageOf, scanMessage } from '#domain/service-messages.ts'

describe('A service message', () => {
  it('is read as it was written', () => {
    const line = `text ${encodeMessage('setVariable', { name: 'A', value: 'ü\n]' })}`

    expect(messageOf(line)).to.include({ before: 'text ', after: '', name: 'setVariable' })
    expect(messageOf(line)?.attributes).to.deep.equal({ name: 'A', value: 'ü\n]' })
  })

  const cases: [string, string, Record<string, string>][] = [
    ['may have no attributes', '##octopus[stdout-verbose]', {}],
    ['may have double quotes', '##octopus[m a="QQ=="]', { a: 'A' }],
    ['has names in any case', "##octopus[m Name='QQ==' VALUE='Qg==']", { name: 'A', value: 'B' }],
    ['may have an empty text', "##octopus[m name='']", { name: '' }],
    ['may have line breaks', "##octopus[m\n a='Q\nQ==\n'\r\n]", { a: 'A' }],
    ['may have more spaces', "##octopus[ m  a = 'QQ==' ]", { a: 'A' }],
    ['may have none between attributes', "##octopus[m a='QQ=='b='Qg==']", { a: 'A', b: 'B' }],
  ]
  for (const [title, line, attributes] of cases) {
    it(title, () => {
      expect(messageOf(line)).to.deep.include({ attributes })
    })
  }

  for (const line of [
    'text',
    '##octopus',
    '##octopus[]',
    "##octopus[m a='not base64!']",
    '##octopus[m a=QQ==]',
    '##octopus[m, a]',
    "##octopus[m a='QQ==",
  ]) {
    it(`is not ${line}`, () => {
      expect(messageOf(line)).to.equal(null)
    })
  }

  it('that is whole so far is partial wherever it ends', () => {
    const line = encodeMessage('setVariable', { name: 'A', value: 'B' })

    for (let end = '##octopus['.length; end < line.length; end++) {
      expect(scanMessage(line.slice(0, end), 0).state, line.slice(0, end)).to.equal('partial')
    }
  })
})
