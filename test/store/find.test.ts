import { expect } from 'chai'
import { numbered, onTasks } from '../support/tasks.ts'

onTasks('The store finds', (given) => {
  beforeEach(() =>
    given.tasks.insertMany(
      numbered(10, (at) => ({
        State: at % 2 ? 'Odd' : 'Even',
        SpaceId: at < 5 ? 'Spaces-1' : 'Spaces-2',
        ...(at !== 3 && { At: new Date(at * 1_000) }),
        Tags: at % 3 === 0 ? ['three', `n${at}`] : [],
        Values: { Depth: { Level: at } },
      })),
    ),
  )

  const cases: Record<string, [filter: object, numbers: number[]]> = {
    'by an id': [{ _id: 'Tasks-4' }, [4]],
    'by some ids': [{ _id: { $in: ['Tasks-4', 'Tasks-7', 'Tasks-99'] } }, [4, 7]],
    'by an equality': [{ State: 'Odd' }, [1, 3, 5, 7, 9]],
    'by two equalities': [{ State: 'Odd', SpaceId: 'Spaces-2' }, [5, 7, 9]],
    'by a range': [{ Rank: { $gte: 3, $lt: 6 } }, [3, 4, 5]],
    'by a range of dates': [{ At: { $gt: new Date(1_000), $lte: new Date(4_000) } }, [2, 4]],
    'by a date': [{ At: new Date(2_000) }, [2]],
    'what is missing as null': [{ At: null }, [3]],
    'by null or a value': [{ At: { $in: [null, new Date(2_000)] } }, [2, 3]],
    'what is there': [{ At: { $exists: true }, Rank: { $lt: 5 } }, [0, 1, 2, 4]],
    'by an exclusion': [{ State: { $ne: 'Odd' } }, [0, 2, 4, 6, 8]],
    'by an exclusion of some': [{ Rank: { $nin: [0, 1, 2, 3, 4, 5, 6] } }, [7, 8, 9]],
    'by an alternative': [{ $or: [{ Rank: 1 }, { State: 'Even', Rank: 2 }] }, [1, 2]],
    'by several at once': [{ $and: [{ State: 'Odd' }, { Rank: { $gt: 6 } }] }, [7, 9]],
    'by what is in an array': [{ Tags: 'three' }, [0, 3, 6, 9]],
    'by some of an array': [{ Tags: { $in: ['n3', 'n9'] } }, [3, 9]],
    'by a pattern': [{ State: { $regex: 'dd$' } }, [1, 3, 5, 7, 9]],
    'by a dotted path': [{ 'Values.Depth.Level': { $gte: 8 } }, [8, 9]],
    'texts by a range': [{ State: { $gt: 'F' } }, [1, 3, 5, 7, 9]],
    'no number by a text': [{ State: { $lt: 'F' }, Rank: { $ne: 2 } }, [0, 4, 6, 8]],
    nothing: [{ State: 'Neither' }, []],
  }

  for (const [title, [filter, numbers]] of Object.entries(cases)) {
    it(title, async () => {
      const found = await given.tasks.find(filter).sort({ Rank: 1 }).lean()

      expect(found.map(({ Rank }) => Rank)).to.deep.equal(numbers)
      expect(await given.tasks.countDocuments(filter)).to.equal(numbers.length)
    })
  }

  it('a page in order', async () => {
    const page = await given.tasks.find({ SpaceId: 'Spaces-1' }).sort({ Rank: -1 }).skip(1).limit(2)

    expect(page.map(({ Rank }) => Rank)).to.deep.equal([3, 2])
  })

  it('a page in an order that no index has', async () => {
    const order = { 'Values.Depth.Level': -1 } as const
    const page = await given.tasks.find({ State: 'Even' }).sort(order).skip(1).limit(2).lean()

    expect(page.map(({ Rank }) => Rank)).to.deep.equal([6, 4])
  })

  it('what is missing before what is there', async () => {
    const [first] = await given.tasks.find().sort({ At: 1 }).limit(1).lean()

    expect(first?._id).to.equal('Tasks-3')
  })

  it('different values', async () => {
    expect(await given.tasks.distinct('State', { Rank: { $lt: 9 } })).to.have.members([
      'Odd',
      'Even',
    ])
    expect(await given.tasks.distinct('Tags', { Rank: { $lt: 4 } })).to.have.members([
      'three',
      'n0',
      'n3',
    ])
  })

  it('sums', async () => {
    const sums = await given.tasks.aggregate([
      { $match: { SpaceId: 'Spaces-1' } },
      { $group: { _id: '$State', Sum: { $sum: '$Rank' } } },
      { $sort: { _id: 1 } },
    ])

    expect(sums).to.deep.equal([
      { _id: 'Even', Sum: 6 },
      { _id: 'Odd', Sum: 4 },
    ])
  })

  it('only the fields that are asked for', async () => {
    const [some, others, inside] = await Promise.all([
      given.tasks.findById('Tasks-1').select('Rank').lean(),
      given.tasks.findById('Tasks-1').select('-Values -At -Tags').lean(),
      given.tasks.findById('Tasks-1').select({ 'Values.Depth': 1, _id: 0 }).lean(),
    ])

    expect(some).to.deep.equal({ _id: 'Tasks-1', Rank: 1 })
    expect(others).to.have.keys('_id', 'Rank', 'State', 'SpaceId', 'Version')
    expect(inside).to.deep.equal({ Values: { Depth: { Level: 1 } } })
  })

  it('one after the other, without loading all', async () => {
    const seen: string[] = []
    for await (const { _id } of given.tasks.find({ State: 'Odd' }).sort({ Rank: -1 }).cursor()) {
      seen.push(_id)
      await given.tasks.deleteOne({ _id: 'Tasks-3' })
    }

    expect(seen.slice(0, 3)).to.deep.equal(['Tasks-9', 'Tasks-7', 'Tasks-5'])
  })
})
