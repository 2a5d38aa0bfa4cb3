import { defineService } from '#bus'
import { NotFoundError } from '#bus/errors.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { insertUnless } from '#mixins/changes.ts'
import { crud } from '#mixins/crud.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { newId } from '#store/ids.ts'
import { publicOf } from '#store/resource.ts'
import { feedSchema } from './feed.model.ts'
import type { Feed } from './feeds.contract.ts'

/** The feed of the first space has an id that clients know. */
const FIRST = { spaceId: 'Spaces-1', id: 'feeds-builtin' }

const { list, get, eraseSpace } = crud<Feed, Record<never, never>, { feedType?: string[] }>({
  kind: 'Feed',
  ids: 'Feeds',
  permission: { view: 'FeedView', create: 'FeedEdit', edit: 'FeedEdit', remove: 'FeedEdit' },
  body: {},
  filters: {
    rules: { feedType: { type: 'array', items: 'string', convert: true, optional: true } },
    where: ({ feedType }) => (feedType ? { FeedType: { $in: feedType } } : {}),
  },
})

export default defineService('feeds', {
  mixins: [stored({ Feed: feedSchema }), audited],

  actions: {
    list,
    get,
    eraseSpace,

    builtin: {
      description: 'The feed that is in the server itself',
      permission: 'FeedView',
      params: { spaceId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        const feed = await this.models.Feed.findOne({ SpaceId, FeedType: 'BuiltIn' }).lean()
        if (!feed) throw new NotFoundError('Feed', 'built-in')
        return publicOf(feed)
      },
    },

    populate: {
      description: 'Makes the built-in feed of a new space',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        await insertUnless(
          this.models.Feed,
          { SpaceId, FeedType: 'BuiltIn' },
          {
            Id: SpaceId === FIRST.spaceId ? FIRST.id : newId('Feeds'),
            SpaceId,
            Name: 'Octopus Server (built-in)',
            FeedType: 'BuiltIn',
            PackageAcquisitionLocationOptions: ['Server', 'ExecutionTarget'],
          },
        )
        return null
      },
    },
  },
})
