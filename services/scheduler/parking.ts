/**
 * Tasks that wait, for days if need be, for what is not this server's to do. A parked task stays Executing
 * and no scheduler has it: it takes no place of a cap, and no start and no death of one touches it.
 *
 *     executor ──park──▶ parked ──settle──▶ Success | Failed | Canceled
 *                          └──cancel──▶ given back to a scheduler, as one whose scheduler has died
 *
 * Its log is still written by one process at a time: who wants to write and was not the last to, takes
 * the next term first, as a scheduler does that takes a task over (`store/log-segments.ts`).
 */
import { randomUUID } from 'node:crypto'
import type { Model } from 'mongoose'
import { type Category, formatLine, letterOf } from '#domain/log-line.ts'
import { LogSealedError } from '#store/log-file.ts'
import { LeaseLostError } from './lease.ts'
import { type Note, PARKED, type Settlement, type StoredTask } from './task.model.ts'
import { endOf } from './task-end.ts'
import { logOf } from './task-log.ts'
import { ACTIVE, RUNNING } from './task-view.ts'

type Tasks = Model<StoredTask>

/** This process, among those that write the logs of parked tasks. */
const thisWriter = `parked-${randomUUID()}`

const isParked = { State: 'Executing', '_lease.until': PARKED } as const

/** Why a task was not parked: it is to end, at once. */
export type Unparked = 'cancelled' | Settlement

/**
 * Parks a task that an executor holds, with what it waits for as a sentence. Answers null, or why it is
 * to end instead: it was settled or cancelled meanwhile.
 */
export async function park(
  tasks: Tasks,
  { _id, _lease }: Pick<StoredTask, '_id' | '_lease'>,
  waitsFor: string,
): Promise<Unparked | null> {
  const { matchedCount } = await tasks.updateOne(
    {
      _id,
      State: 'Executing',
      '_lease.token': _lease?.token ?? '',
      _settlement: { $exists: false },
    },
    {
      $set: {
        HasPendingInterruptions: true,
        ServerNode: null,
        LastUpdatedTime: new Date().toISOString(),
        '_lease.token': thisWriter,
        '_lease.until': PARKED,
        _waits: waitsFor,
      },
    },
  )
  const now = matchedCount > 0 ? null : await tasks.findById(_id).lean<StoredTask>()
  // Or it was parked by a write whose answer did not come.
  if (!now || (now._lease?.token === thisWriter && now._lease.until === PARKED)) {
    await writeNotes(tasks, _id)
    return null
  }
  if (now._lease?.token !== _lease?.token) throw new LeaseLostError(_id)
  if (!now._settlement) return 'cancelled'
  await appendNotes(tasks, now, _lease?.term ?? 1)
  return now._settlement
}

/** How a task was settled that is not parked, null when it was not. Writes what was noted under the term of its lease. */
export async function settledMeanwhile(
  tasks: Tasks,
  _id: string,
  term: number,
): Promise<Settlement | null> {
  const task = await tasks.findById(_id).lean<StoredTask>()
  if (task) await appendNotes(tasks, task, term)
  return task?._settlement ?? null
}

/**
 * Adds lines to the log of a task that is parked, or will be. `key` names them, so that they are there
 * once however often they come. A task that has ended takes none.
 */
export async function note(
  tasks: Tasks,
  { id, key, lines, waitsFor }: NoteWish,
): Promise<{ isNoted: boolean }> {
  const at = Date.now()
  const text = lines.map((line) => formatLine(at, letterOf(line.category), line.text)).join('')
  const added: Note = { key: key ?? randomUUID(), text }
  const active = { _id: id, State: { $in: [...ACTIVE] } }
  await tasks.updateOne(
    { ...active, '_notes.key': { $ne: added.key } },
    {
      $set: {
        LastUpdatedTime: new Date(at).toISOString(),
        ...(waitsFor !== undefined && { _waits: waitsFor }),
      },
      ...(text !== '' && { $push: { _notes: added } }),
    },
  )
  await writeNotes(tasks, id)
  return { isNoted: (await tasks.countDocuments(active)) > 0 }
}

interface NoteWish {
  id: string
  key?: string
  lines: readonly { category: Category; text: string }[]
  waitsFor?: string
}

/** Moves what was noted of a parked task to its log. Of one that is not parked, its executor will. */
async function writeNotes(tasks: Tasks, _id: string): Promise<void> {
  for (;;) {
    const task = await tasks.findOne({ _id, ...isParked }).lean<StoredTask>()
    if (!task?._lease || !task._notes?.length) return
    const term = await termOf(tasks, task)
    if (term === null) continue
    try {
      await appendNotes(tasks, task, term)
    } catch (error) {
      // Another process writes now. What it has not found there, is written under the next term.
      if (!(error instanceof LogSealedError)) throw error
    }
  }
}

/** Writes what was noted to the log, under a term of it; each note once, by its key. */
async function appendNotes(
  tasks: Tasks,
  { _id, _notes = [] }: Pick<StoredTask, '_id'> & Partial<Pick<StoredTask, '_notes'>>,
  term: number,
): Promise<void> {
  if (_notes.length === 0) return
  for (const { key, text } of _notes)
    await logOf(_id).append({ activity: '', text, runId: `note-${key}`, seq: 1 }, { term })
  const keys = _notes.map(({ key }) => key)
  await tasks.updateOne({ _id }, { $pull: { _notes: { key: { $in: keys } } } })
}

/** The term under which this process may write; null when another was faster to take the next one. */
async function termOf(tasks: Tasks, { _id, _lease }: StoredTask): Promise<number | null> {
  if (_lease?.token === thisWriter) return _lease.term
  const taken = await tasks
    .findOneAndUpdate(
      { _id, ...isParked, '_lease.token': _lease?.token ?? '' },
      { $set: { '_lease.token': thisWriter }, $inc: { '_lease.term': 1 } },
      { returnDocument: 'after' },
    )
    .lean<StoredTask>()
  return taken?._lease?.term ?? null
}

/**
 * Ends a task that is parked. One that is on its way there ends as soon as it gets there; one that has
 * ended stays as it is. Answers whether it has ended by this.
 */
export async function settle(
  tasks: Tasks,
  { id: _id, ...settlement }: { id: string } & Settlement,
): Promise<boolean> {
  await writeNotes(tasks, _id)
  const end = endOf(settlement.state, settlement)
  for (;;) {
    const parked = await tasks.updateOne({ _id, ...isParked }, end)
    if (parked.matchedCount > 0) return true
    const waiting = await tasks.updateOne(
      { _id, State: { $in: [...ACTIVE] }, '_lease.until': { $ne: PARKED } },
      { $set: { _settlement: settlement } },
    )
    if (waiting.matchedCount > 0) return false
    const isActive = await tasks.countDocuments({ _id, State: { $in: [...ACTIVE] } })
    if (isActive === 0) return false
  }
}

/** Begins to cancel a parked task: a scheduler takes it over, and ends it. Whether it was parked. */
export async function unpark(tasks: Tasks, _id: string): Promise<boolean> {
  const { matchedCount } = await tasks.updateOne(
    { _id, ...isParked },
    {
      $set: {
        State: 'Cancelling',
        LastUpdatedTime: new Date().toISOString(),
        HasPendingInterruptions: false,
        '_lease.until': 0,
        _waits: null,
      },
    },
  )
  return matchedCount > 0
}

/** Matches the tasks that some scheduler executes. */
export const executed = { State: { $in: RUNNING }, '_lease.until': { $lt: PARKED } } as const
