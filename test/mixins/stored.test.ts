import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { ServiceBroker } from 'moleculer'
import { type Connection, Schema } from 'mongoose'
import { stored } from '#mixins/stored.mixin.ts'
import { closeStore, openStore } from '#store/connection.ts'
import { named } from '#store/named.ts'
import { resource } from '#store/resource.ts'

interface Pool {
  Id: string
  SpaceId: string
  Name: string
  _secret: string
}

const poolSchema = new Schema<Pool>({ SpaceId: String, _secret: String })
  .plugin(resource)
  .plugin(named, { per: 'SpaceId' })

const mixin = stored({ Pool: poolSchema })
type Members = typeof mixin extends { readonly [key: symbol]: infer M | undefined } ? M : never

describe('What a service stores', () => {
  let broker: ServiceBroker
  let pools: NonNullable<Members>
  let store: Connection

  beforeEach(async () => {
    const namespace = `test-${randomUUID()}`
    broker = new ServiceBroker({ namespace, logger: false })
    // Moleculer adds the members that the mixin promises when it makes the service.
    pools = broker.createService({ name: 'pools', mixins: [mixin] }) as unknown as typeof pools
    store = await openStore(namespace)
    await broker.start()
    await pools.models.Pool.create({
      _id: 'Pools-1',
      SpaceId: 'Spaces-1',
      Name: 'Linux',
      _secret: 'x',
    })
  })

  afterEach(async () => {
    await store.dropDatabase()
    await closeStore()
    await broker.stop()
  })

  it('is loaded without what stays in the store', async () => {
    const pool = await pools.load('Pool', 'Pools-1', { spaceId: 'Spaces-1' })

    expect(pool).to.deep.equal({ Id: 'Pools-1', SpaceId: 'Spaces-1', Name: 'Linux', Version: 1 })
  })

  it('is not found from another space', async () => {
    const where = { spaceId: 'Spaces-2' }
    const errors = await Promise.all([
      pools.load('Pool', 'Pools-1', where).catch((error) => error),
      pools.update('Pool', 'Pools-1', { Name: 'BSD' }, where).catch((error) => error),
    ])

    for (const error of errors) expect(error).to.include({ type: 'NOT_FOUND', code: 404 })
  })

  it('is changed by one of two who have seen the same version', async () => {
    const change = (Name: string) => pools.update('Pool', 'Pools-1', { Name, Version: 1 })

    const results = await Promise.allSettled([change('BSD'), change('Windows')])

    const [won] = results.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []))
    const [lost] = results.flatMap((it) => (it.status === 'rejected' ? [it.reason] : []))
    expect(won).to.include({ Version: 2 })
    expect(lost).to.include({ type: 'STALE', code: 409 })
  })

  it('is not changed against its guard', async () => {
    const guard = { _secret: 'y' }
    const error = await pools
      .update('Pool', 'Pools-1', { Name: 'BSD' }, { guard })
      .catch((error) => error)

    expect(error).to.include({ type: 'STALE' })
    expect((await pools.load('Pool', 'Pools-1')).Name).to.equal('Linux')
  })
})
