import { update as applyOperators, updateOne as applyStages } from 'mingo'
import mongoose from 'mongoose'
import { type Doc, plainCopy } from './encoding.ts'
import { updatedQuickly } from './quick-update.ts'

const { ObjectId } = mongoose.mongo

export interface UpdateOptions {
  filter?: Doc
  arrayFilters?: Doc[]
}

type Operators = Record<string, Doc>

/** A document after an update of MongoDB's language, which may change the one given. */
export function updated(doc: Doc, update: unknown, options: UpdateOptions = {}): Doc {
  const { filter = {}, arrayFilters = [] } = options
  if (Array.isArray(update)) {
    const documents = [doc]
    applyStages(documents, {}, update)
    return documents[0] ?? doc
  }
  const { $setOnInsert, ...operators } = plainCopy(update) as Operators
  // What does not change the id may name it.
  if (operators.$set && operators.$set._id === doc._id) delete operators.$set._id
  if (updatedQuickly(doc, operators)) return doc
  // mingo wants the filter for 'Steps.$.Name' alone, and would test it once more.
  const isPositional = Object.values(operators).some((fields) =>
    Object.keys(fields).some((field) => /\.\$(\.|$)/.test(field)),
  )
  applyOperators(doc, operators, arrayFilters, isPositional ? filter : {})
  return doc
}

/** A document in place of another, whose id it keeps. */
export const replaced = ({ _id }: Doc, replacement: unknown): Doc => {
  const { _id: _ignored, ...fields } = replacement as Doc
  return { _id, ...fields }
}

/** What an upsert inserts: what the filter says, and then the update. */
export function insertedBy(filter: Doc, update: unknown, options: UpdateOptions = {}): Doc {
  const { $setOnInsert, ...operators } = update as Operators
  const start = saidBy(filter)
  const fields: Operators = Array.isArray(update) ? {} : (plainCopy(operators) as Operators)
  const onInsert: Doc = $setOnInsert ? (plainCopy($setOnInsert) as Doc) : {}
  const _id = start._id ?? onInsert._id ?? fields.$set?._id ?? new ObjectId()
  delete onInsert._id
  delete fields.$set?._id
  const doc = updated({ ...start, _id }, Array.isArray(update) ? update : fields, options)
  return updated(doc, { $set: onInsert })
}

/** Whether an update is operators, and not a document. */
export const isOperators = (update: unknown): boolean =>
  Array.isArray(update) || Object.keys(update as Doc).some((key) => key.startsWith('$'))

/** The fields that a filter gives a value to. */
function saidBy(filter: Doc): Doc {
  const doc: Doc = {}
  for (const [field, condition] of Object.entries(filter)) {
    if (field === '$and') for (const part of condition as Doc[]) Object.assign(doc, saidBy(part))
    if (field.startsWith('$')) continue
    const value = valueSaidBy(condition)
    // mingo lets nobody set an id.
    if (field === '_id') doc._id = value
    else if (value !== undefined) applyOperators(doc, { $set: { [field]: plainCopy(value) } })
  }
  return doc
}

function valueSaidBy(condition: unknown): unknown {
  if (condition instanceof RegExp) return undefined
  if (typeof condition !== 'object' || condition === null) return condition
  const operators = Object.entries(condition)
  if (!operators.some(([key]) => key.startsWith('$'))) return condition
  return (condition as Doc).$eq
}
