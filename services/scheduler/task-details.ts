import { categories, type Letter } from '#domain/log-line.ts'
import type { LogLine } from '#store/log-file.ts'
import type { StoredTask } from './task.model.ts'
import { type ActivityNode, activitiesOf } from './task-activities.ts'
import { activityId, logOf, progressIn } from './task-log.ts'
import { isEnded, taskOf } from './task-view.ts'
import type { Activity, LogElement, TaskDetails, Waiting } from './tasks.contract.ts'

/** So many lines of one activity are told when nobody says how many; the whole is in the raw log. */
const MOST_LINES = 10_000

/** A task with the tree of its activities and their last `tail` lines. */
export async function detailsOf(
  stored: StoredTask,
  {
    tail = MOST_LINES,
    now,
    waiting,
  }: { tail?: number | undefined; now: number; waiting: Waiting | null },
): Promise<TaskDetails> {
  const { root, flat } = activitiesOf(stored)
  const log = logOf(stored._id)
  const [totals, { bytes }, entries] = await Promise.all([log.totals(), log.size(), log.entries()])
  const firsts = new Map<string, number>()
  const lasts = new Map<string, number>()
  for (const { activity, first, lines } of entries) {
    if (!firsts.has(activity)) firsts.set(activity, first)
    lasts.set(activity, first + lines - 1)
  }
  const lines = new Map<string, LogElement[]>()
  if (tail > 0)
    for (const { id } of flat) {
      const total = totals.get(id)?.lines ?? 0
      const found =
        total > 0 ? await log.readTail({ activity: id, take: Math.min(tail, MOST_LINES) }) : []
      lines.set(id, [...gap(total - found.length, found[0]), ...found.map(elementOf)])
    }
  const progress = progressIn(stored._id)

  const activity = (node: ActivityNode): Activity => ({
    Id: activityId(stored._id, node.id),
    Name: node.name,
    Status: node.status,
    Started: isoOf(node.startedAt),
    Ended: isoOf(node.endedAt),
    ShowAtSummaryLevel: node.depth < 2,
    ProgressPercentage: progress.get(node.id)?.percentage ?? doneOf(node),
    ProgressMessage: progress.get(node.id)?.message ?? '',
    LineCount: totals.get(node.id)?.lines ?? 0,
    FirstLine: firsts.get(node.id) ?? null,
    LastLine: lasts.get(node.id) ?? null,
    LogElements: lines.get(node.id) ?? [],
    WorkerId: node.worker?.id ?? null,
    WorkerName: node.worker?.name ?? null,
    Children: node.children.map(activity),
  })

  return {
    Task: taskOf(stored, now),
    ActivityLogs: [activity(root)],
    PhysicalLogSize: bytes,
    Progress: { ProgressPercentage: percentOf(stored, root), EstimatedTimeRemaining: '' },
    WaitsFor: waiting,
    Facts: {
      DeployedBy: stored.CreatedBy,
      Workers: [...new Set(flat.flatMap(({ worker }) => worker?.name ?? []))],
    },
  }
}

const isoOf = (at: number | null) => (at === null ? null : new Date(at).toISOString())

/** Instead of the lines that are left out. */
function gap(missing: number, next: LogLine | undefined): LogElement[] {
  if (missing <= 0 || !next) return []
  return [
    {
      Number: next.number - 1,
      OccurredAt: new Date(next.at).toISOString(),
      Category: 'Gap',
      MessageText: `${missing} lines are left out here. The raw log has them.`,
      Detail: null,
    },
  ]
}

const elementOf = ({ number, at, category, text }: LogLine): LogElement => ({
  Number: number,
  OccurredAt: new Date(at).toISOString(),
  Category: categories[category as Letter] ?? 'Info',
  MessageText: text,
  Detail: null,
})

const OVER = ['Success', 'SuccessWithWarning', 'Failed', 'Skipped', 'Canceled']

const doneOf = ({ status }: ActivityNode) => (OVER.includes(status) ? 100 : 0)

/** Steps that are over, of all there are: what runs counts by what it says itself. */
function percentOf(task: StoredTask, root: ActivityNode): number {
  if (isEnded(task.State)) return 100
  if (root.children.length === 0) return 0
  const progress = progressIn(task._id)
  const done = root.children.map((step) => {
    if (OVER.includes(step.status)) return 100
    const [unit] = step.children
    return (unit && progress.get(unit.id)?.percentage) ?? 0
  })
  return Math.floor(done.reduce((sum, one) => sum + one, 0) / done.length)
}
