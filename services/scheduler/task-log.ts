/** The log of a task: who writes to it, and the ways in which it is read. */
import { Readable } from 'node:stream'
import { VERSION } from '#bus/version.ts'
import { durationBetween } from '#domain/duration.ts'
import { categories, formatLine, type Letter } from '#domain/log-line.ts'
import { rawActivity, rawHeader, rawLine } from '#domain/raw-log.ts'
import { type LogLine, openLog } from '#store/log-file.ts'
import type { StoredTask } from './task.model.ts'
import { activitiesOf } from './task-activities.ts'
import { taskOf } from './task-view.ts'
import type { LogItem } from './tasks.contract.ts'

/** How far a unit says it is. */
export interface UnitProgress {
  percentage: number
  message: string
}

type LevelFilter = 'all' | 'normal' | 'problems'

/** What an executor writes to the log of its task. */
export interface TaskLog {
  /** A line of Tako's own; the whole task's when `activity` is ''. */
  say(activity: string, letter: Letter, text: string): Promise<void>
  /** How far a unit says it is; kept while the task runs, for those who watch. */
  progress(unit: string, progress: UnitProgress): void
}

const DEFAULT_TAKE = 2000
const MOST_FOUND = 10_000
/** Tasks whose progress is known; more run on no cluster at once. */
const MOST_PROGRESSES = 5000
/** Search reads so many lines at a time. */
const PIECE = 5000

const nameOf = (taskId: string) => `tasks/${taskId}`
export const logOf = (taskId: string) => openLog(nameOf(taskId))

/** Progress of units that run now, by the id of their task. */
const progresses = new Map<string, Map<string, UnitProgress>>()
export const progressIn = (taskId: string): ReadonlyMap<string, UnitProgress> =>
  progresses.get(taskId) ?? new Map()
export const forgetProgress = (taskId: string) => progresses.delete(taskId)

/** Keeps what the node that runs a task tells of its progress. The last word of one may be lost. */
export function hearProgress(taskId: string, progress: Record<string, UnitProgress>): void {
  // Set anew, so that the first in the map is the one that nothing was heard of for longest.
  progresses.delete(taskId)
  if (Object.keys(progress).length > 0) progresses.set(taskId, new Map(Object.entries(progress)))
  const oldest = progresses.keys().next().value
  if (progresses.size > MOST_PROGRESSES && oldest !== undefined) progresses.delete(oldest)
}

/** `term` is that of the lease under which is written. */
export function writerFor(
  taskId: string,
  { term, ...tell }: { term: number; logged(): void; changed(): void },
): TaskLog {
  return {
    async say(activity, letter, text) {
      const line = { activity, text: formatLine(Date.now(), letter, text) }
      await logOf(taskId).append(line, { term })
      tell.logged()
    },
    progress(unit, progress) {
      const units = progresses.get(taskId) ?? new Map()
      progresses.set(taskId, units.set(unit, progress))
      tell.changed()
    },
  }
}

const shown = {
  all: () => true,
  normal: ({ category }: LogLine) => category !== 't' && category !== 'v',
  problems: ({ category }: LogLine) => 'wef'.includes(category),
} satisfies Record<LevelFilter, (line: LogLine) => boolean>

interface Wish {
  from?: number
  take?: number
  tail?: number
  activity?: string
  level?: LevelFilter
}

/** Lines from a number on, or the last ones. */
export async function linesOf(
  taskId: string,
  { from = 1, take, tail, activity, level = 'all' }: Wish,
) {
  const log = logOf(taskId)
  const Total = (await log.size()).lines
  const of = partOf(taskId, activity)
  const itemOf = itemIn(taskId)
  if (tail !== undefined && tail > 0) {
    const lines =
      level === 'all'
        ? await log.readTail({ ...of, take: tail })
        : await tailOf(taskId, { ...of, level, take: tail })
    return { Total, Items: lines.map(itemOf), Next: null }
  }
  const wanted = take || DEFAULT_TAKE
  const found = await linesFrom(taskId, { ...of, level, from: Math.max(1, from), wanted })
  const next = found[wanted]
  return { Total, Items: found.slice(0, wanted).map(itemOf), Next: next ? next.number : null }
}

