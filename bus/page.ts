/** One page of a list, as an action answers it; the gateway adds the envelope and the links. */
export interface Page<T> {
  Items: T[]
  /** After the filters, over all pages. */
  TotalResults: number
  /** The `take` in force. */
  ItemsPerPage: number
  Skip: number
}

/** What every list of a space understands. */
export interface ListParams {
  spaceId: string
  skip?: number
  /** 30 when not given or 0. */
  take?: number
  /** Only these, unknown ones are dropped. */
  ids?: string[]
  /** A part of the name, in any case; an exact name comes first. */
  partialName?: string
  /** The exact name, in any case. */
  name?: string
}

/** How many items a page has when nobody says. */
export const DEFAULT_TAKE = 30

/** The validator's rule for a number of items. `takeAll` is the most that clients say. */
export const countRule = {
  type: 'number',
  integer: true,
  min: 0,
  max: 2_147_483_647,
  convert: true,
  optional: true,
} as const

/** The validator's rules for `ListParams` without the space: for lists of the whole server. */
export const systemListRules = {
  skip: countRule,
  take: countRule,
  ids: { type: 'array', items: 'string', convert: true, optional: true, max: 10_000 },
  partialName: { type: 'string', optional: true, max: 200 },
  name: { type: 'string', optional: true, max: 200 },
} as const

/** The validator's rules for `ListParams`. */
export const listRules = { spaceId: 'string', ...systemListRules } as const
