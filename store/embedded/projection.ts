import { Query } from 'mingo'
import type { Doc } from './encoding.ts'

const whole = (doc: Doc): Doc => doc

/** What a projection such as `{ Name: 1 }` or `{ Log: 0 }` leaves of a document. */
export function projected(projection: Doc | undefined): (doc: Doc) => Doc {
  const fields = Object.entries(projection ?? {})
  if (fields.length === 0) return whole
  // Most name fields of the document itself, and need not be taken apart.
  const isSimple = fields.every(([field, say]) => !field.includes('.') && isSwitch(say))
  if (!isSimple) return (doc) => projectedByMingo(doc, projection ?? {})
  const named = new Set(fields.map(([field]) => field))
  const isInclusive = fields.some(([field, say]) => field !== '_id' && Boolean(say))
  if (isInclusive && projection?._id === undefined) named.add('_id')
  if (isInclusive && projection?._id !== undefined && !projection._id) named.delete('_id')
  const isOnlyId = fields.length === 1 && Boolean(projection?._id)
  const keeps = isInclusive || isOnlyId
  return (doc) =>
    Object.fromEntries(Object.entries(doc).filter(([key]) => named.has(key) === keeps))
}

const isSwitch = (say: unknown) => typeof say === 'number' || typeof say === 'boolean'

function projectedByMingo(doc: Doc, projection: Doc): Doc {
  const [result] = new Query({}).find<Doc>([doc], projection).all()
  return result ?? {}
}