/** The last lines of a level, batch by batch from the end, so that no more is read than is needed. */
async function tailOf(
  taskId: string,
  { activity, level, take }: { activity?: string; level: LevelFilter; take: number },
): Promise<LogLine[]> {
  const log = logOf(taskId)
  const pieces: LogLine[][] = []
  let found = 0
  for (const { first, lines, ...entry } of (await log.entries()).toReversed()) {
    if (found >= take) break
    if (activity !== undefined && entry.activity !== activity) continue
    if (!mayHave(level, entry)) continue
    const piece = (await log.readLines({ from: first, take: lines })).filter(shown[level])
    found += piece.length
    pieces.push(piece)
  }
  return pieces.toReversed().flat().slice(-take)
}

/** Lines of a level from a number on, one more than is wanted when there is more. */
async function linesFrom(
  taskId: string,
  about: { activity?: string; level: LevelFilter; from: number; wanted: number },
): Promise<LogLine[]> {
  const { level, from, wanted, activity } = about
  const log = logOf(taskId)
  const found: LogLine[] = []
  for (const { first, lines, ...entry } of await log.entries()) {
    if (found.length > wanted) break
    if (first + lines <= from || (activity !== undefined && entry.activity !== activity)) continue
    if (!mayHave(level, entry)) continue
    const start = Math.max(first, from)
    const piece = await log.readLines({ from: start, take: first + lines - start })
    found.push(...piece.filter(shown[level]))
  }
  return found
}

/** A batch knows how many problems it has: of a good run's millions of lines none is read for them. */
const mayHave = (level: LevelFilter, { warnings, errors }: { warnings: number; errors: number }) =>
  level !== 'problems' || warnings + errors > 0

export async function searchIn(
  taskId: string,
  { text, activity, level = 'all' }: { text: string; activity?: string; level?: LevelFilter },
) {
  const Numbers: number[] = []
  let Count = 0
  const of = partOf(taskId, activity)
  for await (const line of logOf(taskId).search({ text, ...of })) {
    if (!shown[level](line)) continue
    Count += 1
    if (Count <= MOST_FOUND) Numbers.push(line.number)
    // A search in millions of lines lets others have their turn.
    if (Count % PIECE === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return { Count, Numbers, IsTruncated: Count > MOST_FOUND }
}

const itemIn =
  (taskId: string) =>
  ({ number, at, category, text, activity }: LogLine): LogItem => ({
    Number: number,
    OccurredAt: new Date(at).toISOString(),
    Category: categories[category as Letter] ?? 'Info',
    MessageText: text,
    Activity: activityId(taskId, activity),
  })

/** The public id of an activity: 'ServerTasks-1' for the task itself, 'ServerTasks-1/step-2'. */
export const activityId = (taskId: string, activity: string) =>
  activity === '' ? taskId : `${taskId}/${activity}`

/** The part of the log that a reader names by the public id, or the whole of it. */
function partOf(taskId: string, id: string | undefined): { activity?: string } {
  if (id === undefined) return {}
  return { activity: id === taskId ? '' : id.replace(`${taskId}/`, '') }
}

/** The whole log for people, activity by activity, as a stream that never holds more than a batch. */
export async function rawOf(stored: StoredTask, now: number): Promise<Readable> {
  const task = taskOf(stored, now)
  const date = (text: string | null) => (text === null ? null : new Date(text))
  const header = rawHeader({
    id: task.Id,
    relatedIds: [task.Arguments.DeploymentId, task.ProjectId, task.EnvironmentId].filter(
      (id): id is string => typeof id === 'string',
    ),
    status: task.State,
    queuedAt: date(task.QueueTime),
    startedAt: date(task.StartTime),
    completedAt: date(task.CompletedTime),
    duration: durationBetween(task.StartTime, task.CompletedTime, new Date(now)) || null,
    serverVersion: VERSION,
    serverNode: task.ServerNode,
  })
  return Readable.from(rawText(stored, header), { objectMode: false })
}

async function* rawText(task: StoredTask, header: string): AsyncGenerator<string> {
  yield `${header}\n`
  const log = logOf(task._id)
  for (const { id, name, status, depth } of activitiesOf(task).flat) {
    yield `${rawActivity({ status, name, depth })}\n`
    for await (const lines of log.batches({ activity: id }))
      yield lines
        .map(
          (line) =>
            `${rawLine({ ...line, category: categories[line.category as Letter] ?? 'Info' }, depth)}\n`,
        )
        .join('')
  }
}
