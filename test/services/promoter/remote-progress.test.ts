import { expect } from 'chai'
import { ended } from '../../support/deploying.ts'
import { promotingScene, type Scene } from '../../support/promoting.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { until } from '../../support/until.ts'

describe('A release on its way through another space', () => {
  let server: TestServer
  let scene: Scene

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    scene = await promotingScene(server)
    // Of a space that files are carried to, it would end when the file is there.
    const project = `/${scene.source}/projects/${scene.project.Id}`
    const before = await server.ask<object>('GET', project)
    await server.ask('PUT', project, { ...before, PromoteTaskEnds: 'OnReceipt' })
  })
  after(() => server.stop())

  const cell = async () => {
    const path = `/${scene.source}/dashboard/dynamic?environments=${scene.remote[0]?.Id}`
    const board = await server.ask<{ Items: Record<string, unknown>[] }>('GET', path)
    return board.Items[0]
  }
  const next = async (releaseId: string) =>
    (
      await server.ask<{ NextDeployments: string[] }>(
        'GET',
        `/${scene.source}/releases/${releaseId}/progression`,
      )
    ).NextDeployments

  it('is waited for until a receipt says that it is there, as its project wants it', async () => {
    const release = await scene.release()
    const { promotion, taskId } = await scene.promote(release)
    const built = await scene.in(promotion.Id, 'Built', 'Exported')
    const task = await until(async () => {
      const found = await server.ask<Record<string, unknown>>('GET', `/tasks/${taskId}`)
      return found.HasPendingInterruptions && found
    }, 'its task waits')
    const before = { cell: await cell(), next: await next(release.Id) }

    const answer = await scene.carry(await scene.receipts(built, { state: 'Success' }))
    const { State } = await ended(server, taskId)
    const after = await until(async () => {
      const found = await cell()
      return found?.State === 'Success' && found
    }, 'the dashboard shows it')

    expect(answer.status).to.equal(200)
    expect(task).to.include({ State: 'Executing', ServerNode: null })
    expect(before.cell).to.include({ State: 'Executing', IsCompleted: false })
    expect(before.next).to.deep.equal([scene.remote[0]?.Id])
    expect(State).to.equal('Success')
    expect(after).to.include({ IsCompleted: true, HasPendingInterruptions: false })
    expect(await next(release.Id)).to.deep.equal([])
  })

  it('brings home why it failed', async () => {
    const { promotion, taskId } = await scene.promote(await scene.release())
    const built = await scene.in(promotion.Id, 'Built', 'Exported')

    const error = 'The step Migrate failed: code 3'
    await scene.carry(await scene.receipts(built, { state: 'Failed', error }))
    const task = await ended(server, taskId)

    expect(task).to.include({ State: 'Failed', ErrorMessage: error })
    const shown = await until(async () => {
      const found = await cell()
      return found?.State === 'Failed' && found
    }, 'the dashboard shows it')
    expect(shown.ErrorMessage).to.equal(error)
  })
})
