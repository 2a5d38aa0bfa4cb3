import { defineService } from '#bus'
import { RefusedError } from '#bus/errors.ts'
import { listRules } from '#bus/page.ts'
import { nameRule } from '#domain/name.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { type Asked, crud } from '#mixins/crud.ts'
import { listPage } from '#mixins/listing.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { environmentSchema } from './environment.model.ts'
import type { Environment, EnvironmentBody } from './environments.contract.ts'
import { remoteFields, remoteRule } from './remote.ts'
import { ALL, allPlaced, byPlace, nextPlace, placeFirst } from './sorting.ts'

const body = {
  Name: { ...nameRule, optional: true },
  Description: { type: 'string', default: '', max: 10_000 },
  Slug: { type: 'string', optional: true, max: 100 },
  SortOrder: { type: 'number', integer: true, optional: true, min: -2_147_483_648, max: ALL },
  UseGuidedFailure: { type: 'boolean', default: false },
  AllowDynamicInfrastructure: { type: 'boolean', default: true },
  EnvironmentTags: { type: 'array', items: 'string', default: [], max: 1_000 },
  ExtensionSettings: {
    type: 'array',
    items: {
      type: 'object',
      strict: 'remove',
      props: { ExtensionId: 'string', Values: { type: 'any', optional: true } },
    },
    default: [],
    max: 100,
  },
  Remote: remoteRule,
} as const

export default defineService('environments', {
  mixins: [stored({ Environment: environmentSchema }), audited],

  actions: {
    ...crud<Environment, EnvironmentBody>({
      kind: 'Environment',
      ids: 'Environments',
      permission: 'Environment',
      body,
      sort: byPlace,

      async prepare(ctx, { body, before, spaceId, model }) {
        return {
          ...(await remoteFields(ctx, { spaceId, body, before })),
          SortOrder: body.SortOrder ?? before?.SortOrder ?? (await nextPlace(model, spaceId)),
        }
      },

      async checkRemove(ctx, environment) {
        const lifecycles = await phasesNaming(ctx, environment)
        if (lifecycles.length === 0) return
        const names = lifecycles.map(({ Name }) => `'${Name}'`).join(', ')
        throw new RefusedError(
          `The environment '${environment.Name}' is in a phase of ${names}. Take it out of there first.`,
        )
      },
    }),

    listOfKinds: {
      description: 'The environments of a space, each with its kind',
      permission: 'EnvironmentView',
      params: {
        ...listRules,
        type: { type: 'array', items: 'string', convert: true, optional: true, max: 100 },
      },
      async handler(ctx) {
        const { type: kinds = [], ...wish } = ctx.params
        const isAskedFor = kinds.length === 0 || kinds.some((kind) => /^static$/i.test(kind))
        const { Items, ...page } = await ctx.call('environments.list', wish)
        if (!isAskedFor) return { ...page, Items: [], TotalResults: 0 }
        return { ...page, Items: Items.map((item) => ({ ...item, Type: 'Static' as const })) }
      },
    },

    sort: {
      description: 'Gives the environments of a space an order',
      permission: 'EnvironmentEdit',
      params: { spaceId: 'string', ids: { type: 'array', items: 'string', max: 10_000 } },
      async handler(ctx) {
        const { spaceId, ids } = ctx.params
        const model = this.models.Environment
        const all = await allPlaced<Environment>(model, spaceId)
        const { order, moved } = await placeFirst(model, all, ids)
        for (const { before, after } of moved) {
          const kind = 'Environment'
          await this.audited(ctx, { category: 'Modified', kind, before, after, spaceId })
        }
        return order
      },
    },

    summary: {
      description: 'The environments of a space with what is in them',
      permission: 'EnvironmentView',
      params: {
        spaceId: 'string',
        ids: { type: 'array', items: 'string', convert: true, optional: true },
        partialName: { type: 'string', optional: true },
      },
      async handler(ctx) {
        const where = { SpaceId: ctx.params.spaceId }
        const wish = { ...ctx.params, take: ALL }
        const { Items } = await listPage<Environment>(this.models.Environment, wish, {
          where,
          sort: byPlace,
        })
        const EnvironmentSummaries = Items.map((environment) => ({
          Environment: environment,
          TotalMachines: 0,
          MachineIdsForHealthStatus: {},
        }))
        return { TotalMachines: 0, EnvironmentSummaries }
      },
    },
  },
})

const phasesNaming = (ctx: Asked, { SpaceId, Id }: Environment) =>
  ctx.call('lifecycles.naming', { spaceId: SpaceId, environmentId: Id })
