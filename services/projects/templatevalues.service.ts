import { defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError } from '#bus/errors.ts'
import { valuesByEnvironment } from '#bus/value-rules.ts'
import { environmentsOf } from '#domain/lifecycle.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { type Asked, isSame } from '#mixins/crud.ts'
import type { AnyModel } from '#mixins/listing.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { checkVersion, insertOwned, loadOwned, replaceOwned } from './owned.ts'
import { type StoredTemplateValues, templateValuesSchema } from './template-values.model.ts'
import {
  broughtValues,
  changedValues,
  faultsOfChanges,
  isTooMuch,
  mergedValues,
  shownValues,
} from './template-values.ts'
import type { TemplateValueSet } from './templatevalues.contract.ts'

const ofProject = { spaceId: 'string', projectId: 'string' } as const

export default defineService('templatevalues', {
  mixins: [stored({ TemplateValues: templateValuesSchema }), audited],

  actions: {
    get: {
      description: 'The values of the templates of a project, by environment',
      permission: 'VariableView',
      params: ofProject,
      async handler(ctx) {
        return shown(ctx, await valuesOf(this.models.TemplateValues, ctx.params))
      },
    },

    modify: {
      description: 'Changes values of the templates of a project',
      permission: 'VariableEdit',
      params: {
        ...ofProject,
        Version: { type: 'number', integer: true, optional: true },
        Environments: valuesByEnvironment,
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { Version, Environments: changes, ...of } = ctx.params
        const { TemplateValues: model } = this.models
        const { templates, environments } = await placesOf(ctx, of)
        const known = { spaceId: of.spaceId }
        const pools = await asSystem(ctx.broker, 'values are checked').call(
          'workerpools.names',
          known,
        )
        const faults = faultsOfChanges(changes, { templates, environments, pools })
        if (faults.length > 0) throw new InvalidError(faults)
        await insertOwned(model, of, { ProjectId: of.projectId, Values: {} })
        const before = await valuesOf(model, of)
        checkVersion(model, before, Version)
        const Values = changedValues(before.Values, changes, templates)
        if (isTooMuch(Values)) throw new InvalidError(['The values of a project are too long.'])
        if (isSame(before, { Values })) return shown(ctx, before)
        const after = await replaceOwned(model, before, { Values }, ctx.meta.caller)
        const change = { category: 'Modified', kind: 'TemplateValues', before, after } as const
        await this.audited(ctx, { ...change, related: [of.projectId], spaceId: of.spaceId })
        return shown(ctx, after)
      },
    },

    of: {
      description: 'What an environment has for the templates of a project, secrets still sealed',
      permission: 'system',
      params: { ...ofProject, environmentId: 'string' },
      async handler(ctx) {
        const { environmentId, ...of } = ctx.params
        const { Values } = await valuesOf(this.models.TemplateValues, of)
        return Values[environmentId] ?? {}
      },
    },

    putRemote: {
      description: 'Stages values that an import brings',
      permission: 'system',
      params: { ...ofProject, Values: { type: 'array', items: 'object', max: 100_000 } },
      async handler(ctx) {
        const { Values, ...of } = ctx.params
        const { TemplateValues: model } = this.models
        await insertOwned(model, of, { ProjectId: of.projectId, Values: {} })
        const _staged = broughtValues(Values)
        await model.updateOne({ _id: idOf(of), SpaceId: of.spaceId }, { $set: { _staged } })
        return null
      },
    },

    adopt: {
      description: 'Makes staged values count',
      permission: 'system',
      params: ofProject,
      async handler(ctx) {
        const { TemplateValues: model } = this.models
        const where = { _id: idOf(ctx.params), SpaceId: ctx.params.spaceId }
        const found = await model.findOne(where).lean()
        if (!found?._staged) return null
        const before = await valuesOf(model, ctx.params)
        const Values = mergedValues(before.Values, found._staged)
        await replaceOwned(model, before, { Values }, ctx.meta.caller)
        await model.updateOne({ ...where, _staged: found._staged }, { $unset: { _staged: 1 } })
        return null
      },
    },

    removeOf: {
      description: 'Takes away the values of a project that goes',
      permission: 'system',
      params: ofProject,
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        await this.models.TemplateValues.deleteOne({ _id: idOf(ctx.params), SpaceId })
        return null
      },
    },

    eraseSpace: {
      description: 'Takes away the values of every project of a space',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        await this.models.TemplateValues.deleteMany({ SpaceId: ctx.params.spaceId })
        return null
      },
    },
  },
})

type Of = { spaceId: string; projectId: string }

const idOf = ({ projectId }: Of) => `templatevalues-${projectId}`

/** What is stored; a project for which nothing was ever said has no values. */
async function valuesOf(model: AnyModel, of: Of): Promise<StoredTemplateValues> {
  try {
    return await loadOwned<StoredTemplateValues>(model, of)
  } catch (error) {
    if ((error as { type?: string }).type !== 'NOT_FOUND') throw error
    const { spaceId: SpaceId, projectId: ProjectId } = of
    return { Id: idOf(of), SpaceId, ProjectId, Version: 0, Values: {} }
  }
}

/** The templates of a project, and the environments that its releases go to, in the order of the space. */
async function placesOf(ctx: Asked, { spaceId, projectId }: Of) {
  const system = asSystem(ctx.broker, 'values for templates')
  const [project, channels, set, all] = await Promise.all([
    system.call('projects.get', { spaceId, id: projectId }),
    system.call('channels.list', { spaceId, projectId, take: 10_000 }),
    system.call('variables.get', { spaceId, projectId }),
    system.call('environments.list', { spaceId, take: 10_000 }),
  ])
  const lifecycles = new Set(
    [project, ...channels.Items].flatMap(({ LifecycleId }) => LifecycleId ?? []),
  )
  const phases = await Promise.all(
    [...lifecycles].map((id) => system.call('lifecycles.phases', { spaceId, id })),
  )
  const ids = new Set(phases.flat().flatMap(environmentsOf))
  // In another space, people of that space say the values.
  const environments = all.Items.filter(({ Id, Remote }) => ids.has(Id) && !Remote)
  return { templates: set.Templates, environments }
}

async function shown(
  ctx: Asked,
  { Values, ...stored }: StoredTemplateValues,
): Promise<TemplateValueSet> {
  const of = { spaceId: stored.SpaceId, projectId: stored.ProjectId }
  const { templates, environments } = await placesOf(ctx, of)
  return {
    ...stored,
    Templates: templates,
    Environments: environments.map(({ Id, Name }) => ({
      EnvironmentId: Id,
      Name,
      Values: shownValues(templates, Values[Id]),
    })),
  }
}
