import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { createClient } from 'redis'
import { ADMIN_KEY, type Home, newHome, type ServerProcess } from '../support/process.ts'
import { newProject } from '../support/project.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { startSecantus, type TestMongo } from '../support/stores.ts'
import { until } from '../support/until.ts'

const headers = { 'X-Octopus-ApiKey': ADMIN_KEY }

/** What a client sees: the status, the message, and for how long it waited, in ms. */
async function answerOf(server: ServerProcess, path: string, init: RequestInit = { headers }) {
  const from = Date.now()
  const response = await fetch(`${server.url}/api${path}`, init)
  const body = (await response.json()) as Record<string, unknown> // Each answer here is an object.
  const { ErrorMessage = '', ...rest } = body
  return { status: response.status, message: String(ErrorMessage), rest, ms: Date.now() - from }
}

const signIn = (server: ServerProcess) =>
  answerOf(server, '/users/login', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ Username: 'admin', Password: 'Password01!' }),
  })

/**
 * Two for each broker: the server's, its end of the workers' bus, and the built-in worker's. And one for
 * each place where tries are counted: signing in, and joining.
 */
const CONNECTIONS = 8

describe('While Redis is away', function () {
  this.timeout(60_000)
  let redis: TestRedis
  let home: Home
  let server: ServerProcess

  before(async () => {
    redis = await startRedis()
    await redis.halt()
    home = newHome()
    server = await home.start({ REDIS_URL: redis.url })
  })

  after(async () => {
    await home.remove()
    await redis.stop()
  })

  /** How many connections there are to Redis, without this one, and whether somebody listens on the bus. */
  async function seen() {
    const client = createClient({ url: redis.url })
    client.on('error', () => undefined) // What it is asked fails of it.
    await client.connect()
    try {
      const clients = await client.sendCommand<string>(['CLIENT', 'LIST'])
      const topics = await client.sendCommand<string[]>(['PUBSUB', 'CHANNELS', 'MOL-tako.INFO'])
      return { clients: clients.trim().split('\n').length - 1, isThere: topics.length > 0 }
    } finally {
      client.destroy()
    }
  }

  it('a server starts, and answers as ever', async () => {
    const [spaces, signedIn] = [await answerOf(server, '/spaces'), await signIn(server)]

    expect([spaces.status, signedIn.status]).to.deep.equal([200, 200])
  })

  it('it goes on when Redis comes, and when it goes again, with as many connections', async () => {
    await redis.resume()
    const isWhole = async () => {
      const { clients, isThere } = await seen()
      return isThere && clients >= CONNECTIONS
    }
    await until(isWhole, 'all connections are there')
    for (let times = 0; times < 4; times++) {
      await redis.halt('SIGKILL')
      expect((await answerOf(server, '/spaces')).status).to.equal(200)
      expect((await signIn(server)).status).to.equal(200)
      await redis.resume()
      await until(isWhole, 'the server is back')
    }

    expect((await seen()).clients).to.equal(CONNECTIONS)
  })
})

describe('While the database is away', function () {
  this.timeout(60_000)
  let mongo: TestMongo
  let home: Home
  let server: ServerProcess
  let env: Record<string, string>

  before(async () => {
    mongo = await startSecantus()
    home = newHome()
    env = { DATABASE_URL: mongo.url }
    server = await home.start(env)
  })

  after(async () => {
    await home.remove()
    await mongo.stop()
  })

  const masterKey = () => readFileSync(join(home.path, 'master.key'), 'utf8').trim()

  it('the API says so soon, and scripts under way go on', async () => {
    const go = join(home.path, 'go')
    const ran = () => readFileSync(join(home.path, 'ran'), { encoding: 'utf8', flag: 'a+' })
    const script = `echo one >> "${home.path}/ran"
until [ -e "${go}" ]; do sleep 0.05; echo here I am; done
echo two >> "${home.path}/ran"`
    const { deploy } = await newProject(server.ask, {
      steps: [
        { name: 'First', script },
        { name: 'Second', script: 'echo the end' },
      ],
    })
    const { taskId } = await deploy()
    await until(() => ran() === 'one\n', 'the script runs')
    await mongo.halt('SIGKILL')

    const paths = ['/spaces', `/tasks/${taskId}/details`, '/octopusservernodes/ping', '/events']
    const changing = answerOf(server, '/environments', {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ Name: 'Lost?' }),
    })
    const asked = [...paths.map((path) => answerOf(server, path)), changing]
    const [health, ...answers] = await Promise.all([
      answerOf(server, '/serverstatus/health', {}),
      ...asked,
    ])
    writeFileSync(go, '')
    await until(() => ran() === 'one\ntwo\n', 'the script ends')
    await mongo.resume()
    const task = await until(async () => {
      const { status, rest } = await answerOf(server, `/tasks/${taskId}`)
      return status === 200 && rest.IsCompleted === true ? rest : null
    }, 'the task ends')

    for (const { status, message, ms } of answers) {
      expect({ status, message }).to.deep.equal({
        status: 503,
        message: 'The database does not answer: try again in a moment.',
      })
      expect(ms).to.be.below(6_000)
    }
    expect(health.status).to.equal(200)
    expect(health.rest).to.include({ IsOperatingNormally: false })
    expect(task.State).to.equal('Success')
    expect(ran()).to.equal('one\ntwo\n')
  })

  it('a server waits for it at its start, and says so', async () => {
    const other = newHome()
    await mongo.halt()
    const heard = Promise.withResolvers<string>()
    const starting = other.start({ ...env, MASTER_KEY: masterKey() }, (text) => {
      if (text.includes('\n')) heard.resolve(text)
    })
    const said = await heard.promise
    await mongo.resume()
    const { status } = await answerOf(await starting, '/spaces')

    expect(said).to.match(/^The database does not answer \(.+\): waiting for it\.\n$/)
    expect(status).to.equal(200)
    await other.remove()
  })

  it('no second server takes the name of one that lives', async () => {
    const other = newHome()
    const failed = await other
      .start({
        ...env,
        TAKO_NODE: home.node,
        MASTER_KEY: masterKey(),
      })
      .catch((error) => error.message)
    await other.remove()

    expect(failed).to.contain(`has the name '${home.node}': set TAKO_NODE`)
  })

  it('who was killed has his name at his next start at once', async () => {
    await server.kill()
    const from = Date.now()
    server = await home.start(env)

    expect(Date.now() - from).to.be.below(5_000)
  })
})
