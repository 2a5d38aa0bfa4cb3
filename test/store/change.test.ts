import { expect } from 'chai'
import { numbered, onTasks } from '../support/tasks.ts'

const idsOf = (found: { _id: string }[]) => found.map(({ _id }) => _id)

onTasks('The store keeps', (given) => {
  const kept = async (Values: Record<string, unknown>) => {
    await given.tasks.create({ _id: 'Tasks-1', Values })
    return (await given.tasks.findById('Tasks-1').lean())?.Values
  }

  it('keys with dots and dollars', async () => {
    const values = { 'a.b': 1, 'Octopus.Action[x].$y': 'z', $set: { $inc: 2 }, '': 'empty' }

    expect(await kept(values)).to.deep.equal(values)
  })

  it('texts as they are', async () => {
    const values = {
      a: '\u0001D2024',
      b: '\\u0001',
      c: '😀 \u{10FFFF}',
      d: '\n\t"',
      e: 'zero\u0000',
    }

    expect(await kept(values)).to.deep.equal(values)
  })

  it('dates, empty objects and nulls', async () => {
    const values = { at: new Date(0), list: [new Date(1)], empty: {}, none: null, nothing: [] }

    expect(await kept(values)).to.deep.equal(values)
  })

  it('a date as a date', async () => {
    await given.tasks.create({ _id: 'Tasks-1', At: new Date(1_234) })

    expect((await given.tasks.findById('Tasks-1').lean())?.At).to.deep.equal(new Date(1_234))
  })

  it('a zero in a text', async () => {
    await given.tasks.create([
      { _id: 'Tasks-1', State: '\u0000Tasks-1' },
      { _id: 'Tasks-2', State: '\u0000Tasks-2' },
    ])

    expect(idsOf(await given.tasks.find({ State: '\u0000Tasks-2' }))).to.deep.equal(['Tasks-2'])
    expect(idsOf(await given.tasks.find({ State: { $in: ['\u0000Tasks-1'] } }))).to.deep.equal([
      'Tasks-1',
    ])
  })
})

