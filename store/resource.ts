import type { Schema } from 'mongoose'

/**
 * Makes a schema that of an API resource: its `_id` is known as `Id`, its `Version`
 * counts its changes unless it `isCounted` otherwise, and what begins with `_` stays in the store.
 */
export function resource(schema: Schema, { isCounted = true }: { isCounted?: boolean } = {}) {
  schema.add({ _id: String, ...(isCounted && { Version: { type: Number, default: 1 } }) })
  schema.set('versionKey', false)
  // Clients take a missing object for null: an empty one is stored as it is.
  schema.set('minimize', false)
  schema.set('toObject', { transform: (_document, fields) => publicOf(fields) })

  schema
    .virtual('Id')
    .get(function () {
      return this._id
    })
    .set(function (id: string) {
      this._id = id
    })
}

/** A lean document as it is served: with its `Id`, and without what stays in the store. */
export function publicOf<Resource extends object>(lean: Resource): Public<Resource> {
  const { _id, ...fields } = lean as Resource & { _id?: unknown }
  const served: Record<string, unknown> = { Id: _id }
  for (const [key, value] of Object.entries(fields)) {
    if (!key.startsWith('_')) served[key] = value
  }
  return served as Public<Resource>
}

/** A resource without its internal fields. */
export type Public<Resource> = {
  [Field in keyof Resource as Field extends `_${string}` ? never : Field]: Resource[Field]
} & { Id: string }
