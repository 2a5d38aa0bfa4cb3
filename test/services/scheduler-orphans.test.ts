import { expect } from 'chai'
import type { Connection, Model } from 'mongoose'
import { isOver } from '../../services/scheduler/orphans.ts'
import { type StoredTask, taskSchema } from '../../services/scheduler/task.model.ts'
import { onEachStore } from '../support/stores.ts'

onEachStore('A run', (stores) => {
  let store: Connection
  let tasks: Model<StoredTask>

  beforeEach(async () => {
    store = stores.open()
    tasks = store.model('Task', taskSchema)
    await tasks.init()
    await tasks.insertMany([
      task('ServerTasks-runs', 'Executing'),
      task('ServerTasks-over', 'Failed'),
    ])
  })

  afterEach(() => store.dropDatabase())

  const task = (_id: string, State: StoredTask['State']) => ({
    ...{ _id, State, SpaceId: 'Spaces-1', Name: 'Deploy', Description: 'A task', _rank: 2 },
    ...{ QueueTime: '2026-05-01', LastUpdatedTime: '2026-05-01' },
    // Nobody has renewed it for long: whoever comes next goes on with it.
    _lease: { token: 'of the dead', term: 1, until: 0 },
    _journal: [
      { kind: 'unitStarted', unit: '1', attempt: 1, at: 1 },
      { kind: 'unitStarted', unit: '2', attempt: 1, at: 1 },
      {
        ...{ kind: 'unitEnded', unit: '2', attempt: 1, outcome: 'succeeded', at: 2 },
        ...{ hasWarnings: false, error: null, retryAt: null },
      },
    ],
  })

  it('is not over while the journal has no end of it, whoever executes its task, or nobody', async () => {
    expect(await isOver(tasks, 'ServerTasks-runs.1.1')).to.equal(false)
  })

  it('is over when it has ended, when another attempt has its place, and with its task', async () => {
    const over = ['runs.2.1', 'runs.1.2', 'runs.3.1', 'over.1.1', 'none.1.1'].map((run) =>
      isOver(tasks, `ServerTasks-${run}`),
    )

    expect(await Promise.all(over)).to.deep.equal([true, true, true, true, true])
    expect(await isOver(tasks, 'no run')).to.equal(true)
  })
})
