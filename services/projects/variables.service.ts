import { randomUUID } from 'node:crypto'
import { defineService } from '#bus'
import { InvalidError } from '#bus/errors.ts'
import { faultsOfTemplates } from '#domain/promotion/variable-templates.ts'
import { pickVariables } from '#domain/variable-scope.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { type Asked, isSame } from '#mixins/crud.ts'
import type { AnyModel } from '#mixins/listing.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { publicOf } from '#store/resource.ts'
import { checkVersion, insertOwned, loadOwned, replaceOwned } from './owned.ts'
import { refuseRemote } from './remote.ts'
import { isOf, isSnapshotId, keep } from './snapshots.ts'
import {
  completeTemplates,
  completeVariables,
  faultsOfSet,
  shownVariable,
  templatesRule,
  variablesRule,
} from './variable-body.ts'
import { choicesOf, scopeValues } from './variable-choices.ts'
import {
  type StoredVariableSet,
  type VariableSnapshot,
  variableSetSchema,
  variableSnapshotSchema,
} from './variable-set.model.ts'
import type { VariableSet } from './variables.contract.ts'

const maybe = { type: 'string', optional: true } as const
const ofProject = { spaceId: 'string', projectId: 'string' } as const
/** Checked by who has frozen it. */
const frozenList = { type: 'array', items: 'object', max: 10_000 } as const
const either = { spaceId: 'string', id: maybe, projectId: maybe } as const

