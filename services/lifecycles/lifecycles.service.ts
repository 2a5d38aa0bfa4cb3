import { randomUUID } from 'node:crypto'
import { defineService } from '#bus'
import { InvalidError, RefusedError } from '#bus/errors.ts'
import {
  completeLifecycle,
  environmentsOf,
  faultsOfLifecycle,
  isImplicit,
  phasesOf,
  retentionStrategies,
  retentionUnits,
} from '#domain/lifecycle.ts'
import { nameRule } from '#domain/name.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { insertUnless } from '#mixins/changes.ts'
import { type Asked, crud } from '#mixins/crud.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { newId } from '#store/ids.ts'
import { publicOf } from '#store/resource.ts'
import { lifecycleSchema } from './lifecycle.model.ts'
import type { Lifecycle, LifecycleBody } from './lifecycles.contract.ts'

const retention = {
  type: 'object',
  optional: true,
  nullable: true,
  props: {
    QuantityToKeep: { type: 'number', optional: true, nullable: true },
    ShouldKeepForever: { type: 'boolean', optional: true, nullable: true },
    Unit: { type: 'enum', values: retentionUnits, optional: true, nullable: true },
    Strategy: { type: 'enum', values: retentionStrategies, optional: true, nullable: true },
  },
} as const
const environments = { type: 'array', items: 'string', optional: true, nullable: true } as const
const flag = { type: 'boolean', optional: true, nullable: true } as const

const body = {
  Name: nameRule,
  Description: { type: 'string', default: '', max: 10_000 },
  Slug: { type: 'string', optional: true, max: 100 },
  Phases: {
    type: 'array',
    default: [],
    items: {
      type: 'object',
      props: {
        Id: { type: 'string', optional: true, nullable: true, max: 100 },
        Name: { ...nameRule, max: 200 },
        AutomaticDeploymentTargets: environments,
        OptionalDeploymentTargets: environments,
        MinimumEnvironmentsBeforePromotion: { type: 'number', optional: true, nullable: true },
        IsOptionalPhase: flag,
        IsPriorityPhase: flag,
        ReleaseRetentionPolicy: retention,
        TentacleRetentionPolicy: retention,
      },
    },
  },
  ReleaseRetentionPolicy: retention,
  TentacleRetentionPolicy: retention,
} as const

export default defineService('lifecycles', {
  mixins: [stored({ Lifecycle: lifecycleSchema }), audited],

  actions: {
    ...crud<Lifecycle, LifecycleBody>({
      kind: 'Lifecycle',
      ids: 'Lifecycles',
      permission: 'Lifecycle',
      body,

      async prepare(ctx, { spaceId, body }) {
        const rules = completeLifecycle(body, randomUUID)
        const faults = faultsOfLifecycle(rules, await environmentIds(ctx, spaceId))
        if (faults.length > 0) throw new InvalidError(faults)
        return rules
      },

      async checkRemove(ctx, lifecycle) {
        const about = { spaceId: lifecycle.SpaceId, lifecycleId: lifecycle.Id }
        const [projects, channels] = await Promise.all([
          ctx.call('projects.using', about),
          ctx.call('channels.using', about),
        ])
        const names = [...projects, ...channels].map(({ Name }) => `'${Name}'`)
        if (names.length === 0) return
        throw new RefusedError(
          `The lifecycle '${lifecycle.Name}' is used by ${names.slice(0, 10).join(', ')}.`,
        )
      },
    }),

    populate: {
      description: 'Makes the lifecycle that every space begins with',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        await insertUnless(
          this.models.Lifecycle,
          { SpaceId },
          {
            ...completeLifecycle({}, randomUUID),
            Id: newId('Lifecycles'),
            SpaceId,
            Name: 'Default Lifecycle',
          },
        )
        return null
      },
    },

    preview: {
      description: 'A lifecycle with the implied phases filled in',
      permission: 'LifecycleView',
      params: { spaceId: 'string', id: 'string' },
      async handler(ctx) {
        const lifecycle = await ctx.call('lifecycles.get', ctx.params)
        const Phases = phasesOf(lifecycle, await environmentNames(ctx, ctx.params.spaceId))
        return { ...lifecycle, Phases }
      },
    },

    previews: {
      description: 'Lifecycles with the implied phases filled in',
      permission: 'LifecycleView',
      params: {
        spaceId: 'string',
        ids: { type: 'array', items: 'string', convert: true, optional: true },
      },
      async handler(ctx) {
        const { spaceId, ids } = ctx.params
        const where = { SpaceId: spaceId, ...(ids && { _id: { $in: ids } }) }
        const lifecycles = await this.models.Lifecycle.find(where).sort('_name').lean()
        const known = await environmentNames(ctx, spaceId)
        return lifecycles
          .map(publicOf)
          .map((lifecycle) => ({ ...lifecycle, Phases: phasesOf(lifecycle, known) }))
      },
    },

    phases: {
      description: 'The phases of a lifecycle, implied ones filled in',
      permission: 'any',
      params: { spaceId: 'string', id: 'string' },
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        const lifecycle = await this.load('Lifecycle', id, { spaceId })
        return phasesOf(
          lifecycle,
          isImplicit(lifecycle) ? await environmentNames(ctx, spaceId) : [],
        )
      },
    },

    naming: {
      description: 'Which lifecycles have a phase that names the environment',
      permission: 'any',
      params: { spaceId: 'string', environmentId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId, environmentId } = ctx.params
        const lifecycles = await this.models.Lifecycle.find({ SpaceId })
          .select('Name Phases')
          .lean()
        return lifecycles
          .filter(({ Phases }) => Phases.flatMap(environmentsOf).includes(environmentId))
          .map(({ _id, Name }) => ({ Id: String(_id), Name }))
      },
    },

    projects: {
      description: 'The projects that use a lifecycle',
      permission: 'LifecycleView',
      params: { spaceId: 'string', id: 'string' },
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        await ctx.call('lifecycles.get', { spaceId, id })
        const page = await ctx.call('projects.list', {
          spaceId,
          lifecycleId: id,
          take: 2_147_483_647,
        })
        return page.Items
      },
    },
  },
})

const environmentNames = (ctx: Asked, spaceId: string) =>
  ctx.call('environments.names', { spaceId })

const environmentIds = async (ctx: Asked, spaceId: string) =>
  (await environmentNames(ctx, spaceId)).map(({ Id }) => Id)
