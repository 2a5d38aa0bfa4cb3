import { expect } from 'chai'
import { numbered, onTasks, taskSchema } from '../support/tasks.ts'

onTasks('The store inserts', (given) => {
  it('what an upsert does not find', async () => {
    const update = { $set: { State: 'New' }, $setOnInsert: { Rank: 7 }, $inc: { Version: 1 } }
    const filter = { _id: 'Tasks-1', SpaceId: 'Spaces-1' }

    const first = await given.tasks.updateOne(filter, update, { upsert: true })
    const second = await given.tasks.updateOne(
      filter,
      { ...update, $set: { State: 'Old' } },
      { upsert: true },
    )

    expect(first).to.include({ upsertedCount: 1, upsertedId: 'Tasks-1' })
    expect(second).to.include({ matchedCount: 1, upsertedCount: 0 })
    expect(await given.tasks.findById('Tasks-1').lean()).to.deep.equal({
      _id: 'Tasks-1',
      SpaceId: 'Spaces-1',
      State: 'Old',
      Rank: 7,
      Version: 2,
    })
  })

  it('one of ten upserts at once', async () => {
    const upsert = () =>
      given.tasks.updateOne(
        { _id: 'Tasks-1' },
        { $setOnInsert: { State: 'New' } },
        { upsert: true },
      )

    // MongoDB may refuse some of them as duplicates.
    const results = await Promise.allSettled(Array.from({ length: 10 }, upsert))

    const done = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(done.filter(({ upsertedCount }) => upsertedCount === 1)).to.have.length(1)
    expect(await given.tasks.countDocuments()).to.equal(1)
  })

  it('no id twice', async () => {
    await given.tasks.create({ _id: 'Tasks-1' })

    const error = await given.tasks.create({ _id: 'Tasks-1' }).catch((error) => error)

    expect(error).to.include({ code: 11_000 })
  })

  it('as many as come before the first that cannot be', async () => {
    const list = [...numbered(3), { _id: 'Tasks-1' }, { _id: 'Tasks-8' }]

    const error = await given.tasks.insertMany(list).catch((error) => error)

    expect(error).to.include({ code: 11_000 })
    expect(await given.tasks.countDocuments()).to.equal(3)
  })

  it('all that can be, when the order does not matter', async () => {
    const list = [...numbered(3), { _id: 'Tasks-1' }, { _id: 'Tasks-8' }]

    await given.tasks.insertMany(list, { ordered: false }).catch((error) => error)

    expect(await given.tasks.countDocuments()).to.equal(4)
  })

  it('and changes and deletes in bulk', async () => {
    await given.tasks.insertMany(numbered(4))

    const result = await given.tasks.bulkWrite([
      { insertOne: { document: { _id: 'Tasks-9' } } },
      { updateOne: { filter: { _id: 'Tasks-1' }, update: { $set: { State: 'Done' } } } },
      { updateOne: { filter: { _id: 'Tasks-8' }, update: { State: 'New' }, upsert: true } },
      { updateMany: { filter: { Rank: { $gt: 1 } }, update: { State: 'Late' } } },
      { deleteOne: { filter: { _id: 'Tasks-0' } } },
    ])

    expect(result).to.include({ insertedCount: 1, matchedCount: 3, modifiedCount: 3 })
    expect(result).to.include({ upsertedCount: 1, deletedCount: 1 })
    expect(await given.tasks.countDocuments({ State: 'Late' })).to.equal(2)
  })
})

onTasks('The store deletes', (given) => {
  beforeEach(() => given.tasks.insertMany(numbered(6, () => ({ Tags: ['a'] }))))

  it('one', async () => {
    const { deletedCount } = await given.tasks.deleteOne({ Rank: { $gt: 3 } })
    const gone = await given.tasks.findOneAndDelete({ _id: 'Tasks-0' }).lean()

    expect([deletedCount, gone?.Rank]).to.deep.equal([1, 0])
    expect(await given.tasks.countDocuments({ Tags: 'a' })).to.equal(4)
  })

  it('many', async () => {
    const { deletedCount } = await given.tasks.deleteMany({ Rank: { $gte: 2 } })

    expect(deletedCount).to.equal(4)
    expect(await given.tasks.estimatedDocumentCount()).to.equal(2)
  })

  it('a database, and no other', async () => {
    const other = given.openOther()
    const others = other.model('Task', taskSchema())
    await others.create({ _id: 'Tasks-1' })

    await given.store.dropDatabase()

    expect(await given.tasks.countDocuments()).to.equal(0)
    expect(await others.countDocuments()).to.equal(1)
    await other.dropDatabase()
  })
})

onTasks('The store lets', (given) => {
  it('fifty who claim at once have fifty different tasks', async () => {
    await given.tasks.insertMany(numbered(50, () => ({ State: 'Queued' })))
    const claim = () =>
      given.tasks
        .findOneAndUpdate(
          { State: 'Queued' },
          { $set: { State: 'Executing' } },
          { sort: { Rank: 1 }, returnDocument: 'after' },
        )
        .lean()

    const claimed = await Promise.all(Array.from({ length: 50 }, claim))

    expect(new Set(claimed.map((task) => task?._id)).size).to.equal(50)
  })

  it('one of ten have a mutex, and the next when it is free again', async () => {
    await given.tasks.insertMany(numbered(10))
    const take = (_id: string) => given.tasks.updateOne({ _id }, { $set: { _mutex: 'Project-1' } })

    const results = await Promise.allSettled(numbered(10).map(({ _id }) => take(_id)))

    const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(lost).to.have.length(9)
    for (const error of lost) {
      expect(error).to.include({ code: 11_000 })
      expect(error.message).to.include('_mutex')
      expect(error.keyPattern).to.deep.equal({ _mutex: 1 })
    }
    await given.tasks.updateOne({ _mutex: 'Project-1' }, { $unset: { _mutex: '' } })
    expect(await take('Tasks-9')).to.include({ modifiedCount: 1 })
  })
})
