import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { isRunnable, type ScriptSyntax, scriptFor } from '#domain/script.ts'
import { messageOf } from '#domain/service-messages.ts'

const nasty = `it's "quoted" $HOME \`id\` $(id) \\n ‘typographic’ ü😀\ttab\n  second line\\`
const nastyName = 'Octopus.Action[Deploy "the web\'s"].Output.$(id) `x`\\'
const variables = {
  Greeting: 'Hello',
  [nastyName]: nasty,
  Empty: '',
  '@': 'at',
  'a]b[c': 'brackets',
}

describe('A script', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tako-script-'))
    mkdirSync(join(folder, 'work'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  function run(syntax: ScriptSyntax, body: string, parameters = '') {
    const script = scriptFor(syntax, { folder, body, variables, parameters })
    for (const { name, content, mode } of script.files) {
      writeFileSync(join(folder, name), content, { mode })
    }
    const cwd = join(folder, 'work')
    const { status, stdout, stderr } = spawnSync(script.command, script.args, {
      cwd,
      encoding: 'utf8',
    })
    const messages = stdout.split('\n').flatMap((line) => messageOf(line) ?? [])
    return { status, stdout, stderr, messages }
  }

  describe('in bash', () => {
    it('reads its variables exactly, by names in any case', () => {
      const name = nastyName.toUpperCase().replaceAll("'", "'\\''")

      const { stdout, stderr } = run('Bash', `set -eu; get_octopusvariable '${name}'`)

      expect(stderr).to.equal('')
      expect(stdout).to.equal(nasty)
    })

    it('reads nothing where there is no variable', () => {
      const { stdout, status } = run('Bash', 'echo "[$(get_octopusvariable Nope)]"')

      expect([stdout, status]).to.deep.equal(['[]\n', 0])
    })

    it('has its variables as an array', function () {
      const { stdout } = run(
        'Bash',
        `
        ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 402)) || { echo old; exit; }
        name='a]b[c'
        echo "\${octopus_parameters[Greeting]} \${octopus_parameters[$name]} \${octopus_parameters[@]+x}"`,
      )

      if (stdout === 'old\n') this.skip()
      expect(stdout).to.equal('Hello brackets x\n')
    })

    it('leaves the matching of names as it was', () => {
      const { stdout } = run('Bash', 'get_octopusvariable greeting; [[ a == A ]] || echo " kept"')

      expect(stdout).to.equal('Hello kept\n')
    })

    it('sets outputs', () => {
      const body = `set_octopusvariable "A" "$(printf 'x\\ny')"; set_octopusvariable B '' -sensitive`
      const { messages } = run('Bash', body)

      expect(messages.map(({ name, attributes }) => ({ name, attributes }))).to.deep.equal([
        { name: 'setVariable', attributes: { name: 'A', value: 'x\ny', sensitive: 'False' } },
        { name: 'setVariable', attributes: { name: 'B', value: '', sensitive: 'True' } },
      ])
    })

    it('names artifacts by their whole path', () => {
      const { messages } = run('Bash', 'printf 12345 >"my file"; new_octopusartifact "my file"')

      expect(messages[0]?.attributes).to.include({ name: 'my file', length: '5' })
      expect(messages[0]?.attributes.path).to.match(/^\/.*\/work\/my file$/)
    })

    it('says how it goes on', () => {
      const { messages, stdout } = run('Bash', 'update_progress 50 half; write_verbose a b')

      expect(messages[0]?.attributes).to.deep.equal({ percentage: '50', message: 'half' })
      expect(stdout).to.contain('##octopus[stdout-verbose]\na b\n##octopus[stdout-default]\n')
    })

    it('fails with a reason', () => {
      const { messages, status } = run('Bash', 'fail_step "no disk"; echo never')

      expect(messages).to.have.length(1)
      expect(messages[0]).to.deep.include({ attributes: { message: 'no disk' } })
      expect(status).to.equal(1)
    })

    for (const [body, code] of [
      ['exit 7', 7],
      ['false', 1],
      ['false\ntrue', 0],
      ['set -e\nfalse\ntrue', 1],
      ['echo one\r\nexit 3\r\n', 3],
      ['trap "exit 9" EXIT', 9],
    ] as const) {
      it(`ends with ${code} after ${JSON.stringify(body)}`, () => {
        expect(run('Bash', body).status).to.equal(code)
      })
    }

    it('knows its own line numbers', () => {
      expect(run('Bash', 'true\nnope_nope').stderr).to.match(/script\.sh: line 2: nope_nope/)
      expect(run('Bash', 'true\nif').status).to.be.greaterThan(0)
    })

    it('gets its parameters as they were typed', () => {
      const { stdout } = run('Bash', 'printf "[%s]" "$@"', `"a b" c\\ d 'e"f'`)

      expect(stdout).to.equal('[a b][c d][e"f]')
      expect(run('Bash', 'echo $#').stdout).to.equal('0\n')
    })
  })

  describe('in Python', () => {
    it('does all that a script in bash can', () => {
      const { stdout, stderr, messages, status } = run(
        'Python',
        [
          'import sys',
          `sys.stdout.write(get_octopusvariable(${JSON.stringify(nastyName.toLowerCase())}) + '|')`,
          "sys.stdout.write(octopusvariables['GREETING'] + get_octopusvariable('Nope') + '|')",
          'print(sys.argv[1:], __name__)',
          "set_octopusvariable('A', 'ü', True)",
          "print(get_octopusvariable('a'), 'a' in octopusvariables)",
          "open('f', 'w').write('123')",
          "createartifact('f', 'report')",
          "updateprogress(20, 'on')",
          "printwarning('mind')",
          "failstep('why')",
        ].join('\n'),
        '"a b" c',
      )

      expect(stderr).to.equal('')
      expect(stdout.startsWith(`${nasty}|Hello|['a b', 'c'] __main__\n`)).to.equal(true)
      expect(stdout).to.contain('\nü True\n')
      expect(stdout).to.contain('##octopus[stdout-warning]\nmind\n##octopus[stdout-default]\n')
      const names = messages.map(({ name }) => name).filter((name) => !name.startsWith('stdout-'))
      expect(names).to.deep.equal(['setVariable', 'createArtifact', 'progress', 'resultMessage'])
      expect(messages[0]?.attributes).to.deep.equal({ name: 'A', value: 'ü', sensitive: 'True' })
      expect(messages[1]?.attributes).to.include({ name: 'report', length: '3' })
      expect(status).to.equal(1)
    }).timeout(10_000)

    it('shows the user’s own lines alone when it fails', () => {
      const { stderr, status } = run('Python', 'def f():\n    raise ValueError("no")\nf()')

      expect(stderr)
        .to.match(/script\.py", line 3/)
        .and.to.match(/ValueError: no/)
      expect(stderr).not.to.contain('bootstrap')
      expect(status).to.equal(1)
    }).timeout(10_000)

    it('ends with its exit code', () => {
      expect(run('Python', 'import sys\nsys.exit(5)').status).to.equal(5)
    }).timeout(10_000)
  })

  it('in PowerShell has its variables in quotes that hold', () => {
    const { files, needs } = scriptFor('PowerShell', { folder, body: 'x', variables })

    expect(needs).to.equal('pwsh')
    expect(files[0]?.content).to.contain("$OctopusParameters['Greeting'] = 'Hello'")
    expect(files[0]?.content).to.contain("it''s").and.to.contain('‘‘typographic’’')
    expect(files[1]).to.include({ name: 'script.ps1', content: 'x' })
  })

  it('in C# keeps its line numbers and its directives first', () => {
    const body = '#:package A@1\nusing System;\nConsole.WriteLine();'
    const { files, args } = scriptFor('CSharp', { folder, body, variables, parameters: '"a b" c' })

    expect(files[0]?.content.split('\n').slice(0, 3)).to.deep.equal([
      '#:package A@1',
      'using static TakoHelpers; using System;',
      'Console.WriteLine();',
    ])
    expect(args.slice(2)).to.deep.equal(['--', 'a b', 'c'])
  })

  it('in another syntax cannot be run', () => {
    expect(['Bash', 'Python', 'FSharp', 'toString'].map(isRunnable)).to.deep.equal([
      true,
      true,
      false,
      false,
    ])
  })
})
