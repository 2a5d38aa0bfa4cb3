import type { Document, Query, Schema } from 'mongoose'
import { foldName, nameRule } from '#domain/name.ts'
import { takenOn } from './taken.ts'

type Update = Query<unknown, unknown>

const UPDATES = /^(findOneAndUpdate|updateOne)$/

/**
 * Gives a resource a `Name` that is unique whatever its case, on the whole server or `per`
 * a field such as 'SpaceId'. The index decides; a taken name fails alike on every way to write.
 */
export function named(schema: Schema, { per }: { per?: string } = {}) {
  schema.add({ Name: { type: String, required: true, maxLength: nameRule.max }, _name: String })
  schema.index({ ...(per && { [per]: 1 }), _name: 1 }, { unique: true })

  schema.pre('validate', fold)
  schema.pre(UPDATES, fold)
  takenOn(schema, { indexed: '_name', shown: 'Name' })
}

function fold(this: Document | Update) {
  const name = this.get('Name')
  if (name !== undefined) this.set('_name', foldName(name))
}
