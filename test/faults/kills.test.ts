import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { processOf } from '../../services/worker/process-table.ts'
import { type Home, newHome, type ServerProcess } from '../support/process.ts'
import { newProject } from '../support/project.ts'
import { until } from '../support/until.ts'

interface Task {
  Id: string
  State: string
  IsCompleted: boolean
}

describe('After kill -9', function () {
  this.timeout(60_000)
  let home: Home
  let server: ServerProcess

  beforeEach(async () => {
    home = newHome()
    server = await home.start()
  })

  afterEach(() => home.remove())

  /** Each run of a script says so in this file. */
  const ran = () => readFileSync(join(home.path, 'ran'), { encoding: 'utf8', flag: 'a+' })
  const mark = (name: string) => `echo ${name} >> "${join(home.path, 'ran')}"`
  const hold = (name: string) => `while [ ! -e "${join(home.path, name)}" ]; do sleep 0.05; done`
  const free = (name: string) => readFileSync(join(home.path, name), { flag: 'a+' })
  const ended = (id: string) =>
    until(
      async () => {
        const task = await server.ask<Task>('GET', `/tasks/${id}`)
        return task.IsCompleted && task
      },
      `the task ${id} ends`,
      40_000,
    )
  /** The server's only child. */
  const workerPid = () => {
    const { pid } = server.process
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0])
  }

  async function deployThree() {
    const { deploy } = await newProject(server.ask, {
      steps: [
        { name: 'First', script: mark('first') },
        { name: 'Second', script: `${mark('second')}\n${hold('go')}\necho the second goes on` },
        { name: 'Third', script: mark('third') },
      ],
    })
    const { taskId } = await deploy()
    await until(() => ran().includes('second'), 'the second step runs')
    return taskId
  }

  it('of the server, finished steps are not run again and what runs is attached to', async () => {
    const taskId = await deployThree()

    await server.kill()
    server = await home.start()
    free('go')

    expect(await ended(taskId)).to.include({ State: 'Success' })
    expect(ran()).to.equal('first\nsecond\nthird\n')
  })

  it('of the server, what a script printed meanwhile is in the log, each line once', async () => {
    const taskId = await deployThree()

    await server.kill()
    free('go')
    server = await home.start()
    await ended(taskId)

    const raw = await fetch(`${server.url}/api/tasks/${taskId}/raw`, {
      headers: { 'X-Octopus-ApiKey': 'API-ADMINISTRATOROFTESTS000' },
    }).then((response) => response.text())
    expect(raw.match(/the second goes on/g)).to.have.length(1)
  })

  it('of the worker, its run goes on under the next one', async () => {
    const taskId = await deployThree()

    process.kill(workerPid(), 'SIGKILL')
    free('go')

    expect(await ended(taskId)).to.include({ State: 'Success' })
    expect(ran()).to.equal('first\nsecond\nthird\n')
  })

  it('of both, its run goes on under the next ones', async () => {
    const taskId = await deployThree()

    process.kill(workerPid(), 'SIGKILL')
    await server.kill()
    server = await home.start()
    free('go')

    expect(await ended(taskId)).to.include({ State: 'Success' })
    expect(ran()).to.equal('first\nsecond\nthird\n')
  })

  it('of the server, queued tasks run', async () => {
    const { deploy } = await newProject(server.ask, {
      steps: [{ name: 'Only', script: `${mark('only')}\n${hold('go')}` }],
    })
    const first = await deploy()
    const second = await deploy()
    await until(() => ran().includes('only'), 'the first one runs')

    await server.kill()
    server = await home.start()
    free('go')

    expect(await ended(first.taskId)).to.include({ State: 'Success' })
    expect(await ended(second.taskId)).to.include({ State: 'Success' })
    expect(ran()).to.equal('only\nonly\n')
  })

  it('of the worker just before a step starts, the next one runs it, once', async () => {
    const { deploy } = await newProject(server.ask, {
      steps: [{ name: 'Only', script: mark('only') }],
    })

    process.kill(workerPid(), 'SIGKILL')
    const { taskId } = await deploy()

    expect(await ended(taskId)).to.include({ State: 'Success' })
    expect(ran()).to.equal('only\n')
  })

  it('of the worker, a cancel that comes then ends its run all the same', async () => {
    const { taskId, pid } = await deployOne()

    process.kill(workerPid(), 'SIGKILL')
    await server.ask('POST', `/tasks/${taskId}/cancel`)

    expect(await ended(taskId)).to.include({ State: 'Canceled' })
    expect(processOf(pid)).to.equal(null)
  })

  it('of the server, a cancel from before it ends its run all the same', async () => {
    const { taskId, pid } = await deployOne()
    process.kill(workerPid(), 'SIGKILL')
    await server.ask('POST', `/tasks/${taskId}/cancel`)

    await server.kill()
    server = await home.start()

    expect(await ended(taskId)).to.include({ State: 'Canceled' })
    expect(processOf(pid)).to.equal(null)
  })

  /** A deployment that runs until somebody ends it. */
  async function deployOne() {
    const { deploy } = await newProject(server.ask, {
      steps: [{ name: 'Only', script: `echo $$ >> "${join(home.path, 'ran')}"\nsleep 1000` }],
    })
    const { taskId } = await deploy()
    const pid = await until(() => Number(ran().split('\n')[0]), 'it runs')
    return { taskId, pid }
  }
})
