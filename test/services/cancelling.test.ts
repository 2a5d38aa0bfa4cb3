import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import {
  ended,
  logOf,
  meetingPlace,
  projectIn,
  refusedWith,
  says,
  stepsOf,
  type TestTask,
} from '../support/deploying.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'

describe('A running deployment', () => {
  let server: TestServer
  let place: ReturnType<typeof meetingPlace>

  before(async () => {
    server = await startServer()
  })
  beforeEach(() => {
    place = meetingPlace()
  })
  afterEach(() => place.remove())
  after(() => server.stop())

  const isAlive = (pid: number) => {
    try {
      // What has ended and is not collected yet is no process any more.
      return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    } catch {
      return false
    }
  }

  it('that is cancelled leaves no process behind, and runs nothing more', async () => {
    const { deploy } = await projectIn(server, {
      steps: [
        {
          name: 'Sleep',
          script: 'setsid sleep 300 & echo "away: $!"; sleep 300 & echo "child: $!"; wait',
        },
        { name: 'Always', script: 'echo never', condition: 'Always' },
      ],
    })
    const { taskId } = await deploy()
    await says(server, taskId, 'child: ')
    const pids = [...(await logOf(server, taskId)).matchAll(/(?:away|child): (\d+)/g)].map(
      ([, pid]) => Number(pid),
    )

    await server.ask('POST', `/tasks/${taskId}/cancel`)

    const task = await ended(server, taskId)
    expect(task.State).to.equal('Canceled')
    expect(pids).to.have.length(2)
    await until(() => !pids.some(isAlive), 'no process is left')
    expect(await stepsOf(server, taskId)).to.deep.equal([
      'Step 1: Sleep: Canceled',
      'Step 2: Always: Canceled',
    ])
  })

  it('cannot be run once more before it has ended, and then is another', async () => {
    const { deploy, spaceId } = await projectIn(server, {
      steps: [{ name: 'Hold', script: `${place.hold('on')}; echo ran` }],
    })
    const { taskId, deployment, release } = await deploy({ more: { Comments: 'as agreed' } })

    const early = await refusedWith(server.send('POST', `/${spaceId}/tasks/${taskId}/rerun`))
    place.go('on')
    await ended(server, taskId)
    const again = await server.ask<TestTask>('POST', `/${spaceId}/tasks/${taskId}/rerun`)

    expect(early.status).to.equal(400)
    expect(early.text).to.include('not ended')
    expect((await ended(server, again.Id)).State).to.equal('Success')
    const { DeploymentId } = again.Arguments
    expect(DeploymentId).to.not.equal(deployment.Id)
    const other = await server.ask('GET', `/${spaceId}/deployments/${DeploymentId}`)
    expect(other).to.deep.include({ ReleaseId: release.Id, Comments: 'as agreed' })
  })

  it('keeps its release from being deleted', async () => {
    const { deploy, spaceId } = await projectIn(server, {
      steps: [{ name: 'Hold', script: place.hold('on') }],
    })
    const { taskId, release } = await deploy()

    const early = await refusedWith(server.send('DELETE', `/${spaceId}/releases/${release.Id}`))
    place.go('on')
    await ended(server, taskId)
    const late = await server.send('DELETE', `/${spaceId}/releases/${release.Id}`)

    expect(early.status).to.equal(400)
    expect(late.status).to.equal(200)
  })
})
