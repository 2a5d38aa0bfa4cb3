import { randomUUID } from 'node:crypto'
import { defineService } from '#bus'
import { InvalidError } from '#bus/errors.ts'
import { listRules } from '#bus/page.ts'
import { faultsOfProcess, type Step } from '#domain/process.ts'
import { completeSteps, stepsRule } from '#domain/process-complete.ts'
import { sealSteps, shownSteps } from '#domain/process-secrets.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { isSame } from '#mixins/crud.ts'
import { type AnyModel, listPage } from '#mixins/listing.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { seal } from '#store/encryption.ts'
import { checkVersion, insertOwned, loadOwned, replaceOwned } from './owned.ts'
import { processSchema, processSnapshotSchema } from './process.model.ts'
import type { Process } from './processes.contract.ts'
import { templateOf } from './release-template.ts'
import { refuseRemote } from './remote.ts'
import { isOf, isSnapshotId, keep } from './snapshots.ts'

const ofProject = { spaceId: 'string', projectId: 'string' } as const
const either = {
  spaceId: 'string',
  id: { type: 'string', optional: true },
  projectId: { type: 'string', optional: true },
} as const

export default defineService('processes', {
  mixins: [
    stored({ DeploymentProcess: processSchema, DeploymentProcessSnapshot: processSnapshotSchema }),
    audited,
  ],

  actions: {
    list: {
      description: 'One page of the deployment processes of a space, one for each project',
      permission: 'ProcessView',
      params: listRules,
      async handler(ctx) {
        const listing = { where: { SpaceId: ctx.params.spaceId }, sort: { _id: 1 } as const }
        const page = await listPage<Process>(this.models.DeploymentProcess, ctx.params, listing)
        return { ...page, Items: page.Items.map(shown) }
      },
    },

    get: {
      description: 'One deployment process by its id or its project, or as a release has kept it',
      permission: 'ProcessView',
      params: either,
      async handler(ctx) {
        const { DeploymentProcess, DeploymentProcessSnapshot } = this.models
        const isKept = isSnapshotId(ctx.params.id)
        const model = isKept ? DeploymentProcessSnapshot : DeploymentProcess
        return shown(await loadOwned<Process>(model, ctx.params))
      },
    },

    modify: {
      description: 'Replaces the steps of a deployment process',
      permission: 'ProcessEdit',
      params: {
        ...either,
        Version: { type: 'number', integer: true, optional: true },
        Steps: { ...stepsRule, default: [] },
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { Version, Steps: bodies, ...address } = ctx.params
        const before = await loadOwned<Process>(this.models.DeploymentProcess, address)
        const { spaceId } = address
        await refuseRemote(ctx, { spaceId, projectId: before.ProjectId })
        checkVersion(this.models.DeploymentProcess, before, Version)
        const complete = completeSteps(bodies, before.Steps, randomUUID)
        const faults = faultsOfProcess(complete)
        if (faults.length > 0) throw new InvalidError(faults)
        const Steps = sealSteps(complete, before.Steps, seal)
        if (isSame(before, { Steps })) return shown(before)

        const { caller } = ctx.meta
        const after = await replaceOwned(this.models.DeploymentProcess, before, { Steps }, caller)
        const related = [before.ProjectId]
        const kind = 'DeploymentProcess'
        await this.audited(ctx, { category: 'Modified', kind, before, after, related, spaceId })
        return shown(after)
      },
    },

    template: {
      description: 'What the form for a release asks for',
      permission: 'ProcessView',
      params: {
        ...either,
        channel: { type: 'string', optional: true },
        releaseId: { type: 'string', optional: true },
      },
      async handler(ctx) {
        const { channel, releaseId, ...address } = ctx.params
        const process = await loadOwned<Process>(this.models.DeploymentProcess, address)
        return templateOf(this.broker, { process, channel, releaseId })
      },
    },

    snapshot: {
      description: 'Keeps a deployment process as it is now',
      permission: 'system',
      params: ofProject,
      async handler(ctx) {
        const { DeploymentProcess, DeploymentProcessSnapshot } = this.models
        const process = await loadOwned<Process>(DeploymentProcess, ctx.params)
        const Id = await keepSteps(DeploymentProcessSnapshot, process)
        if (process.LastSnapshotId !== Id) {
          await DeploymentProcess.updateOne({ _id: process.Id }, { $set: { LastSnapshotId: Id } })
        }
        return { Id, Process: { ...shown(process), LastSnapshotId: Id } }
      },
    },

    putRemote: {
      description: 'Keeps the steps that another space has frozen',
      permission: 'system',
      params: { ...ofProject, Steps: { type: 'array', items: 'object' } },
      async handler(ctx) {
        const { spaceId: SpaceId, projectId: ProjectId, Steps } = ctx.params
        const faults = faultsOfProcess(Steps)
        if (faults.length > 0) throw new InvalidError(faults)
        const process = { Id: `deploymentprocess-${ProjectId}`, Version: 0, SpaceId, ProjectId }
        const frozen = { ...process, Steps }
        return { SnapshotId: await keepSteps(this.models.DeploymentProcessSnapshot, frozen) }
      },
    },

    adopt: {
      description: 'Makes the process of a remote project what a snapshot has',
      permission: 'system',
      params: { ...ofProject, snapshotId: 'string' },
      async handler(ctx) {
        const { DeploymentProcess: model, DeploymentProcessSnapshot: snapshots } = this.models
        const { spaceId, projectId, snapshotId: id } = ctx.params
        const { Steps } = await loadOwned<Process>(snapshots, { spaceId, id })
        const before = await loadOwned<Process>(model, { spaceId, projectId })
        const fields = { Steps, LastSnapshotId: id }
        if (!isSame(before, fields)) await replaceOwned(model, before, fields, ctx.meta.caller)
        return null
      },
    },

    isAsKept: {
      description: 'Whether a deployment process is still as it was kept',
      permission: 'system',
      params: { ...ofProject, snapshotId: 'string' },
      async handler(ctx) {
        const { snapshotId, ...of } = ctx.params
        const { Steps } = await loadOwned<Process>(this.models.DeploymentProcess, of)
        return isOf(snapshotId, Steps)
      },
    },

    ofSnapshot: {
      description: 'A kept deployment process, its secrets still sealed',
      permission: 'system',
      params: { spaceId: 'string', id: 'string' },
      handler(ctx) {
        return loadOwned<Process>(this.models.DeploymentProcessSnapshot, ctx.params)
      },
    },

    actions: {
      description: 'Ids and names of the actions of a project',
      permission: 'any',
      params: ofProject,
      async handler(ctx) {
        const { Steps } = await loadOwned<Process>(this.models.DeploymentProcess, ctx.params)
        return Steps.flatMap(({ Actions }) => Actions.map(({ Id, Name }) => ({ Id, Name })))
      },
    },

    populate: {
      description: 'Makes the empty process of a new project',
      permission: 'system',
      params: ofProject,
      async handler(ctx) {
        const { projectId: ProjectId } = ctx.params
        const fields = { ProjectId, Steps: [], LastSnapshotId: null }
        await insertOwned(this.models.DeploymentProcess, ctx.params, fields)
        return null
      },
    },

    copy: {
      description: 'Gives a new project the steps of another',
      permission: 'system',
      params: {
        spaceId: 'string',
        from: 'string',
        to: 'string',
        ids: { type: 'record', key: 'string', value: 'string' },
      },
      async handler(ctx) {
        const { spaceId, from, to, ids } = ctx.params
        const model = this.models.DeploymentProcess
        const source = await loadOwned<Process>(model, { spaceId, projectId: from })
        const known: Record<string, string> = {}
        const Steps = source.Steps.map((step) => twin(step, ids))
        const fields = { ProjectId: to, Steps, LastSnapshotId: null }
        await insertOwned(model, { spaceId, projectId: to }, fields)
        // Asked again after a crash, the copy may be there already: its places tell which is which.
        const copy = await loadOwned<Process>(model, { spaceId, projectId: to })
        const copies = copy.Steps.flatMap(({ Actions }) => Actions)
        const originals = source.Steps.flatMap(({ Actions }) => Actions)
        for (const [index, { Id }] of originals.entries()) {
          const one = copies[index]
          if (one) known[Id] = one.Id
        }
        return known
      },
    },

    removeOf: {
      description: 'Takes away the process of a project that goes, and its snapshots',
      permission: 'system',
      params: ofProject,
      async handler(ctx) {
        const { spaceId: SpaceId, projectId: ProjectId } = ctx.params
        await this.models.DeploymentProcess.deleteMany({ SpaceId, ProjectId })
        await this.models.DeploymentProcessSnapshot.deleteMany({ SpaceId, ProjectId })
        return null
      },
    },

    eraseSpace: {
      description: 'Takes away every deployment process of a space',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        await this.models.DeploymentProcess.deleteMany({ SpaceId })
        await this.models.DeploymentProcessSnapshot.deleteMany({ SpaceId })
        return null
      },
    },
  },
})

function keepSteps(
  snapshots: AnyModel,
  process: Pick<Process, 'Id' | 'Version' | 'SpaceId' | 'ProjectId' | 'Steps'>,
): Promise<string> {
  const { SpaceId, ProjectId, Steps } = process
  const of = { SpaceId, ProjectId }
  return keep(snapshots, { owner: process, content: Steps, of, fields: { ...of, Steps } })
}

const shown = (process: Process): Process => ({ ...process, Steps: shownSteps(process.Steps) })

/** The same step with ids of its own, in the channels of the new project. */
const twin = (step: Step, ids: Record<string, string>): Step => ({
  ...step,
  Id: randomUUID(),
  Actions: step.Actions.map((action) => ({
    ...action,
    Id: randomUUID(),
    Channels: action.Channels.map((id) => ids[id] ?? id),
    Packages: action.Packages.map((reference) => ({ ...reference, Id: randomUUID() })),
  })),
})
