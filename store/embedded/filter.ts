import { AFTER_TEXTS, type Doc, type Scalar, scalarOf } from './encoding.ts'

/** A filter as far as SQL can answer it. */
export interface Plan {
  /** A condition that every match meets, with `?` for each of `values`. */
  where: string
  values: Scalar[]
  /** Whether all that meets the condition is a match, so that nobody need look again. */
  isExact: boolean
}

/** What SQL knows of a field. */
export interface Column {
  field: string
  /** Holds the value where it is a scalar. */
  name: string
  /** The table of what is inside the field's arrays, when there are such. */
  elements?: string
}

export type Columns = (field: string) => Column | undefined

const ANYTHING: Plan = { where: '1', values: [], isExact: true }
const UNKNOWN: Plan = { where: '1', values: [], isExact: false }
const RANGES: Record<string, string> = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' }

/** The part of a filter of MongoDB's language that SQL can answer by the columns of a table. */
export function planOf(filter: Doc, columns: Columns): Plan {
  const parts = Object.entries(filter).map(([key, condition]) => {
    if (key === '$and') return all((condition as Doc[]).map((part) => planOf(part, columns)))
    if (key === '$or') return any((condition as Doc[]).map((part) => planOf(part, columns)))
    const column = columns(key)
    return column ? conditionOn(column, condition) : UNKNOWN
  })
  return all(parts)
}

function all(plans: Plan[]): Plan {
  const useful = plans.filter(({ where }) => where !== '1')
  const isExact = plans.every((plan) => plan.isExact)
  if (useful.length === 0) return isExact ? ANYTHING : UNKNOWN
  const where = useful.map((plan) => plan.where).join(' AND ')
  return { where, values: useful.flatMap(({ values }) => values), isExact }
}

function any(plans: Plan[]): Plan {
  if (plans.some(({ where }) => where === '1')) return UNKNOWN
  return {
    where: `(${plans.map(({ where }) => `(${where})`).join(' OR ')})`,
    values: plans.flatMap(({ values }) => values),
    isExact: plans.every(({ isExact }) => isExact),
  }
}

function conditionOn(column: Column, condition: unknown): Plan {
  if (!isOperators(condition)) return equality(column, condition)
  return all(
    Object.entries(condition).map(([operator, operand]) => operation(column, operator, operand)),
  )
}

function isOperators(condition: unknown): condition is Doc {
  if (typeof condition !== 'object' || condition === null) return false
  if (Object.getPrototypeOf(condition) !== Object.prototype) return false
  return Object.keys(condition).some((key) => key.startsWith('$'))
}

function operation(column: Column, operator: string, operand: unknown): Plan {
  if (operator === '$eq') return equality(column, operand)
  if (operator === '$in') return oneOf(column, operand as unknown[])
  // Of arrays, MongoDB says these in ways of its own.
  if (column.elements) return UNKNOWN
  if (operator === '$ne') return inequality(column, operand)
  const sign = RANGES[operator]
  return sign ? range(column, sign, operand) : UNKNOWN
}

function equality(column: Column, value: unknown): Plan {
  const scalar = sqlValueOf(value)
  if (scalar === undefined) return UNKNOWN
  if (scalar !== null) return match(column, '= ?', scalar)
  if (column.elements) return UNKNOWN
  return { where: `${column.name} IS NULL`, values: [], isExact: true }
}

function inequality({ name }: Column, value: unknown): Plan {
  const scalar = sqlValueOf(value)
  if (scalar === undefined) return UNKNOWN
  return { where: `${name} IS NOT ?`, values: [scalar], isExact: true }
}

function oneOf(column: Column, list: unknown[]): Plan {
  const scalars = list.map(sqlValueOf)
  if (scalars.includes(undefined)) return UNKNOWN
  const known = scalars.filter((scalar) => scalar !== null)
  // One `?` for a list of any length: each length as a statement of its own would fill the cache.
  const isOneOf = match(column, 'IN (SELECT value FROM json_each(?))', JSON.stringify(known))
  return known.length === list.length ? isOneOf : any([isOneOf, equality(column, null)])
}

/** The scalar meets a condition, or one inside the array. */
function match({ name, field, elements }: Column, condition: string, value: Scalar): Plan {
  const where = `${name} ${condition}`
  if (!elements) return { where, values: [value], isExact: true }
  const inside = `seq IN (SELECT seq FROM ${elements} WHERE field = ? AND value ${condition})`
  return { where: `(${where} OR ${inside})`, values: [value, field, value], isExact: true }
}

/** MongoDB compares a value with those of its own type only; in SQL all types are one order. */
function range({ name }: Column, sign: string, value: unknown): Plan {
  const scalar = scalarOf(value)
  if (scalar === undefined || scalar === null) return UNKNOWN
  const limit = { where: `${name} ${sign} ?`, values: [scalar], isExact: true }
  const [first, after] = boundsOf(scalar)
  const isUp = sign.startsWith('>')
  const bound = isUp ? after : first
  if (bound === undefined) return limit
  return all([limit, { where: `${name} ${isUp ? '<' : '>='} ?`, values: [bound], isExact: true }])
}

/** The least scalar of a type, and the least of the next. Before numbers there is only null. */
function boundsOf(scalar: string | number): [Scalar | undefined, Scalar] {
  if (typeof scalar === 'number') return [undefined, '']
  if (!scalar.startsWith(AFTER_TEXTS)) return ['', AFTER_TEXTS]
  const type = scalar.slice(0, AFTER_TEXTS.length + 1)
  return [type, `${type}\u{10FFFF}`]
}

/** A pattern matches many texts, and is for mingo. */
const sqlValueOf = (value: unknown) => (value instanceof RegExp ? undefined : scalarOf(value))
