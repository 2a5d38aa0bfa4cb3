import { expect } from 'chai'
import type { BundleStatus } from '#domain/promotion/messages.ts'
import { ended } from '../../support/deploying.ts'
import { type Promotion, promotingScene } from '../../support/promoting.ts'
import { startServer, type TestServer } from '../../support/server.ts'

const at = '2026-01-05T10:00:00.000Z'

describe('What a target tells over a connection', () => {
  let server: TestServer

  before(async () => {
    server = await startServer()
  })
  after(() => server.stop())

  async function sent() {
    const scene = await promotingScene(server, { transport: 'Local' })
    const { promotion, taskId } = await scene.promote(await scene.release('1.4.2'))
    const built = await scene.in(promotion.Id, 'Built', 'Sending', 'AwaitingReview')
    const status = (status: BundleStatus, more: object = {}, of: Promotion = built) =>
      scene.say({
        type: 'bundle.status',
        body: { bundleId: of.BundleId ?? '', status, at, code: '', reason: '', ...more },
      })
    return { scene, taskId, promotion: built, status }
  }

  it('moves the promotion, in whichever order it comes', async () => {
    const { scene, promotion, status } = await sent()

    const answer = await status('Imported')
    await status('AwaitingReview')

    const after = await scene.in(promotion.Id, 'Accepted')
    expect(answer.type).to.equal('received')
    expect(after.Wanted[0]).to.deep.include({ State: 'Accepted', At: at })
  })

  it('fails the task that waits with the reason of a rejection', async () => {
    const { scene, promotion, taskId, status } = await sent()

    await status('Rejected', { reason: 'Not before the holidays.' })

    const task = await ended(server, taskId)
    expect(task).to.include({ State: 'Failed', ErrorMessage: 'Not before the holidays.' })
    expect((await scene.get(promotion.Id)).State).to.equal('Rejected')
  })

  it('ends the task by a receipt of success, and is acknowledged once for all', async () => {
    const { scene, promotion, taskId } = await sent()
    const receipts = await scene.jwsOf(promotion, { sequence: 7 })

    const [first, second] = [
      await scene.say({ type: 'receipt.publish', body: { receipts } }),
      await scene.say({ type: 'receipt.publish', body: { receipts } }),
    ]

    const task = await ended(server, taskId)
    expect(task.State).to.equal('Success')
    expect([first, second].map(({ body }) => body)).to.deep.equal([{ highest: 7 }, { highest: 7 }])
    expect((await scene.get(promotion.Id)).State).to.equal('Succeeded')
  })

  it('about a bundle that was not sent there changes nothing', async () => {
    const [one, other] = [await sent(), await sent()]

    const answer = await one.status('Imported', {}, other.promotion)

    expect(answer.type).to.equal('received')
    expect((await other.scene.get(other.promotion.Id)).State).to.not.equal('Accepted')
  })
})
