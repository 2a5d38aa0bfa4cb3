import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { config, workerEnvironment } from '#config'
import { startServer, type TestServer } from '../support/server.ts'

const SCRIPT = join(import.meta.dirname, '../../examples/hello/deploy.sh')

describe('The first deployment with curl', () => {
  let server: TestServer

  before(async () => {
    server = await startServer()
  })
  after(() => server.stop())

  const run = (env: Record<string, string>) =>
    promisify(execFile)('bash', [SCRIPT], {
      env: { ...workerEnvironment(), TAKO_URL: new URL(server.url).origin, ...env },
    })

  it('prints the log of what it has deployed', async () => {
    const { stdout, stderr } = await run({ API_KEY: config.adminApiKey ?? '' })

    expect(stderr).to.equal('')
    expect(stdout).to.include('Hello from Test, release 1.0.0')
    expect(stdout).to.match(/Task status: +Success/)
  })

  it('can be had once more under another name', async () => {
    const key = { API_KEY: config.adminApiKey ?? '' }

    const { stdout } = await run({ ...key, PROJECT_NAME: 'Hello again' })

    expect(stdout).to.include('Hello from Test, release 1.0.0')
  })

  it('ends with what the server said when it is refused', async () => {
    const ended = await run({ API_KEY: 'API-NOBODYSKEYATALL0000000000' }).catch((error) => error)

    expect(ended.code).to.not.equal(0)
    expect(ended.stdout + ended.stderr).to.match(/API key/i)
  })
})