onTasks('The store changes', (given) => {
  const start = { _id: 'Tasks-1', Rank: 1, State: 'Queued', Tags: ['a', 'b'], Values: { a: 1 } }
  const changed = async (update: object, filter: object = { _id: 'Tasks-1' }) => {
    await given.tasks.create({ ...start, Steps: [{ Name: 'Build' }, { Name: 'Test' }] })
    await given.tasks.updateOne(filter, update)
    return given.tasks.findById('Tasks-1').lean()
  }

  const cases: Record<string, [update: object, after: object]> = {
    $set: [{ $set: { State: 'Done' } }, { State: 'Done' }],
    '$set of a path': [{ $set: { 'Values.b.c': 2 } }, { Values: { a: 1, b: { c: 2 } } }],
    '$set of an item': [{ $set: { 'Tags.1': 'c' } }, { Tags: ['a', 'c'] }],
    '$set to null': [{ $set: { At: null } }, { At: null }],
    $inc: [{ $inc: { Rank: 2, Version: 1 } }, { Rank: 3, Version: 2 }],
    '$inc of nothing': [{ $inc: { 'Values.count': 2 } }, { Values: { a: 1, count: 2 } }],
    $push: [{ $push: { Tags: 'c' } }, { Tags: ['a', 'b', 'c'] }],
    '$push of several': [
      { $push: { Tags: { $each: ['c', 'd'] } } },
      { Tags: ['a', 'b', 'c', 'd'] },
    ],
    '$push of several that keeps the last': [
      { $push: { Tags: { $each: ['c', 'd'], $slice: -3 } } },
      { Tags: ['b', 'c', 'd'] },
    ],
    $pull: [{ $pull: { Tags: 'a' } }, { Tags: ['b'] }],
    '$pull by a filter': [{ $pull: { Steps: { Name: 'Test' } } }, { Steps: [{ Name: 'Build' }] }],
    $addToSet: [{ $addToSet: { Tags: { $each: ['b', 'c'] } } }, { Tags: ['a', 'b', 'c'] }],
    $max: [{ $max: { Rank: 5 } }, { Rank: 5 }],
    $min: [{ $min: { Rank: 5 } }, { Rank: 1 }],
    'several at once': [
      { $set: { State: 'Done' }, $inc: { Rank: 1 }, $pull: { Tags: 'b' } },
      { State: 'Done', Rank: 2, Tags: ['a'] },
    ],
  }

  for (const [title, [update, after]] of Object.entries(cases)) {
    it(`by ${title}`, async () => {
      expect(await changed(update)).to.deep.include(after)
    })
  }

  it('by $unset', async () => {
    expect(await changed({ $unset: { State: '', 'Values.a': '' } })).to.not.have.any.keys('State')
  })

  it('the item that was found', async () => {
    const filter = { _id: 'Tasks-1', 'Steps.Name': 'Test' }
    const after = await changed({ $set: { 'Steps.$.Runs': 3 } }, filter)

    expect(after?.Steps).to.deep.equal([{ Name: 'Build' }, { Name: 'Test', Runs: 3 }])
  })

  it('and counts what it changed', async () => {
    await given.tasks.insertMany(numbered(5, () => ({ State: 'Queued' })))

    const one = await given.tasks.updateOne({ Rank: 2 }, { $set: { State: 'Queued' } })
    const many = await given.tasks.updateMany({ Rank: { $gt: 2 } }, { $set: { State: 'Done' } })
    const none = await given.tasks.updateOne({ _id: 'Tasks-9' }, { $set: { State: 'Done' } })

    expect(one).to.include({ matchedCount: 1, modifiedCount: 0, upsertedCount: 0 })
    expect(many).to.include({ matchedCount: 2, modifiedCount: 2 })
    expect(none).to.include({ matchedCount: 0, modifiedCount: 0 })
    expect(await given.tasks.countDocuments({ State: 'Done' })).to.equal(2)
  })

  it('and shows it before or after', async () => {
    await given.tasks.create(start)
    const next = { $inc: { Rank: 1 } }

    const before = await given.tasks.findOneAndUpdate({ _id: 'Tasks-1' }, next).lean()
    const after = await given.tasks
      .findOneAndUpdate({ _id: 'Tasks-1' }, next, { returnDocument: 'after' })
      .select('Rank')
      .lean()

    expect(before).to.include({ Rank: 1 })
    expect(after).to.deep.equal({ _id: 'Tasks-1', Rank: 3 })
  })

  it('the first in an order', async () => {
    await given.tasks.insertMany(numbered(3, () => ({ State: 'Queued' })))

    const last = await given.tasks
      .findOneAndUpdate({ State: 'Queued' }, { State: 'Done' }, { sort: { Rank: -1 } })
      .lean()

    expect(last?._id).to.equal('Tasks-2')
  })

  it('a whole document', async () => {
    await given.tasks.create(start)

    await given.tasks.replaceOne({ _id: 'Tasks-1' }, { Rank: 9 })

    expect(await given.tasks.findById('Tasks-1').lean()).to.deep.equal({
      _id: 'Tasks-1',
      Rank: 9,
      Version: 1,
    })
  })

  it('what a document has changed by itself', async () => {
    await given.tasks.create(start)
    const task = await given.tasks.findById('Tasks-1').orFail()

    task.Tags?.push('c')
    await task.set({ State: undefined, Values: { 'x.y': 1 } }).save()

    const saved = await given.tasks.findById('Tasks-1').lean()
    expect(saved).to.deep.include({ Tags: ['a', 'b', 'c'], Values: { 'x.y': 1 } })
    expect(saved).to.not.have.property('State')
  })

  it('nothing of a stale version', async () => {
    await given.tasks.create(start)
    const seen = { _id: 'Tasks-1', Version: 1 }
    const next = { $set: { State: 'Done' }, $inc: { Version: 1 } }

    const both = await Promise.all([
      given.tasks.findOneAndUpdate(seen, next),
      given.tasks.findOneAndUpdate(seen, next),
    ])

    expect(both.filter(Boolean)).to.have.length(1)
  })
})
