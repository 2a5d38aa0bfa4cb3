import { InvalidError } from '#bus/errors.ts'
import { patternOf } from '#domain/name.ts'
import { ACTIVE, RUNNING } from './task-view.ts'
import type { TaskFilters } from './tasks.contract.ts'

/** The validator's rules for `TaskFilters`. */
export const filterRules = {
  ids: { type: 'array', items: 'string', convert: true, optional: true, max: 10_000 },
  name: { type: 'string', optional: true },
  states: { type: 'array', items: 'string', convert: true, optional: true },
  project: { type: 'string', optional: true },
  environment: { type: 'string', optional: true },
  tenant: { type: 'string', optional: true },
  active: { type: 'boolean', convert: true, optional: true },
  running: { type: 'boolean', convert: true, optional: true },
  node: { type: 'string', optional: true },
  hasPendingInterruptions: { type: 'boolean', convert: true, optional: true },
  hasWarningsOrErrors: { type: 'boolean', convert: true, optional: true },
  partialName: { type: 'string', optional: true, max: 200 },
  description: { type: 'string', optional: true, max: 200 },
  fromQueueDate: { type: 'string', optional: true },
  toQueueDate: { type: 'string', optional: true },
  fromStartDate: { type: 'string', optional: true },
  toStartDate: { type: 'string', optional: true },
  fromCompletedDate: { type: 'string', optional: true },
  toCompletedDate: { type: 'string', optional: true },
  spaces: { type: 'array', items: 'string', convert: true, optional: true },
  includeSystem: { type: 'boolean', convert: true, optional: true },
} as const

type Filter = Record<string, unknown>

/** The filters of a list of tasks as the store understands them. A date that is none is refused. */
export function filterOf(asked: TaskFilters): Filter {
  const states = [
    ...(asked.states?.length ? [asked.states] : []),
    ...(asked.active === true ? [ACTIVE] : []),
    ...(asked.running === true ? [RUNNING] : []),
  ]
  return {
    ...(asked.ids && { _id: { $in: asked.ids } }),
    ...(states.length > 0 && { State: { $in: common(states) } }),
    ...(asked.name && { Name: asked.name }),
    ...(asked.project && { ProjectId: asked.project }),
    ...(asked.environment && { EnvironmentId: asked.environment }),
    ...(asked.tenant && { TenantId: asked.tenant }),
    ...(asked.node && { ServerNode: asked.node }),
    ...(asked.hasPendingInterruptions !== undefined && {
      HasPendingInterruptions: asked.hasPendingInterruptions,
    }),
    ...(asked.hasWarningsOrErrors !== undefined && {
      HasWarningsOrErrors: asked.hasWarningsOrErrors,
    }),
    ...textFilter(asked.partialName ?? asked.description),
    ...between('QueueTime', asked.fromQueueDate, asked.toQueueDate),
    ...between('StartTime', asked.fromStartDate, asked.toStartDate),
    ...between('CompletedTime', asked.fromCompletedDate, asked.toCompletedDate),
  }
}

const textFilter = (text?: string): Filter =>
  text ? { Description: new RegExp(patternOf(text), 'i') } : {}

const common = (lists: (readonly string[])[]) =>
  (lists[0] ?? []).filter((state) => lists.every((list) => list.includes(state)))

/** Times are stored in one form of text, in which order is order in time. */
function between(field: string, from?: string, to?: string): Filter {
  if (!from && !to) return {}
  return { [field]: { ...(from && { $gte: isoOf(from) }), ...(to && { $lte: isoOf(to) }) } }
}

function isoOf(text: string): string {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new InvalidError([`'${text}' is not a date and time.`])
  return new Date(at).toISOString()
}