export default defineService('variables', {
  mixins: [
    stored({ VariableSet: variableSetSchema, VariableSetSnapshot: variableSnapshotSchema }),
    audited,
  ],

  actions: {
    get: {
      description: 'The variables of a project, or as a release has kept them',
      permission: 'VariableView',
      params: either,
      async handler(ctx) {
        const { VariableSet, VariableSetSnapshot } = this.models
        const model = isSnapshotId(ctx.params.id) ? VariableSetSnapshot : VariableSet
        return shown(ctx, await loadOwned<StoredVariableSet>(model, ctx.params))
      },
    },

    modify: {
      description: 'Replaces the variables of a project',
      permission: 'VariableEdit',
      params: {
        ...either,
        Version: { type: 'number', integer: true, optional: true },
        Variables: variablesRule,
        Templates: templatesRule,
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { Version, Variables: bodies, Templates: templates, ...address } = ctx.params
        const { VariableSet: model } = this.models
        const before = await loadOwned<StoredVariableSet>(model, address)
        const { spaceId } = address
        const of = { spaceId, projectId: before.OwnerId }
        await refuseRemote(ctx, of)
        checkVersion(model, before, Version)
        const Variables = completeVariables(bodies, before.Variables)
        const Templates = templates ? completeTemplates(templates) : (before.Templates ?? [])
        const ScopeValues = await scopeValues(ctx, of)
        const faults = [
          ...faultsOfSet(Variables, before.Variables, choicesOf(ScopeValues)),
          ...faultsOfTemplates(Templates),
        ]
        if (faults.length > 0) throw new InvalidError(faults)
        const fields = { Variables, Templates }
        if (isSame({ Templates: [], ...before }, fields)) return withScopes(before, ScopeValues)

        const after = await replaceOwned(model, before, fields, ctx.meta.caller)
        const related = [before.OwnerId]
        const kind = 'VariableSet'
        await this.audited(ctx, { category: 'Modified', kind, before, after, related, spaceId })
        return withScopes(after, ScopeValues)
      },
    },

    all: {
      description: 'Several sets of variables',
      permission: 'VariableView',
      params: {
        spaceId: 'string',
        ids: { type: 'array', items: 'string', convert: true, optional: true, max: 10_000 },
      },
      async handler(ctx) {
        const { spaceId: SpaceId, ids } = ctx.params
        const where = { SpaceId, ...(ids && { _id: { $in: ids } }) }
        const sets = await this.models.VariableSet.find(where).sort({ _id: 1 }).lean()
        return Promise.all(sets.map((set) => shown(ctx, publicOf(set))))
      },
    },

    names: {
      description: 'The names of variables, each once',
      permission: 'VariableView',
      params: { spaceId: 'string', project: maybe },
      async handler(ctx) {
        const { spaceId: SpaceId, project } = ctx.params
        const where = { SpaceId, ...(project !== undefined && { OwnerId: project }) }
        const sets = await this.models.VariableSet.find(where).lean()
        const names = sets.flatMap(({ Variables }) => Variables.map(({ Name }) => Name))
        return [...new Set(names)].sort()
      },
    },

    preview: {
      description: 'The values that apply at a place',
      permission: 'VariableView',
      params: {
        ...{ spaceId: 'string', project: 'string', environment: maybe, channel: maybe },
        ...{ action: maybe, machine: maybe, role: maybe, tenant: maybe, runbook: maybe },
      },
      async handler(ctx) {
        const { spaceId, project, environment, channel, action, machine, role } = ctx.params
        const set = await loadOwned<StoredVariableSet>(this.models.VariableSet, {
          spaceId,
          projectId: project,
        })
        const { variables } = pickVariables(
          { project: set.Variables },
          {
            ...(environment !== undefined && { Environment: environment }),
            ...(channel !== undefined && { Channel: channel }),
            ...(action !== undefined && { Action: action }),
            ...(machine !== undefined && { Machine: machine }),
            ...(role !== undefined && { Role: [role], targetRoles: [role] }),
            ProcessOwner: project,
          },
        )
        return { Variables: [...variables.values()].map(shownVariable) }
      },
    },

    snapshot: {
      description: 'Keeps the variables of a project as they are now',
      permission: 'system',
      params: { spaceId: 'string', ownerId: 'string' },
      async handler(ctx) {
        const { spaceId, ownerId: projectId } = ctx.params
        const set = await loadOwned<StoredVariableSet>(this.models.VariableSet, {
          spaceId,
          projectId,
        })
        return { Id: await keepSet(this.models.VariableSetSnapshot, set) }
      },
    },

    putRemote: {
      description: 'Keeps the variables that another space has frozen',
      permission: 'system',
      params: { ...ofProject, Variables: frozenList, Templates: frozenList },
      async handler(ctx) {
        const { spaceId: SpaceId, projectId: OwnerId, Variables, Templates } = ctx.params
        const set = { Id: `variableset-${OwnerId}`, Version: 0, SpaceId, OwnerId }
        const frozen = { ...set, Variables, Templates }
        return { SnapshotId: await keepSet(this.models.VariableSetSnapshot, frozen) }
      },
    },

    adopt: {
      description: 'Makes the variables of a remote project what a snapshot has',
      permission: 'system',
      params: { ...ofProject, snapshotId: 'string' },
      async handler(ctx) {
        const { VariableSet: sets, VariableSetSnapshot: snapshots } = this.models
        const { spaceId, projectId, snapshotId: id } = ctx.params
        const kept = await loadOwned<StoredVariableSet>(snapshots, { spaceId, id })
        const before = await loadOwned<StoredVariableSet>(sets, { spaceId, projectId })
        const fields = { Variables: kept.Variables, Templates: kept.Templates ?? [] }
        if (isSame({ Templates: [], ...before }, fields)) return null
        await replaceOwned(sets, before, fields, ctx.meta.caller)
        return null
      },
    },

    isAsKept: {
      description: 'Whether the variables of a project are still as they were kept',
      permission: 'system',
      params: { spaceId: 'string', ownerId: 'string', snapshotId: 'string' },
      async handler(ctx) {
        const { spaceId, ownerId: projectId, snapshotId } = ctx.params
        const address = { spaceId, projectId }
        const set = await loadOwned<StoredVariableSet>(this.models.VariableSet, address)
        return isOf(snapshotId, contentOf(set))
      },
    },

    ofSnapshot: {
      description: 'Kept variables, their secrets still sealed',
      permission: 'system',
      params: { spaceId: 'string', id: 'string' },
      async handler(ctx) {
        const { Variables, Templates = [] } = await loadOwned<VariableSnapshot>(
          this.models.VariableSetSnapshot,
          ctx.params,
        )
        return { Variables, Templates }
      },
    },

    prompts: {
      description: 'Which of the kept variables are asked for when a deployment is created',
      permission: 'any',
      params: { spaceId: 'string', snapshotId: 'string' },
      async handler(ctx) {
        const { spaceId, snapshotId } = ctx.params
        const model = this.models.VariableSetSnapshot
        const { Variables } = await loadOwned<VariableSnapshot>(model, { spaceId, id: snapshotId })
        return Variables.flatMap(({ Id, Name, Value, Type, IsSensitive, Scope, Prompt }) =>
          Prompt ? [{ Id, Name, Value, Type, IsSensitive, Scope, Prompt }] : [],
        )
      },
    },

    populate: {
      description: 'Makes the empty set of a new project',
      permission: 'system',
      params: ofProject,
      async handler(ctx) {
        const fields = { OwnerId: ctx.params.projectId, Variables: [] }
        await insertOwned(this.models.VariableSet, ctx.params, fields)
        return null
      },
    },

    copy: {
      description: 'Gives a new project the variables of another',
      permission: 'system',
      params: {
        ...{ spaceId: 'string', from: 'string', to: 'string' },
        ids: { type: 'record', key: 'string', value: 'string' },
      },
      async handler(ctx) {
        const { spaceId, from, to, ids } = ctx.params
        const { VariableSet: model } = this.models
        const source = await loadOwned<StoredVariableSet>(model, { spaceId, projectId: from })
        const variables = source.Variables.map((variable) => ({
          ...variable,
          Id: randomUUID(),
          Scope: Object.fromEntries(
            Object.entries(variable.Scope).map(([kind, entries]) => [
              kind,
              entries.map((id) => ids[id] ?? id),
            ]),
          ),
        }))
        const fields = { OwnerId: to, Variables: variables, Templates: source.Templates ?? [] }
        await insertOwned(model, { spaceId, projectId: to }, fields)
        return null
      },
    },

    removeOf: {
      description: 'Takes away the variables of a project that goes, and their snapshots',
      permission: 'system',
      params: ofProject,
      async handler(ctx) {
        const { spaceId: SpaceId, projectId: OwnerId } = ctx.params
        await this.models.VariableSet.deleteMany({ SpaceId, OwnerId })
        await this.models.VariableSetSnapshot.deleteMany({ SpaceId, OwnerId })
        return null
      },
    },

    eraseSpace: {
      description: 'Takes away every set of variables of a space',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        await this.models.VariableSet.deleteMany({ SpaceId })
        await this.models.VariableSetSnapshot.deleteMany({ SpaceId })
        return null
      },
    },
  },
})

