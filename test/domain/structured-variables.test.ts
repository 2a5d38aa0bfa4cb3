import { expect } from 'chai'
import { replaceStructured } from '#domain/structured-variables.ts'

describe('Structured variables', () => {
  const replace = (path: string, text: string, variables: Record<string, string>) =>
    replaceStructured({ path, text }, variables).text

  const json: [string, string, Record<string, string>, string][] = [
    ['a text', '{"a": "x"}', { a: 'y"' }, '{"a": "y\\""}'],
    ['in any case', '{"Main": {"Host": "x"}}', { 'MAIN:host': 'y' }, '{"Main": {"Host": "y"}}'],
    ['in a list', '{"s": [{"n": 1}, {"n": 2}]}', { 's:1:n': '3' }, '{"s": [{"n": 1}, {"n": 3}]}'],
    ['a number by a number', '{"a": 1}', { a: '-2.5e3' }, '{"a": -2.5e3}'],
    ['a number by a text', '{"a": 1}', { a: '007' }, '{"a": "007"}'],
    [
      'a large number, exactly',
      '{"a": 1}',
      { a: '12345678901234567890' },
      '{"a": 12345678901234567890}',
    ],
    ['a boolean by a boolean of ours', '{"a": false}', { a: 'True' }, '{"a": true}'],
    ['a boolean by a text', '{"a": false}', { a: 'yes' }, '{"a": "yes"}'],
    ['a text by a number, as a text', '{"a": "x"}', { a: '5' }, '{"a": "5"}'],
    [
      'null by what it looks like',
      '{"a": null, "b": null, "c": null}',
      { a: '5', b: 'true', c: 'x' },
      '{"a": 5, "b": true, "c": "x"}',
    ],
    [
      'an object by an object',
      '{"a": {"b": 1}, "c": 2}',
      { a: '{"x": [1]}' },
      '{"a": {"x": [1]}, "c": 2}',
    ],
    ['a list by a list', '{"a": [1, 2]}', { a: '[]' }, '{"a": []}'],
    [
      'around comments',
      '{\n  // why\n  "a": 1, /* b */\n}',
      { a: '2' },
      '{\n  // why\n  "a": 2, /* b */\n}',
    ],
    [
      'keys with colons',
      '{"http://x": {"on": true}}',
      { 'http://x:on': 'False' },
      '{"http://x": {"on": false}}',
    ],
    ['nothing that is not there', '{"a":1}', { b: '2', 'a:b': '3' }, '{"a":1}'],
    [
      'nothing by variables of the system',
      '{"Octopus.Release": "x"}',
      { 'Octopus.Release': 'y' },
      '{"Octopus.Release": "x"}',
    ],
    ['an empty value', '{"a": "x"}', { a: '' }, '{"a": ""}'],
  ]
  for (const [what, before, variables, after] of json) {
    it(`replace in JSON: ${what}`, () => {
      expect(replace('appsettings.json', before, variables)).to.equal(after)
    })
  }

  const yaml: [string, string, Record<string, string>, string][] = [
    ['a plain text', 'a: x # why\nb: y\n', { a: 'z' }, 'a: z # why\nb: y\n'],
    ['in any case', 'Main:\n  Host: x\n', { 'main:HOST': 'y' }, 'Main:\n  Host: y\n'],
    ['in a list', 's:\n- n: 1\n- n: 2\n', { 's:1:n': '3' }, 's:\n- n: 1\n- n: 3\n'],
    ['a number by a number', 'a: 1', { a: '2' }, 'a: 2'],
    ['a number by a text', 'a: 1', { a: 'x: y' }, 'a: "x: y"'],
    ['a text by a number, as a text', 'a: x', { a: '5' }, 'a: "5"'],
    ['a text by true, as a text', 'a: x', { a: 'true' }, 'a: "true"'],
    ['a boolean', 'a: false', { a: 'True' }, 'a: true'],
    [
      'null by what it looks like',
      'a:\nb: ~\nc: null\n',
      { a: '5', b: 'True', c: 'x' },
      'a: 5\nb: true\nc: "x"\n',
    ],
    ['a quoted text', `a: 'x'\nb: "y"`, { a: "it's", b: 'q"' }, `a: 'it''s'\nb: "q\\""`],
    ['a block of text', 'a: |\n  one\n  two\nb: 1\n', { a: 'l1\nl2' }, 'a: "l1\\nl2"\nb: 1\n'],
    ['in flow', 'a: {b: 1, c: [x, y]}', { 'a:c:1': 'p, q' }, 'a: {b: 1, c: [x, "p, q"]}'],
    ['a map by an object', 'a:\n  b: 1\nc: 2\n', { a: '{"x": 1}' }, 'a:\n   {"x":1}\nc: 2\n'],
    ['a list by a list', 'a:\n- 1\n- 2\nc: 2\n', { a: '[3]' }, 'a:\n [3]\nc: 2\n'],
    ['all documents', 'a: 1\n---\na: 2\n', { a: '3' }, 'a: 3\n---\na: 3\n'],
    ['keys that are numbers', '80:\n  on: no\n', { '80:on': 'x' }, '80:\n  on: x\n'],
    ['nothing in an empty file', '', { a: '1' }, ''],
  ]
  for (const [what, before, variables, after] of yaml) {
    it(`replace in YAML: ${what}`, () => {
      expect(replace('values.yaml', before, variables)).to.equal(after)
    })
  }

  it('keep an object whose variable is no object, and say so', () => {
    const result = replaceStructured({ path: 'a.json', text: '{"a": {"b": 1}}' }, { A: 'x' })

    expect(result).to.deep.equal({ text: '{"a": {"b": 1}}', count: 0, kept: ['a'] })
  })

  it('refuse what is neither JSON nor YAML', () => {
    expect(() => replace('a.json', '{"a": }', {})).to.throw(/no JSON: .* in line 1/)
    expect(() => replace('a.json', 'x: y', {})).to.throw(/no JSON/)
    expect(() => replace('a.yml', 'a: [1', {})).to.throw(/no YAML/)
    expect(() => replace('web.config', '<a/>', {})).to.throw(/neither JSON nor YAML/)
    expect(replace('settings', '{"a": 1}', { a: '2' })).to.equal('{"a": 2}')
  })
})
