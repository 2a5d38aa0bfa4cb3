import { isDeepStrictEqual } from 'node:util'
import type { ActionSchema, Context } from 'moleculer'
import type { Bus } from '#bus'
import type { Caller } from '#bus/caller.ts'
import { NotFoundError } from '#bus/errors.ts'
import { type ListParams, listRules, type Page } from '#bus/page.ts'
import { newId } from '#store/ids.ts'
import { publicOf } from '#store/resource.ts'
import { insertResource, type Reference, replaceResource } from './changes.ts'
import { type AnyModel, type Filter, listPage } from './listing.ts'

/** What every resource of a space has, whatever else. */
export interface SpaceResource {
  Id: string
  SpaceId: string
  Name: string
  /** When and by whom it was changed last; absent until then. */
  LastModifiedOn?: string
  LastModifiedBy?: string
}

/** The context of an action as a handler of `crud` sees it. */
export type Asked<P = unknown> = Omit<Context<P, { caller: Caller }>, keyof Bus> & Bus

/** A change that is asked for: a creation when `before` is null. */
export interface Change<T, B> {
  spaceId: string
  /** Of the resource, also when it does not exist yet. */
  id: string
  body: B
  before: T | null
  model: AnyModel
}

type Verb = 'view' | 'create' | 'edit' | 'remove'
type Rule = NonNullable<ActionSchema['params']>[string]
type Rules<P> = { [Name in keyof P]-?: Rule } & { $$strict?: boolean | 'remove' }

/** How a plain resource of a space differs from the others. */
export interface CrudOptions<T extends SpaceResource, B, F, S = T> {
  /** The name of its model: 'Environment'. */
  kind: string
  /** What its ids begin with: 'Environments'. */
  ids: string
  /** The permission for each verb, or what they all begin with. */
  permission: string | Record<Verb, string>
  /** The validator's rules for the body, each optional field with its default. */
  body: Rules<B>
  sort?: Record<string, 1 | -1>
  filters?: { rules: Rules<F>; where(params: Partial<F>): Filter }
  /** Checks what the validator cannot, and gives the fields that follow from the body. */
  prepare?(ctx: Asked, change: Change<T, B>): Promise<Partial<T>> | Partial<T>
  /** What must be there beside the resource before its creation is answered. */
  created?(ctx: Asked, resource: T, model: AnyModel): Promise<unknown>
  /** What must be true beside the resource after a change of it. */
  modified?(ctx: Asked, resource: T, model: AnyModel): Promise<unknown>
  /** Throws while the resource is needed. */
  checkRemove?(ctx: Asked, resource: T, model: AnyModel): Promise<void> | void
  /** Takes away what must not outlive the resource, not even after a crash. */
  removing?(ctx: Asked, resource: T, model: AnyModel): Promise<unknown>
  /** Takes away what cannot be without the resource. */
  removed?(ctx: Asked, resource: T, model: AnyModel): Promise<unknown>
  /** The resources as they are answered, in the same order: with what is known besides. */
  shown?(ctx: Asked, resources: T[]): Promise<S[]>
  /** What the audit trail calls its coming and going; 'Created' and 'Deleted' else. */
  categories?: { created: string; removed: string }
}

/** What `crud` finds on the service: the mixins `stored`, with a model named as the kind, and `audited`. */
export interface CrudService {
  models: Record<string, AnyModel>
  audited(ctx: Asked, change: AuditedChange): Promise<void>
}

interface AuditedChange {
  category: string
  kind: string
  spaceId: string
  before?: object
  after?: object
}

type Action<P, R> = Omit<ActionSchema, 'params' | 'handler'> & {
  description: string
  permission: string
  params: Rules<P>
  handler(this: CrudService, ctx: Asked<P>): Promise<R>
}
type Of = { spaceId: string; id: string }

/** The actions that every plain resource of a space has. Its contract lists each of them. */
export interface CrudActions<T, B, F> {
  list: Action<ListParams & F, Page<T>>
  get: Action<Of, T>
  /** Ids and names alone, for checks and texts of other services; in the resource's order. */
  names: Action<{ spaceId: string; ids?: string[] }, Reference[]>
  create: Action<{ spaceId: string } & B, T>
  modify: Action<Of & B, T>
  remove: Action<Of, null>
  /** Takes all of a space away, when the space goes. */
  eraseSpace: Action<{ spaceId: string }, null>
}

