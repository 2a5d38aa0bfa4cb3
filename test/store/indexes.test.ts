import { expect } from 'chai'
import { Schema } from 'mongoose'
import { resource } from '#store/resource.ts'
import { numbered, onTasks, taskSchema } from '../support/tasks.ts'

onTasks('The store makes an index', (given) => {
  it('for what is there already', async () => {
    const plain = given.openOther()
    await plain
      .collection('tasks')
      .insertMany(numbered(700, (at) => ({ State: `S${at}` })) as never[])

    const indexed = plain.model('Task', taskSchema())
    await indexed.init()

    expect(await indexed.countDocuments({ State: 'S650', Rank: { $gt: 600 } })).to.equal(1)
    await plain.dropDatabase()
  })

  it('or says why it cannot', async () => {
    await given.tasks.insertMany(numbered(2, () => ({ State: 'Same' })))

    const error = await given.tasks.collection
      .createIndex({ State: 1 }, { unique: true, name: 'once' })
      .catch((error) => error)

    expect(error).to.include({ code: 11_000 })
    await given.tasks.create({ _id: 'Tasks-9', State: 'Same' })
  })

  it('that is sparse only in documents without all of its fields', async () => {
    await given.tasks.collection.createIndex(
      { SpaceId: 1, State: 1 },
      { unique: true, sparse: true },
    )
    await given.tasks.create([
      { _id: 'Tasks-1' },
      { _id: 'Tasks-2' },
      { _id: 'Tasks-3', SpaceId: 'S' },
    ])

    const error = await given.tasks.create({ _id: 'Tasks-4', SpaceId: 'S' }).catch((error) => error)

    expect(error).to.include({ code: 11_000 })
  })

  it('and takes away what the schema has no more', async () => {
    const fewer = new Schema({ State: String, Rank: Number }).plugin(resource)
    const other = given.store.model('Other', fewer.index({ Rank: 1 }), 'tasks')

    await other.syncIndexes()

    const names = (await other.listIndexes()).map(({ name }) => name)
    expect(names).to.have.members(['_id_', 'Rank_1'])
    await other.create([
      { _id: '1', Rank: 2 },
      { _id: '2', Rank: 1 },
    ])
    expect(await other.countDocuments({ Rank: 2 })).to.equal(1)
  })
})
