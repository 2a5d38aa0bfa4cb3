import type { Doc } from './encoding.ts'

type Operators = Record<string, Doc>

/** How each operator changes a field of the document itself, where that is plain. */
const CHANGES: Record<string, (doc: Doc, field: string, operand: unknown) => void> = {
  $set: (doc, field, value) => {
    doc[field] = value
  },
  $unset: (doc, field) => {
    delete doc[field]
  },
  $inc: (doc, field, amount) => {
    doc[field] = Number(doc[field] ?? 0) + Number(amount)
  },
  $push: (doc, field, operand) => {
    const items = isEach(operand) ? operand.$each : [operand]
    doc[field] = [...((doc[field] as unknown[] | undefined) ?? []), ...items]
  },
}

/**
 * Does the updates that most writes are, a hundred times as quick as mingo, which prepares for
 * all that MongoDB knows. Answers false when the update is of another sort, and nothing is done.
 */
export function updatedQuickly(doc: Doc, operators: Operators): boolean {
  const steps = Object.entries(operators).flatMap(([operator, fields]) =>
    Object.entries(fields).map(([field, operand]) => ({ operator, field, operand })),
  )
  // Two operators on one field are an error, which mingo words.
  if (new Set(steps.map(({ field }) => field)).size < steps.length) return false
  const isPlain = steps.every(
    ({ operator, field, operand }) =>
      /^(?!__proto__$|_id$)[^.$]+$/.test(field) && isQuick(operator, doc[field], operand),
  )
  if (!isPlain) return false
  for (const { operator, field, operand } of steps) CHANGES[operator]?.(doc, field, operand)
  return true
}

function isQuick(operator: string, value: unknown, operand: unknown): boolean {
  if (operator === '$inc') return isNumberOrMissing(value) && typeof operand === 'number'
  if (operator === '$push') {
    return (
      (value === undefined || Array.isArray(value)) && (isEach(operand) || !isModified(operand))
    )
  }
  return operator in CHANGES
}

const isNumberOrMissing = (value: unknown) => value === undefined || typeof value === 'number'

/** Whether it names several items and nothing more of what `$push` knows. */
const isEach = (operand: unknown): operand is { $each: unknown[] } =>
  isModified(operand) && Object.keys(operand).length === 1 && Array.isArray(operand.$each)

const isModified = (operand: unknown): operand is { $each: unknown } =>
  typeof operand === 'object' && operand !== null && '$each' in operand