/** The actions of a plain resource: spread them into a service, and add what is special. */
export function crud<T extends SpaceResource, B, F = unknown, S = T>(
  options: CrudOptions<T, B, F, S>,
): CrudActions<S, B, F> {
  const { kind, body, sort = { _name: 1 }, filters } = options
  const { created = 'Created', removed = 'Deleted' } = options.categories ?? {}
  const may = (verb: Verb) => permissionOf(options.permission, verb)
  const modelOf = (service: CrudService): AnyModel => {
    const model = service.models[kind]
    if (!model) throw new Error(`The service has no model '${kind}'.`)
    return model
  }
  const load = async (service: CrudService, { spaceId, id }: Of): Promise<T> => {
    const found = await modelOf(service).findOne({ _id: id, SpaceId: spaceId }).lean()
    if (!found) throw new NotFoundError(kind, id)
    return publicOf(found) as T // A document of the model of T.
  }

  // Without `shown`, S is T.
  const shown = (ctx: Asked, resources: T[]): Promise<S[]> | S[] =>
    options.shown?.(ctx, resources) ?? (resources as unknown[] as S[])
  const one = async (ctx: Asked, resource: T): Promise<S> => {
    const [answer] = await shown(ctx, [resource])
    return answer as S // One in, one out.
  }

  // The compiler cannot see that rules spread together have a rule for each parameter: they do.
  const rulesOf = (...parts: object[]) => Object.assign({}, ...parts)

  return {
    list: {
      description: `One page of a space's ${kind} resources`,
      permission: may('view'),
      params: rulesOf(listRules, filters?.rules ?? {}),
      async handler(ctx) {
        const where = { SpaceId: ctx.params.spaceId, ...filters?.where(ctx.params) }
        const page = await listPage<T>(modelOf(this), ctx.params, { where, sort })
        return { ...page, Items: await shown(ctx, page.Items) }
      },
    },

    get: {
      description: `One ${kind} by its id`,
      permission: may('view'),
      params: { spaceId: 'string', id: 'string' },
      async handler(ctx) {
        return one(ctx, await load(this, ctx.params))
      },
    },

    names: {
      description: `Ids and names of ${kind} resources, unknown ids dropped`,
      permission: 'any',
      params: rulesOf({
        spaceId: 'string',
        ids: { type: 'array', items: 'string', optional: true },
      }),
      async handler(ctx) {
        const { spaceId, ids } = ctx.params
        const where = { SpaceId: spaceId, ...(ids && { _id: { $in: ids } }) }
        const found = await modelOf(this).find(where).select('Name').sort(sort).lean()
        return found.map(({ _id, Name }) => ({ Id: _id, Name }))
      },
    },

    create: {
      description: `Creates a ${kind}`,
      permission: may('create'),
      params: rulesOf({ spaceId: 'string' }, body, { $$strict: 'remove' }),
      async handler(ctx) {
        const { spaceId, ...rest } = ctx.params
        const wish = rest as B // What is left of the parameters is the body.
        const [id, model] = [newId(options.ids), modelOf(this)]
        const more = await options.prepare?.(ctx, { spaceId, id, body: wish, before: null, model })
        const after = await insertResource<T>(model, { ...wish, ...more, Id: id, SpaceId: spaceId })
        await options.created?.(ctx, after, model)
        await this.audited(ctx, { category: created, kind, after, spaceId })
        return one(ctx, after)
      },
    },

    modify: {
      description: `Replaces a ${kind}`,
      permission: may('edit'),
      params: rulesOf({ spaceId: 'string', id: 'string' }, body, { $$strict: 'remove' }),
      async handler(ctx) {
        const { spaceId, id, ...rest } = ctx.params
        const wish = rest as unknown as B // What is left of the parameters is the body.
        const [before, model] = [await load(this, { spaceId, id }), modelOf(this)]
        const more = await options.prepare?.(ctx, { spaceId, id, body: wish, before, model })
        const fields = { ...wish, ...more }
        if (isSame(before, fields)) return one(ctx, before)
        const after = await replaceResource<T>(model, before, fields, ctx.meta.caller)
        await options.modified?.(ctx, after, model)
        await this.audited(ctx, { category: 'Modified', kind, before, after, spaceId })
        return one(ctx, after)
      },
    },

    remove: {
      description: `Deletes a ${kind}`,
      permission: may('remove'),
      params: { spaceId: 'string', id: 'string' },
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        const before = await load(this, { spaceId, id })
        await options.checkRemove?.(ctx, before, modelOf(this))
        await options.removing?.(ctx, before, modelOf(this))
        const { deletedCount } = await modelOf(this).deleteOne({ _id: id, SpaceId: spaceId })
        if (deletedCount === 0) throw new NotFoundError(kind, id)
        await options.removed?.(ctx, before, modelOf(this))
        await this.audited(ctx, { category: removed, kind, before, spaceId })
        return null
      },
    },

    eraseSpace: {
      description: `Takes away every ${kind} of a space`,
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        await modelOf(this).deleteMany({ SpaceId: ctx.params.spaceId })
        return null
      },
    },
  }
}

/** Whether a change changes nothing: a client has sent back what it has read. */
export const isSame = (before: object, fields: object): boolean =>
  Object.entries(fields).every(
    ([key, value]) =>
      value === undefined || isDeepStrictEqual(plain(Reflect.get(before, key)), plain(value)),
  )

// What is compared may be of another realm or prototype: an answer is JSON in any case.
const plain = (value: unknown) => (value === undefined ? value : JSON.parse(JSON.stringify(value)))

const SUFFIX: Record<Verb, string> = {
  view: 'View',
  create: 'Create',
  edit: 'Edit',
  remove: 'Delete',
}

const permissionOf = (
  permission: CrudOptions<SpaceResource, unknown, unknown>['permission'],
  verb: Verb,
) => (typeof permission === 'string' ? permission + SUFFIX[verb] : permission[verb])