/** What tells snapshots apart. A set without templates has the snapshot that it had before there were any. */
const contentOf = ({
  Variables,
  Templates = [],
}: Pick<StoredVariableSet, 'Variables' | 'Templates'>) =>
  Templates.length === 0 ? Variables : { Variables, Templates }

function keepSet(
  snapshots: AnyModel,
  set: Pick<
    StoredVariableSet,
    'Id' | 'Version' | 'SpaceId' | 'OwnerId' | 'Variables' | 'Templates'
  >,
): Promise<string> {
  const { SpaceId, OwnerId, Variables, Templates = [] } = set
  const of = { SpaceId, OwnerId }
  const fields = { ...of, Variables, Templates }
  return keep(snapshots, { owner: set, content: contentOf(set), of, fields })
}

const withScopes = (
  { Variables, Templates = [], ...set }: StoredVariableSet,
  ScopeValues: VariableSet['ScopeValues'],
): VariableSet => ({ ...set, Variables: Variables.map(shownVariable), Templates, ScopeValues })

const shown = async (ctx: Pick<Asked, 'call'>, set: StoredVariableSet): Promise<VariableSet> => {
  const of = { spaceId: set.SpaceId, projectId: set.OwnerId }
  return withScopes(set, await scopeValues(ctx, of))
}
