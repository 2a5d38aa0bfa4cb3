import { expect } from 'chai'
import { type Connection, type Model, Schema } from 'mongoose'
import { named } from '#store/named.ts'
import { resource } from '#store/resource.ts'
import { onEachStore } from '../support/stores.ts'

interface Pool {
  _id: string
  Name: string
  SpaceId: string
}

onEachStore('A name that is taken in its space', (stores) => {
  let store: Connection
  let pools: Model<Pool>

  beforeEach(async () => {
    store = stores.open()
    const schema = new Schema<Pool>({ SpaceId: String })
    schema.plugin(resource).plugin(named, { per: 'SpaceId' })
    pools = store.model('WorkerPool', schema)
    await pools.init()
    await pools.create([pool('Pools-1', 'Linux'), pool('Pools-2', 'Windows')])
  })

  afterEach(() => store.dropDatabase())

  const pool = (_id: string, Name: string, SpaceId = 'Spaces-1') => ({ _id, Name, SpaceId })
  const second = { _id: 'Pools-2' }
  const writes: Record<string, () => Promise<unknown>> = {
    create: () => pools.create(pool('Pools-3', 'LINUX')),
    insertMany: () => pools.insertMany([pool('Pools-4', 'BSD'), pool('Pools-3', 'LINUX')]),
    updateOne: () => pools.updateOne(second, { Name: 'LINUX' }).exec(),
    findOneAndUpdate: () => pools.findOneAndUpdate(second, { $set: { Name: 'LINUX' } }).exec(),
    save: async () => (await pools.findById('Pools-2'))?.set({ Name: 'LINUX' }).save(),
    bulkWrite: () =>
      pools.bulkWrite([
        { insertOne: { document: { ...pool('Pools-3', 'LINUX'), _name: 'linux' } } },
      ]),
    upsert: () =>
      pools.updateOne({ _id: 'Pools-3', SpaceId: 'Spaces-1' }, { Name: 'LINUX' }, { upsert: true }),
  }

  for (const [way, write] of Object.entries(writes)) {
    it(`is refused by ${way}`, async () => {
      const error = await write().catch((error) => error)

      expect(error).to.include({ type: 'TAKEN', message: "Another worker pool is named 'LINUX'." })
    })
  }

  it('is free in another space', async () => {
    const created = await pools.create(pool('Pools-3', 'LINUX', 'Spaces-2'))

    expect(created.Name).to.equal('LINUX')
  })
})
