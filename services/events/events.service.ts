import type { Context } from 'moleculer'
import type { Model } from 'mongoose'
import { defineService } from '#bus'
import { type Caller, SYSTEM_USER } from '#bus/caller.ts'
import { NotFoundError } from '#bus/errors.ts'
import { DEFAULT_TAKE, systemListRules } from '#bus/page.ts'
import { ensureMay, grantsOf } from '#bus/permitted.ts'
import { mayDo, spacesWith } from '#domain/permissions.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { publicOf } from '#store/resource.ts'
import { isDuplicateOf } from '#store/taken.ts'
import { eventSchema, type StoredEvent } from './event.model.ts'
import type { Event } from './events.contract.ts'
import { conditionsOf, filterRules } from './filters.ts'
import { agents, categories, documentTypes, groups } from './kinds.ts'
import { eventOf, rising } from './recording.ts'

const place = { spaceId: { type: 'string', optional: true } } as const
const yes = { type: 'boolean', convert: true, optional: true } as const
const nextNumber = rising()

/** The audit trail. Nothing in it is ever changed. */
export default defineService('events', {
  mixins: [stored({ Event: eventSchema })],

  actions: {
    record: {
      description: 'Keeps what was done, and by whom',
      permission: 'system',
      params: {
        Id: { type: 'string', optional: true },
        SpaceId: { type: 'string', nullable: true },
        Category: 'string',
        Message: { type: 'string', max: 20_000 },
        References: {
          type: 'array',
          items: { type: 'object', props: { id: 'string', text: 'string' } },
          optional: true,
        },
        RelatedDocumentIds: { type: 'array', items: 'string' },
        DocumentType: { type: 'string', optional: true },
        Differences: { type: 'array', items: 'object', optional: true },
        Details: { type: 'string', optional: true },
        By: { type: 'object', optional: true },
      },
      async handler(ctx) {
        const now = Date.now()
        const caller = ctx.params.By ?? ctx.meta.caller
        const event = eventOf(ctx.params, { caller, now, number: nextNumber(now) })
        // An event that is there already stays as it is.
        const { _id, ...fields } = event
        if (ctx.params.Id === undefined) await this.models.Event.create(event)
        else await insertOnce(this.models.Event, _id, fields)
        return null
      },
    },

    list: {
      description: 'One page of what was done, newest first',
      // Which spaces count is a part of the question.
      permission: 'any',
      params: {
        ...place,
        skip: systemListRules.skip,
        take: systemListRules.take,
        spaces: { type: 'array', items: 'string', convert: true, optional: true },
        includeSystem: yes,
        excludeDifference: yes,
        ...filterRules,
      },
      async handler(ctx) {
        const { skip: Skip = 0, take, excludeDifference, ...asked } = ctx.params
        const ItemsPerPage = take || DEFAULT_TAKE
        const where = { $and: [await scopeOf(ctx, asked), ...conditionsOf(asked)] }
        const [found, TotalResults] = await Promise.all([
          this.models.Event.find(where)
            .sort({ AutoId: -1, _id: -1 })
            .skip(Skip)
            .limit(ItemsPerPage)
            .lean<StoredEvent[]>(),
          this.models.Event.countDocuments(where),
        ])
        const Items = found
          .map(publicOf)
          .map((event) => withoutDifference(event, excludeDifference))
        return { Items, TotalResults, ItemsPerPage, Skip }
      },
    },

    get: {
      description: 'One event by its id',
      permission: 'any',
      params: { ...place, id: 'string' },
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        const where = { _id: id, ...(spaceId !== undefined && { SpaceId: spaceId }) }
        const found = await this.models.Event.findOne(where).lean<StoredEvent>()
        if (!found) throw new NotFoundError('Event', id)
        await ensureMay(ctx, 'EventView', found.SpaceId, { kind: 'Event', id })
        return publicOf(found)
      },
    },

    categories: {
      description: 'What kinds of events there are',
      permission: 'any',
      params: place,
      handler: () => categories,
    },

    groups: {
      description: 'Categories of events that are asked for together',
      permission: 'any',
      params: place,
      handler: () => groups,
    },

    documenttypes: {
      description: 'What events are about',
      permission: 'any',
      params: place,
      handler: () => documentTypes,
    },

    agents: {
      description: 'By what changes are asked for',
      permission: 'any',
      params: place,
      handler: () => agents,
    },

    eraseSpace: {
      description: 'Takes away what was done in a space that goes',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        await this.models.Event.deleteMany({ SpaceId: ctx.params.spaceId })
        return null
      },
    },
  },
})

async function insertOnce(events: Model<StoredEvent>, _id: string, fields: object): Promise<void> {
  try {
    await events.updateOne({ _id }, { $setOnInsert: fields }, { upsert: true })
  } catch (error) {
    // Another node has recorded it at this moment.
    if (!isDuplicateOf('_id', error)) throw error
  }
}

type Asking = Pick<Context<unknown, { caller: Caller }>, 'broker' | 'meta'>
interface Scope {
  spaceId?: string
  spaces?: string[]
  includeSystem?: boolean
}

/** Where the events may be that the caller asks for and may view. */
async function scopeOf(ctx: Asking, { spaceId, spaces, includeSystem = true }: Scope) {
  if (spaceId !== undefined) {
    await ensureMay(ctx, 'EventView', spaceId)
    return { SpaceId: spaceId }
  }
  const { userId } = ctx.meta.caller
  const grants = userId === SYSTEM_USER ? null : await grantsOf(ctx, userId)
  if (!grants && !spaces && includeSystem) return {}
  const visible = grants ? spacesWith(grants, 'EventView') : (spaces ?? [])
  const wished = visible.filter((id) => !spaces || spaces.includes(id))
  const isServerVisible = includeSystem && (!grants || mayDo(grants, 'EventView'))
  return { SpaceId: { $in: isServerVisible ? [...wished, null] : wished } }
}

const withoutDifference = (event: Event, isWished?: boolean): Event =>
  isWished ? { ...event, ChangeDetails: { DocumentContext: null, Differences: [] } } : event
