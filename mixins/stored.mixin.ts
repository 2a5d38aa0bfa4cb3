import type { Connection, Model, Schema } from 'mongoose'
import { defineMixin } from '#bus'
import { NotFoundError, StaleError } from '#bus/errors.ts'
import { closeStore, openStore } from '#store/connection.ts'
import { type Public, publicOf } from '#store/resource.ts'

// biome-ignore lint/suspicious/noExplicitAny: any schema will do
type Schemas = Record<string, Schema<any>>
type Resource<S> = S extends Schema<infer R> ? R : never
type Kind<S extends Schemas> = keyof S & string

interface Where {
  /** The space it must be in: the id of another space's is not found. */
  spaceId?: string
}

interface Guard {
  /** What must be so besides, or the change is refused as stale: `{ State: 'Queued' }`. */
  guard?: Record<string, unknown>
}

interface Stored<S extends Schemas> {
  models: { [K in keyof S]: Model<Resource<S[K]>> }
  /** A resource as it is served, without a document of mongoose around it. */
  load<K extends Kind<S>>(kind: K, id: string, where?: Where): Promise<Public<Resource<S[K]>>>
  /** Changes a resource, if it still is at the `Version` that the caller has seen, when that is given. */
  update<K extends Kind<S>>(
    kind: K,
    id: string,
    changes: Partial<Resource<S[K]>> & { Version?: number },
    where?: Where & Guard,
  ): Promise<Public<Resource<S[K]>>>
}

/**
 * Gives a service models that no other service sees, in the database of its server.
 * What it stores, others reach through its actions only.
 */
export const stored = <S extends Schemas>(schemas: S) =>
  defineMixin<Stored<S>>({
    async started() {
      const store: Connection = await openStore(this.broker.namespace)
      for (const [kind, schema] of Object.entries(schemas)) store.model(kind, schema)
      this.models = store.models as Stored<S>['models']
      // Names are unique by their index, so no request may come before it stands.
      await Promise.all(Object.values(this.models).map((model) => model.init()))
    },

    stopped: closeStore,

    methods: {
      async load(kind, id, where = {}) {
        // biome-ignore lint/suspicious/noExplicitAny: mongoose types no filter of a generic resource
        const model: Model<any> = this.models[kind]
        const found = await model.findOne(filterOf(id, where)).lean()
        if (!found) throw new NotFoundError(kind, id)
        return served(found)
      },

      async update(kind, id, { Version: seen, ...changes }, { guard, ...where } = {}) {
        // biome-ignore lint/suspicious/noExplicitAny: mongoose types no filter of a generic resource
        const model: Model<any> = this.models[kind]
        // One write decides: between a look and a save, another could save too.
        const updated = await model
          .findOneAndUpdate(
            { ...filterOf(id, where), ...(seen !== undefined && { Version: seen }), ...guard },
            { $set: changes, $inc: { Version: 1 } },
            { returnDocument: 'after', runValidators: true },
          )
          .lean()
        if (updated) return served(updated)
        await this.load(kind, id, where)
        throw new StaleError(kind, id)
      },
    },
  })

const filterOf = (id: string, { spaceId }: Where) => ({
  _id: id,
  ...(spaceId !== undefined && { SpaceId: spaceId }),
})

// biome-ignore lint/suspicious/noExplicitAny: a lean document of the kind that was asked for
const served: (lean: object) => any = publicOf
