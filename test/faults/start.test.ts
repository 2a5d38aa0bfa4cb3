import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Home, newHome } from '../support/process.ts'

const ENTRY = join(import.meta.dirname, '../../bin/tako.ts')

describe('A start', function () {
  this.timeout(60_000)
  let home: Home

  beforeEach(() => {
    home = newHome()
  })

  afterEach(() => home.remove())

  /** One that is expected to end by itself, with what it said. */
  const attempt = (env: Record<string, string> = {}) =>
    spawnSync(process.execPath, [ENTRY, 'start'], {
      env: { PATH: String(process.env.PATH), TAKO_HOME: home.path, PORT: '0', ...env },
      encoding: 'utf8',
      timeout: 30_000,
    })

  it('is refused on a folder that another server has open', async () => {
    await home.start()

    const { status, stderr, stdout } = attempt()

    expect(stderr).to.match(/^The folder .* is in use by another Tako.*\n$/)
    expect({ status, stdout }).to.deep.equal({ status: 1, stdout: '' })
  })

  it('is refused with another key than the one of the store', async () => {
    await (await home.start()).kill()
    rmSync(join(home.path, 'master.key'))

    const { status, stderr } = attempt()

    expect(stderr).to.match(/^MASTER_KEY is not the key that this store was made with\.\n$/)
    expect(status).to.equal(1)
  })

  it('is refused with a key file that holds no key', () => {
    writeFileSync(join(home.path, 'master.key'), 'short')

    const { status, stderr } = attempt()

    expect(stderr).to.match(/master\.key does not hold a key/)
    expect(status).to.equal(1)
  })

  it('is refused where the port is taken, in one line', async () => {
    const server = await home.start()
    const other = newHome()

    const { status, stderr } = attempt({
      TAKO_HOME: other.path,
      PORT: new URL(server.url).port,
    })

    await other.remove()
    expect(stderr).to.match(
      /^The port \d+ is in use by another program: set PORT to another one\.\n$/,
    )
    expect(status).to.equal(1)
  })

  it('makes a key that its owner alone can read', async () => {
    await home.start()

    expect(statSync(join(home.path, 'master.key')).mode & 0o777).to.equal(0o600)
  })

  it('ends in order on a signal, and leaves no worker', async () => {
    const server = await home.start()
    const pid = server.process.pid
    const [worker] = spawnSync('ps', ['--ppid', String(pid), '-o', 'pid='], { encoding: 'utf8' })
      .stdout.trim()
      .split('\n')

    server.process.kill('SIGTERM')
    const [code] = await once(server.process, 'exit')

    expect(code).to.equal(0)
    expect(() => process.kill(Number(worker), 0)).to.throw('ESRCH')
  })

  it('prints the administrator and a password the first time alone', async () => {
    const first = spawnSync('timeout', ['-s', 'TERM', '6', process.execPath, ENTRY, 'start'], {
      env: { PATH: String(process.env.PATH), TAKO_HOME: home.path, PORT: '0' },
      encoding: 'utf8',
    })
    const second = spawnSync('timeout', ['-s', 'TERM', '6', process.execPath, ENTRY, 'start'], {
      env: { PATH: String(process.env.PATH), TAKO_HOME: home.path, PORT: '0' },
      encoding: 'utf8',
    })

    expect(first.stdout).to.match(
      /^Tako listens on http:\/\/localhost:\d+\nIts data is in .*\nSign in as admin with the password \S+ /,
    )
    expect(second.stdout).to.not.include('password')
    expect(first.stderr + second.stderr).to.equal('')
  })
})
