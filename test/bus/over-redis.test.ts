import { globSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { followUntil } from '../support/event-stream.ts'
import { runTests } from '../support/mocha.ts'
import { ADMIN_KEY, type Home, newHome, type ServerProcess } from '../support/process.ts'
import { newProject } from '../support/project.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { startRepl } from '../support/repl.ts'
import { startSecantus, type TestMongo } from '../support/stores.ts'
import { until } from '../support/until.ts'

const folder = join(import.meta.dirname, '../services')

/** About one process or one node, over Redis anyway, or too long to be done twice. */
const once =
  /^(access|actions|bad-input|first-administrator|imports|release-comparing|remote-|run-limits|scheduler-|space-keys|stopping|template-values|worker-remote|workers-joining)/

const key = { 'X-Octopus-ApiKey': ADMIN_KEY }

describe('Over Redis', () => {
  let redis: TestRedis

  before(async () => {
    redis = await startRedis()
  })

  after(() => redis.stop())

  it('the services pass the same tests, with the gateway on a node of its own', async function () {
    this.timeout(400_000)
    const files = globSync('*.test.ts', { cwd: folder })
      .filter((file) => !once.test(file))
      .map((file) => join(folder, file))
      .filter((file) => readFileSync(file, 'utf8').includes('support/server.ts'))

    const { passes, failures } = await runTests(files, { REDIS_URL: redis.url })

    expect(failures.join('\n')).to.equal('')
    expect(passes).to.be.greaterThan(100)
  })

  describe('two servers on one MongoDB', function () {
    this.timeout(60_000)
    let mongo: TestMongo
    let homes: [Home, Home]
    let one: ServerProcess
    let other: ServerProcess
    let env: Record<string, string>

    before(async () => {
      mongo = await startSecantus()
      homes = [newHome(), newHome()]
      // What they share besides: the key, and the storage for logs.
      env = {
        DATABASE_URL: mongo.url,
        REDIS_URL: redis.url,
        MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      }
      mkdirSync(join(homes[0].path, 'blobs'))
      symlinkSync(join(homes[0].path, 'blobs'), join(homes[1].path, 'blobs'))
      one = await homes[0].start(env)
      other = await homes[1].start(env)
    })

    after(async () => {
      for (const home of homes) await home.remove()
      await mongo.stop()
    })

    it('are one server to who asks them', async () => {
      const made = await one.ask('POST', '/spaces', {
        Name: 'Shared',
        SpaceManagersTeams: ['teams-administrators'],
      })

      expect(await other.ask('GET', `/spaces/${made.Id}`)).to.deep.equal(made)
      expect(await other.ask('GET', '/spaces/all')).to.deep.equal(
        await one.ask('GET', '/spaces/all'),
      )
    })

    it('know the same sessions and keys', async () => {
      const { Id } = await one.ask('GET', '/users/me')
      const made = await one.ask('POST', `/users/${Id}/apikeys`, { Purpose: 'both' })
      const asked = () =>
        fetch(`${other.url}/api/users/me`, { headers: { 'X-Octopus-ApiKey': String(made.ApiKey) } })
      const signIn = await fetch(`${one.url}/api/users/login`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ Username: 'admin', Password: 'Password01!' }),
      })
      const Cookie = signIn.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
      const bySession = await fetch(`${other.url}/api/users/me`, {
        headers: { Cookie: Cookie.join('; ') },
      })
      const before = (await asked()).status
      await one.ask('DELETE', `/users/${Id}/apikeys/${made.Id}`)
      const after = (await asked()).status

      expect(bySession.status).to.equal(200)
      expect([before, after]).to.deep.equal([200, 401])
    })

    it('show the log of a task, whichever of them runs it', async () => {
      const { deploy } = await newProject(one.ask, {
        steps: [{ name: 'Count', script: 'for i in $(seq 1 500); do echo line $i; done' }],
      })
      const { taskId } = await deploy()
      const follow = (server: ServerProcess) =>
        followUntil(
          `${server.url}/api/tasks/${taskId}/log/stream`,
          key,
          ({ event }) => event === 'end',
        )
      const streams = await Promise.all([follow(one), follow(other)])
      const raw = (server: ServerProcess) =>
        fetch(`${server.url}/api/tasks/${taskId}/raw`, { headers: key }).then((answer) =>
          answer.text(),
        )
      const texts = [await raw(one), await raw(other)]

      const lines = streams.map((events) =>
        events.flatMap(({ event, data }) => (event === 'lines' ? data.Items : [])),
      )
      expect(lines[0]?.length).to.be.greaterThan(500)
      expect(lines[1]).to.deep.equal(lines[0])
      expect(texts[0]).to.contain('line 500')
      expect(texts[1]).to.equal(texts[0])
    })

    it('tell those who follow changes on either', async () => {
      const events = await followUntil(
        `${other.url}/api/Spaces-1/events/stream`,
        key,
        ({ data }) => data.Kind === 'ProjectGroup',
        () => one.ask('POST', '/projectgroups', { Name: 'Seen from afar' }),
      )

      expect(events.at(-1)?.data).to.include({ Kind: 'ProjectGroup' })
    })

    it('show how far a step says it is, whichever of them runs it', async () => {
      const space = await one.ask('POST', '/spaces', {
        Name: 'Half done',
        SpaceManagersTeams: ['teams-administrators'],
      })
      const { deploy } = await newProject(one.ask, {
        space: String(space.Id),
        steps: [{ name: 'Half', script: 'update_progress 50 "half way"; sleep 60' }],
      })
      const { taskId } = await deploy()
      const isShownBy = async (server: ServerProcess) => {
        const details = await server.ask('GET', `/tasks/${taskId}/details`)
        return JSON.stringify(details).includes('half way')
      }

      for (const server of [one, other]) await until(() => isShownBy(server), 'it is shown')

      await one.ask('POST', `/tasks/${taskId}/cancel`, {})
    })

    it('answer each by itself while Redis is away, and say afterwards that something was missed', async () => {
      const made: { status: number; ms: number }[] = []
      const events = await followUntil(
        `${other.url}/api/Spaces-1/events/stream`,
        key,
        ({ event }) => event === 'gap',
        async () => {
          await redis.halt()
          for (const { url } of [one, other]) {
            const from = Date.now()
            const { status } = await fetch(`${url}/api/projectgroups`, {
              method: 'POST',
              headers: { ...key, 'Content-Type': 'application/json' },
              body: JSON.stringify({ Name: `Made at ${new URL(url).port}` }),
            })
            made.push({ status, ms: Date.now() - from })
          }
          await redis.resume()
        },
      )

      expect(made.map(({ status }) => status)).to.deep.equal([201, 201])
      expect(Math.max(...made.map(({ ms }) => ms))).to.be.below(2_000)
      expect(events.at(-1)).to.include({ event: 'gap' })
    })

    it('are seen by the REPL, which joins them and is answered by each', async () => {
      const repl = await startRepl(env)
      try {
        const nodes = await repl.type('nodes')
        const services = await repl.type('services')
        const spaces = await repl.type('call spaces.list')

        expect(nodes.match(/ONLINE/g)).to.have.lengthOf(3)
        expect(services).to.match(/spaces\s.*2/)
        expect(spaces).to.contain("Name: 'Default'")
        expect(await repl.leave()).to.equal(0)
      } finally {
        await repl.remove()
      }
    })

    it('go on when one of them dies', async () => {
      const space = await one.ask('POST', '/spaces', {
        Name: 'Left alone',
        SpaceManagersTeams: ['teams-administrators'],
      })
      const { deploy } = await newProject(one.ask, {
        space: String(space.Id),
        steps: [{ name: 'Say', script: 'echo still here' }],
      })
      await other.kill()

      const { taskId } = await deploy()
      const task = await until(async () => {
        const found = await one.ask<Record<string, unknown>>('GET', `/tasks/${taskId}`)
        return found.IsCompleted === true && found
      }, 'the task ends')

      expect(task.State).to.equal('Success')
    })
  })
})
