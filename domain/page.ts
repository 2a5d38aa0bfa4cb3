/** As many as a page can have: the `take` that asks for everything. */
export const takeAll = 2147483647

/** How many a page has when its reader does not say. */
export const takeDefault = 30

/** Where a page begins and how long it is; `faults` tells what is wrong with what was asked. */
export interface Paging {
  skip: number
  take: number
  faults: string[]
}

/** Reads `skip` and `take` of a query, texts or numbers; a `take` of 0 is the default. */
export function paging(query: { skip?: unknown; take?: unknown }): Paging {
  const [skip, take] = [countOf(query.skip), countOf(query.take)]
  const faults = [
    ...(Number.isNaN(skip) ? [faultOf('skip')] : []),
    ...(Number.isNaN(take) ? [faultOf('take')] : []),
  ]
  return { skip: skip || 0, take: take || takeDefault, faults }
}

/** NaN for what is no count. */
function countOf(value: unknown): number {
  if (value === undefined || value === null || value === '') return 0
  const isCount = /^\d{1,10}$/.test(String(value)) && Number(value) <= takeAll
  return isCount ? Number(value) : Number.NaN
}

const faultOf = (name: string) => `'${name}' must be a whole number from 0 to ${takeAll}.`

type Filters = Record<string, unknown>

/** A page as clients get it. */
export interface Page<T> {
  ItemType: string
  TotalResults: number
  ItemsPerPage: number
  NumberOfPages: number
  LastPageNumber: number
  Items: T[]
  Links: Record<string, string>
}

/**
 * Wraps the items of one page. `path` is that of the list, without a query; `query` has the
 * filters in force, which every link keeps (`skip` and `take` in it are ignored).
 */
export function pageOf<T>(list: {
  itemType: string
  path: string
  query?: Filters
  /** Names of all filters the list knows, for the template. */
  filters?: readonly string[]
  skip: number
  take: number
  total: number
  items: T[]
}): Page<T> {
  const { take, total } = list
  const pages = Math.max(1, Math.ceil(total / take))
  return {
    ItemType: list.itemType,
    TotalResults: total,
    ItemsPerPage: take,
    NumberOfPages: pages,
    LastPageNumber: pages - 1,
    Items: list.items,
    Links: linksOf(list, pages),
  }
}

function linksOf(list: Parameters<typeof pageOf>[0], pages: number): Record<string, string> {
  const { path, query = {}, skip, take, total } = list
  const kept = Object.entries(query).filter(([name]) => !/^(skip|take)$/i.test(name))
  const at = (from: number, count = take) =>
    `${path}?${[`skip=${from}`, `take=${count}`, ...kept.flatMap(partsOf)].join('&')}`
  const names = new Set(['skip', 'take', ...(list.filters ?? kept.map(([name]) => name))])
  return {
    Self: at(skip),
    Template: `${path}{?${[...names].join(',')}}`,
    'Page.All': at(0, takeAll),
    'Page.Current': at(skip),
    'Page.Last': at((pages - 1) * take),
    ...(skip + take < total ? { 'Page.Next': at(skip + take) } : {}),
    ...(skip > 0 ? { 'Page.Previous': at(Math.max(0, skip - take)) } : {}),
  }
}

/** A list is told as the same name again and again, so that a comma in a value stays one. */
function partsOf([name, value]: [string, unknown]): string[] {
  const values = Array.isArray(value) ? value : [value]
  return values
    .filter((one) => one !== undefined && one !== null && one !== '')
    .map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`)
}
