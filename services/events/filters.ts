import { InvalidError } from '#bus/errors.ts'
import type { EventFilters } from './events.contract.ts'
import { categoriesIn, establishedBy, kindsOf } from './kinds.ts'

const texts = {
  type: 'array',
  items: 'string',
  convert: true,
  optional: true,
  max: 10_000,
} as const
const number = { type: 'number', convert: true, optional: true } as const
const date = { type: 'string', optional: true, max: 100 } as const

/** The validator's rules for `EventFilters`. */
export const filterRules = {
  ids: texts,
  regarding: texts,
  regardingAny: texts,
  from: date,
  to: date,
  fromAutoId: number,
  toAutoId: number,
  eventCategories: texts,
  eventGroups: texts,
  eventAgents: texts,
  documentTypes: texts,
  users: texts,
  projects: texts,
  environments: texts,
  tenants: texts,
} as const

type Filter = Record<string, unknown>

/** The filters as the store understands them: an event must pass each. An empty list filters nothing. */
export function conditionsOf(asked: EventFilters): Filter[] {
  const about = (ids?: string[]) => among('RelatedDocumentIds', ids)
  return [
    ...among('_id', asked.ids),
    ...(asked.regarding ?? []).map((id) => ({ RelatedDocumentIds: id })),
    ...about(asked.regardingAny),
    ...about(asked.projects),
    ...about(asked.environments),
    ...about(asked.tenants),
    ...among('UserId', asked.users),
    ...among('Category', asked.eventCategories),
    ...among('Category', asked.eventGroups, categoriesIn),
    ...among('IdentityEstablishedWith', asked.eventAgents, establishedBy),
    ...among('_kind', asked.documentTypes, kindsOf),
    ...between('Occurred', isoOf(asked.from), isoOf(asked.to)),
    ...between('AutoId', asked.fromAutoId, asked.toAutoId),
  ]
}

function among(
  field: string,
  wish: string[] = [],
  read: (wish: string[]) => string[] = (same) => same,
): Filter[] {
  return wish.length === 0 ? [] : [{ [field]: { $in: read(wish) } }]
}

function between<T>(field: string, from: T | undefined, to: T | undefined): Filter[] {
  return [
    ...(from === undefined ? [] : [{ [field]: { $gte: from } }]),
    ...(to === undefined ? [] : [{ [field]: { $lte: to } }]),
  ]
}

/** Times are stored in one form of text, in which order is order in time. */
function isoOf(text?: string): string | undefined {
  if (!text) return undefined
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new InvalidError([`'${text}' is not a date and time.`])
  return new Date(at).toISOString()
}
