import { expect } from 'chai'
import { refusedWith } from '../../support/deploying.ts'
import { promotingScene } from '../../support/promoting.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { until } from '../../support/until.ts'

describe('Receipts that are carried home', () => {
  let server: TestServer

  before(async () => {
    server = await startServer()
  })
  after(() => server.stop())

  /** A promotion whose bundle was taken. */
  async function taken(about: Parameters<typeof promotingScene>[1] = {}) {
    const scene = await promotingScene(server, about)
    const release = await scene.release('1.4.2')
    const { promotion, taskId, deploymentId } = await scene.promote(release)
    await scene.in(promotion.Id, 'Built')
    await scene.take(promotion.Id)
    return {
      ...{ scene, taskId, deploymentId, release },
      promotion: await scene.in(promotion.Id, 'Exported'),
    }
  }

  const receiptsOf = ({ scene, promotion }: Awaited<ReturnType<typeof taken>>) =>
    server.ask<object[]>('GET', `/${scene.source}/releases/${promotion.ReleaseId}/receipts`)

  it('say what became of the release, whichever states were missed', async () => {
    const made = await taken()
    const { scene, promotion } = made
    const endedAt = '2026-01-05T10:00:00.000Z'

    const answer = await scene.carry(await scene.receipts(promotion, { endedAt }))

    expect(await answer.json()).to.deep.equal({
      ...{ RemoteSpace: 'Prod Space', Accepted: 1, Unchanged: 0, Unknown: 0 },
    })
    const after = await scene.in(promotion.Id, 'Succeeded')
    expect(after.Wanted[0]).to.deep.include({ State: 'Succeeded', At: endedAt })
    expect(after.LastNews).not.to.equal(null)
    const [receipt] = await receiptsOf(made)
    expect(receipt).to.deep.include({ State: 'Success', Sequence: 1, RemoteSpace: 'Prod Space' })
    const { Items } = await server.ask<{ Items: { Message: string }[] }>(
      'GET',
      `/${scene.source}/events?eventCategories=ReceiptAccepted&regarding=${promotion.Id}`,
    )
    expect(Items[0]?.Message).to.include('Prod Space reports of release 1.4.2 in Production')
  })

  it('make the dashboard green, and no other cell of it', async () => {
    const { scene, promotion, deploymentId } = await taken({
      environments: ['Production', 'Europe'],
    })
    await scene.carry(await scene.receipts(promotion, {}))

    const cells = await until(async () => {
      const { Items } = await server.ask<{ Items: Record<string, unknown>[] }>(
        'GET',
        `/${scene.source}/dashboard`,
      )
      return Items.some(({ State }) => State === 'Success') && Items
    }, 'the dashboard shows the success')

    expect(cells.map(({ DeploymentId }) => DeploymentId)).to.deep.equal([deploymentId])
  })

  it('bring the text of an error home', async () => {
    const { scene, promotion } = await taken()
    const error = 'The script exited with 1: ********'

    await scene.carry(await scene.receipts(promotion, { state: 'Failed', error }))

    const after = await scene.in(promotion.Id, 'Failed')
    expect(after.Wanted[0]?.Error).to.equal(error)
  })

  it('change nothing when they come again, or are older', async () => {
    const made = await taken()
    const { scene, promotion } = made
    const file = await scene.receipts(promotion, { sequence: 5 })
    await scene.carry(file)
    await scene.in(promotion.Id, 'Succeeded')

    const again = await scene.carry(file)
    const older = await scene.carry(
      await scene.receipts(promotion, { sequence: 4, state: 'Failed' }),
    )

    const same = { RemoteSpace: 'Prod Space', Accepted: 0, Unchanged: 1, Unknown: 0 }
    expect([await again.json(), await older.json()]).to.deep.equal([same, same])
    expect((await scene.get(promotion.Id)).State).to.equal('Succeeded')
    expect(await receiptsOf(made)).to.have.length(1)
  })

  it('count for the environment that they name, and for no other', async () => {
    const { scene, promotion } = await taken()
    const environment = { id: 'Environments-9', name: 'Staging' }

    await scene.carry(await scene.receipts(promotion, { environment }))

    const after = await scene.in(promotion.Id, 'Accepted')
    expect(after.Wanted[0]?.State).to.equal('Accepted')
  })

  it('about bundles that were not sent there are counted and dropped', async () => {
    const made = await taken()
    const { scene, promotion } = made
    const bundleId = '017f22e2-79b0-7fff-bfff-ffffffffffff'

    const answer = await scene.carry(await scene.receipts(promotion, { bundleId }))

    expect(await answer.json()).to.include({ Accepted: 0, Unknown: 1 })
    expect(await receiptsOf(made)).to.deep.equal([])
    expect((await scene.get(promotion.Id)).State).to.equal('Exported')
  })

  it('are refused with a code when somebody has changed them, and that is recorded', async () => {
    const made = await taken()
    const { scene, promotion } = made
    const file = await scene.receipts(promotion, {})
    const at = file.indexOf('receipts.jsonl') + 60
    file.writeUInt8(file.readUInt8(at) ^ 1, at)

    const answer = await refusedWith(scene.carry(file))

    expect(answer.status).to.equal(400)
    expect(await receiptsOf(made)).to.deep.equal([])
    const { Items } = await server.ask<{ Items: { Message: string }[] }>(
      'GET',
      `/${scene.source}/events?eventCategories=ReceiptRejected`,
    )
    expect(Items[0]?.Message).to.match(/Receipts were refused \(\w+\)/)
  })

  it('for another space are refused', async () => {
    const [one, other] = [await taken(), await taken()]
    const file = await one.scene.receipts(one.promotion, {})

    const answer = await other.scene.carry(file)

    expect(answer.status).to.equal(400)
    const { Details } = (await answer.json()) as { Details: { Code: string } }
    expect(Details.Code).to.equal('UnknownSender')
  })

  it('that are no such file at all are refused', async () => {
    const { scene } = await taken()

    const answer = await refusedWith(scene.carry(Buffer.from('hello')))

    expect(answer.status).to.equal(400)
    expect(answer.text).to.include('This cannot be read')
  })
})
