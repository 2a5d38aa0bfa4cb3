import { expect } from 'chai'
import { CircularError, referencesOf, substitute } from '#domain/substitute.ts'

describe('The replacement of expressions', () => {
  const values: Record<string, string> = {
    name: 'Tako',
    greeting: 'Hello #{Name}',
    'hosts[blue]': 'b.example.com',
    colour: 'blue',
    literal: '##{Name}',
    empty: '',
    'with space': 'yes',
    half: '#{Nope} and #{Name}',
    loop: '#{Loop2}',
    loop2: 'x #{LOOP}',
    dollars: `$& $1 \${x}`,
    brace: '}',
  }
  const lookup = (name: string) => values[name.toLowerCase()]

  const cases: [string, string, string][] = [
    ['puts a value in place of a name', 'I am #{Name}.', 'I am Tako.'],
    ['takes names in any case', '#{NAME}#{name}', 'TakoTako'],
    ['takes spaces around a name', '#{ Name }#{With Space}', 'Takoyes'],
    ['goes on in values', '#{Greeting}!', 'Hello Tako!'],
    ['takes names in names', '#{Hosts[#{Colour}]}', 'b.example.com'],
    ['leaves what is not defined', '#{Nope} #{Hosts[#{Nope}]}', '#{Nope} #{Hosts[#{Nope}]}'],
    ['leaves what is not defined in a value', '#{Half}', '#{Nope} and Tako'],
    ['makes an empty value empty', '[#{Empty}]', '[]'],
    ['writes a literal', '##{Name} ##{', '#{Name} #{'],
    ['does not evaluate a literal again', '#{Literal}', '#{Name}'],
    [
      'leaves filters for later',
      '#{Name | ToLower} #{Name|ToLower}',
      '#{Name | ToLower} #{Name|ToLower}',
    ],
    [
      'leaves blocks for later',
      '#{if Name}a#{/if}#{each x in y}',
      '#{if Name}a#{/if}#{each x in y}',
    ],
    ['leaves an open brace', '#{Name', '#{Name'],
    ['goes on after an open brace in text', 'a { #{Name} }', 'a { Tako }'],
    [
      'leaves other languages alone',
      `\${Name} $(Name) #Name {Name}`,
      `\${Name} $(Name) #Name {Name}`,
    ],
    ['takes values as they are', '#{Dollars}#{Brace}', `$& $1 \${x}}`],
    ['leaves an empty expression', '#{} #{ }', '#{} #{ }'],
  ]
  for (const [title, text, expected] of cases) {
    it(title, () => {
      expect(substitute(text, lookup)).to.equal(expected)
    })
  }

  it('refuses variables that refer to themselves, and names the loop', () => {
    const error = new CircularError(['Loop', 'Loop2', 'LOOP'])

    expect(() => substitute('a #{Loop}', lookup))
      .to.throw(CircularError, error.message)
      .with.deep.property('loop', ['Loop', 'Loop2', 'LOOP'])
  })

  it('refuses a text that grows without end', () => {
    const doubling = (name: string) => {
      const level = Number(name.slice(1))
      return level > 40 ? 'x' : `#{A${level + 1}}#{A${level + 1}}`
    }

    expect(() => substitute('#{A0}', doubling)).to.throw('too long')
  })

  it('knows what a text refers to', () => {
    expect(referencesOf('#{A} ##{B} #{ C } #{D[#{E}]} #{F | Trim} #{if G}')).to.deep.equal([
      'A',
      'C',
      'E',
    ])
  })
})
