import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { connectTo } from '#store/connection.ts'
import { numbered, taskSchema } from '../support/tasks.ts'

describe('The embedded store', function () {
  this.timeout(20_000)
  let home: string

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'tako-embedded-'))
  })

  afterEach(() => rm(home, { recursive: true }))

  const open = async () => {
    const connection = await connectTo({ home })
    const tasks = connection.useDb('tako').model('Task', taskSchema())
    await tasks.init()
    return { connection, tasks }
  }

  it('keeps all when it is closed and opened again', async () => {
    const first = await open()
    await first.tasks.insertMany(numbered(3, () => ({ At: new Date(5), Tags: ['a'] })))
    await first.tasks.updateOne({ Rank: 1 }, { _mutex: 'Project-1' })
    await first.connection.close()

    const { connection, tasks } = await open()

    expect(await tasks.countDocuments({ Tags: 'a', At: new Date(5) })).to.equal(3)
    const error = await tasks
      .updateOne({ Rank: 2 }, { _mutex: 'Project-1' })
      .catch((error) => error)
    expect(error).to.include({ code: 11_000 })
    await connection.close()
  })

  it('finishes what was asked for before it closes', async () => {
    const { connection, tasks } = await open()
    const writes = numbered(20).map((task) => tasks.collection.insertOne(task as never))

    await connection.close()

    expect(await Promise.all(writes)).to.have.length(20)
  })

  it('refuses the folder of another', async () => {
    const { connection } = await open()

    const error = await connectTo({ home }).catch((error) => error)

    expect(error.message).to.include(`The folder ${home} is in use by another Tako`)
    await connection.close()
  })

  it('takes over from a process that was killed, with all that was answered', async () => {
    const child = storeOf(home)
    const answered = await untilItHas(child, 200)
    const refused = await connectTo({ home }).catch((error) => error)
    child.kill('SIGKILL')
    await once(child, 'exit')

    const { connection, tasks } = await open()

    expect(refused).to.be.an('error')
    expect(await tasks.countDocuments({ Rank: { $lt: answered } })).to.equal(answered)
    await connection.close()
  })

  it('finds a page of many without reading them all', async () => {
    const { connection, tasks } = await open()
    await tasks.collection.insertMany(
      numbered(20_000, (at) => ({ SpaceId: `S-${at % 2}`, State: 'Done' })) as never[],
    )
    await tasks.updateOne({ Rank: 700 }, { State: 'Queued' })
    const page = () => tasks.find({ SpaceId: 'S-1' }).sort({ Rank: -1 }).limit(30).lean()
    const claim = () => tasks.findOne({ State: 'Queued' }).sort({ Rank: 1 }).lean()

    // The best of some tries: the machine may be busy with something else.
    let took = Number.POSITIVE_INFINITY
    for (let count = 0; count < 5; count++) {
      const start = performance.now()
      const [found, queued] = await Promise.all([page(), claim()])
      took = Math.min(took, performance.now() - start)
      expect(found[0]?.Rank).to.equal(19_999)
      expect(queued?.Rank).to.equal(700)
    }

    // To read them all takes some hundred milliseconds.
    expect(took).to.be.below(20)
    await connection.close()
  })
})

/** A process that stores one task after the other, and says so after each. */
function storeOf(home: string): ChildProcess {
  const script = `
    import { connectTo } from '#store/connection.ts'
    import { taskSchema } from './test/support/tasks.ts'
    const store = (await connectTo({ home: ${JSON.stringify(home)} })).useDb('tako')
    const tasks = store.model('Task', taskSchema())
    await tasks.init()
    for (let Rank = 0; ; Rank++) {
      await tasks.create({ _id: 'Tasks-' + Rank, Rank })
      process.stdout.write('.')
    }`
  const cwd = join(import.meta.dirname, '../..')
  const options = ['--input-type=module-typescript', '--eval', script]
  return spawn(process.execPath, options, { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
}

/** How many tasks it has said to have stored, once these are enough. */
async function untilItHas(child: ChildProcess, enough: number): Promise<number> {
  let count = 0
  for await (const dots of child.stdout ?? []) {
    count += String(dots).length
    if (count >= enough) return count
  }
  throw new Error('The process has ended too early.')
}
