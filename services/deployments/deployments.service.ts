import { defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { NotFoundError, RefusedError } from '#bus/errors.ts'
import { onceThere } from '#bus/once-there.ts'
import { oneAtATime } from '#bus/one-at-a-time.ts'
import { listRules } from '#bus/page.ts'
import { automaticTargets } from '#domain/progression.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { keeping } from '#mixins/keeping.mixin.ts'
import { listPage } from '#mixins/listing.ts'
import { once } from '#mixins/once.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { createByName } from './by-name.ts'
import { checkCreation, drafted, partsFor } from './creation.ts'
import { deploymentSchema, rowSchema } from './deployment.model.ts'
import { commandRules, filterRules, newsRule, whereOf, wishRules } from './deployment-rules.ts'
import type { Deployment } from './deployments.contract.ts'
import { executionOf } from './execution.ts'
import { phasesFor, progressionFacts } from './facts.ts'
import { followFinished } from './following.ts'
import { type Frozen, frozenReads } from './frozen.ts'

import { previewOf } from './preview.ts'
import { progressionOfProject, progressionOfRelease, templateOf } from './progress-view.ts'
import { deploymentOf, queue, queueAutomatic } from './queueing.ts'
import { followNews, takeNews } from './remote-news.ts'
import { removeDeployments } from './removal.ts'
import { repairQueue } from './repair.ts'

const of = { spaceId: 'string', id: 'string' } as const
const ofRelease = { spaceId: 'string', releaseId: 'string' } as const
/** The slow look for what no event told of, in ms. */
const REPAIR_EACH_MS = 15_000
/**
 * Who is told that a deployment was not made will try again, and must not have two of it. So who asks waits
 * for what really happened: what is looked up before has its limit, in which nothing is made.
 */
const TO_ITS_END = 0
const newestFirst = { Created: -1, _id: -1 } as const

export default defineService('deployments', {
  mixins: [
    stored({ Deployment: deploymentSchema, DashboardRow: rowSchema }),
    audited,
    once,
    keeping<{ following: () => Promise<void>; repairTimer: NodeJS.Timeout; frozen: Frozen }>(),
  ],

  actions: {
    list: {
      description: 'Deployments, the newest first',
      permission: 'DeploymentView',
      params: {
        ...listRules,
        ...filterRules,
      },
      async handler(ctx) {
        const where = await whereOf(this.broker, this.models.Deployment, ctx.params)
        const { skip, take } = ctx.params
        const wish = {
          ...(skip && { skip }),
          ...(take && { take }),
          ...(ctx.params.ids && { ids: ctx.params.ids }),
        }
        return listPage<Deployment>(this.models.Deployment, wish, { where, sort: newestFirst })
      },
    },

    get: {
      description: 'One deployment by its id',
      permission: 'DeploymentView',
      params: of,
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        const found = await this.models.Deployment.findOne({ _id: id, SpaceId: spaceId }).lean()
        if (!found) throw new NotFoundError('Deployment', id)
        return deploymentOf(found)
      },
    },

    create: {
      description: 'Queues the deployment of a release to an environment',
      permission: 'DeploymentCreate',
      timeout: TO_ITS_END,
      params: {
        spaceId: 'string',
        ReleaseId: 'string',
        EnvironmentId: 'string',
        TenantId: { type: 'string', optional: true },
        ...wishRules,
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { spaceId, ReleaseId, EnvironmentId, ...wish } = ctx.params
        const about = { spaceId, releaseId: ReleaseId, environmentId: EnvironmentId }
        const parts = await partsFor(ctx, about)
        const checked = await checkCreation(ctx, this.models.Deployment, parts, wish)
        const draft = drafted(parts, { ...wish, ...checked }, ctx.meta.caller)
        return deploymentOf(await queue(this, ctx, draft))
      },
    },

    createByName: {
      description: 'Queues deployments by names, as the executions API has it',
      permission: 'DeploymentCreate',
      timeout: TO_ITS_END,
      params: {
        spaceId: 'string',
        ...commandRules,
        $$strict: 'remove',
      },
      handler(ctx) {
        return createByName(this, ctx, ctx.params)
      },
    },

    repeat: {
      description: 'The same deployment once more',
      permission: 'DeploymentCreate',
      timeout: TO_ITS_END,
      params: of,
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        const before = await this.models.Deployment.findOne({ _id: id, SpaceId: spaceId }).lean()
        if (!before) throw new NotFoundError('Deployment', id)
        const { ReleaseId: releaseId, EnvironmentId: environmentId, Comments } = before
        const parts = await partsFor(ctx, { spaceId, releaseId, environmentId })
        const wish = {
          SkipActions: before.SkipActions,
          FormValues: {},
          Comments,
          UseGuidedFailure: before.UseGuidedFailure,
          ForcePackageDownload: before.ForcePackageDownload,
          ForcePackageRedeployment: before.ForcePackageRedeployment,
          SpecificMachineIds: [],
          ExcludedMachineIds: [],
        }
        const about = { isRepeated: true }
        const now = await checkCreation(ctx, this.models.Deployment, parts, wish, about)
        const { FormValues, _answers, _isPriority } = before
        const checked = { ...now, FormValues, _answers, _isPriority }
        const draft = drafted(parts, { ...wish, ...checked }, ctx.meta.caller)
        return deploymentOf(await queue(this, ctx, draft))
      },
    },

    remove: {
      description: 'Deletes a deployment that has ended',
      permission: 'DeploymentDelete',
      params: of,
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        const before = await ctx.call('deployments.get', { spaceId, id })
        const system = asSystem(this.broker, 'a deployment is deleted')
        const [task] = await system.call('tasks.known', { ids: [before.TaskId] })
        if (task && !task.IsCompleted)
          throw new RefusedError('The deployment has not ended yet. Cancel it first.')
        await removeDeployments(this, { _id: id, SpaceId: spaceId })
        await this.audited(ctx, { category: 'Deleted', kind: 'Deployment', before, spaceId })
        return null
      },
    },

    removeOf: {
      description: 'Takes away the deployments of a project or of releases',
      permission: 'system',
      params: {
        spaceId: 'string',
        projectId: filterRules.releaseId,
        releaseIds: filterRules.projects,
      },
      timeout: 0,
      async handler(ctx) {
        const { spaceId, projectId, releaseIds } = ctx.params
        await removeDeployments(this, {
          SpaceId: spaceId,
          ...(projectId && { ProjectId: projectId }),
          ...(releaseIds && { ReleaseId: { $in: releaseIds } }),
        })
        return null
      },
    },

    active: {
      description: 'How many deployments of a release have not ended',
      permission: 'system',
      params: ofRelease,
      async handler(ctx) {
        const { spaceId: SpaceId, releaseId: ReleaseId } = ctx.params
        const open = await this.models.Deployment.find(
          { ReleaseId, SpaceId, _outcome: null },
          { TaskId: 1 },
        ).lean()
        const ids = open.map(({ TaskId }) => TaskId)
        const tasks = await ctx.call('tasks.known', { ids })
        return tasks.filter(({ IsCompleted }) => !IsCompleted).length
      },
    },

    deployedOf: {
      description: 'Which of these releases have been deployed, or are about to be',
      permission: 'system',
      params: { spaceId: 'string', releaseIds: filterRules.projects },
      async handler(ctx) {
        const { spaceId: SpaceId, releaseIds = [] } = ctx.params
        const isDeployed = await Promise.all(
          releaseIds.map((ReleaseId) =>
            this.models.Deployment.exists({
              ...{ ReleaseId, SpaceId, _outcome: { $in: [null, 'Success'] } },
            }),
          ),
        )
        return releaseIds.filter((_id, index) => isDeployed[index])
      },
    },

    preview: {
      description: 'What a deployment would do',
      permission: 'DeploymentView',
      params: {
        ...ofRelease,
        environmentId: 'string',
        includeDisabledSteps: { type: 'boolean', convert: true, optional: true },
      },
      handler: (ctx) => previewOf(ctx, ctx.params),
    },

    previews: {
      description: 'What several deployments would do',
      permission: 'DeploymentView',
      params: {
        ...ofRelease,
        items: {
          type: 'array',
          max: 1000,
          items: { type: 'object', props: { EnvironmentId: 'string' } },
        },
      },
      handler: (ctx) =>
        Promise.all(
          ctx.params.items.map(({ EnvironmentId: environmentId }) =>
            previewOf(ctx, { ...ctx.params, environmentId }),
          ),
        ),
    },

    template: {
      description: 'Where a release may be deployed to',
      permission: 'ReleaseView',
      params: ofRelease,
      handler(ctx) {
        return templateOf(ctx, this.models.Deployment, ctx.params)
      },
    },

    progressionOfRelease: {
      description: 'How far a release is in its lifecycle',
      permission: 'ReleaseView',
      params: ofRelease,
      handler(ctx) {
        return progressionOfRelease(ctx, this.models.Deployment, ctx.params)
      },
    },

    progressionOfProject: {
      description: 'How far the releases of a project are',
      permission: 'ProjectView',
      params: {
        spaceId: 'string',
        projectId: 'string',
        releaseHistoryCount: {
          type: 'number',
          integer: true,
          min: 1,
          max: 1000,
          convert: true,
          optional: true,
        },
      },
      handler(ctx) {
        return progressionOfProject(ctx, this.models.Deployment, ctx.params)
      },
    },

    execution: {
      description: 'All that the scheduler needs to execute a deployment, secrets sealed',
      permission: 'system',
      params: of,
      handler(ctx) {
        this.frozen ??= frozenReads()
        const { broker, models, frozen } = this
        return executionOf({ broker, deployments: models.Deployment, frozen }, ctx.params)
      },
    },

    automate: {
      description: 'Queues what the lifecycle deploys by itself now',
      permission: 'system',
      params: ofRelease,
      timeout: 0,
      async handler(ctx) {
        const { spaceId, releaseId } = ctx.params
        const release = await ctx
          .call('releases.get', { spaceId, id: releaseId })
          .catch((error: { type?: string }) => {
            if (error.type === 'NOT_FOUND') return null
            throw error
          })
        // It has been deleted: nothing of it goes any further.
        if (!release) return null
        // Most lifecycles deploy nothing by themselves: then nobody need know how far the release is.
        const phases = await phasesFor(this.broker, spaceId, release)
        if (phases.every((phase) => phase.AutomaticDeploymentTargets.length === 0)) return null
        const facts = await progressionFacts(this.broker, this.models.Deployment, release)
        for (const environmentId of automaticTargets(facts))
          await queueAutomatic(this, ctx, { spaceId, releaseId, environmentId })
        return null
      },
    },

    remoteNews: {
      description: 'Keeps what another space tells of a deployment',
      permission: 'system',
      params: { spaceId: 'string', deploymentId: 'string', news: newsRule },
      timeout: 0,
      async handler(ctx) {
        const changed = await takeNews(this, ctx.params)
        if (changed) await ctx.broadcast('tasks.changed', { id: changed.TaskId, progress: {} })
        return null
      },
    },

    eraseSpace: {
      description: 'Takes away every deployment of a space',
      permission: 'system',
      params: { spaceId: 'string' },
      timeout: 0,
      async handler(ctx) {
        const where = { SpaceId: ctx.params.spaceId }
        await this.models.Deployment.deleteMany(where)
        await this.models.DashboardRow.deleteMany(where)
        return null
      },
    },
  },

  events: {
    async 'tasks.finished'(ctx) {
      // Every node hears of it, and the one where it ended draws the consequences; what it leaves when
      // it dies is found by the look that is made each few seconds.
      if (ctx.nodeID === this.broker.nodeID) await this.following?.()
    },
  },

  async started() {
    const following = oneAtATime(() => followFinished(this))
    this.following = following
    // What an event did not tell of, and what a crash has left: at first all, then the latest.
    let since = ''
    const repair = async () => {
      try {
        since = await repairQueue(this, since, Date.now())
      } finally {
        await following()
        await followNews(this)
      }
    }
    onceThere(this, ['tasks', 'releases', 'projects', 'environments', 'events'], repair)
    this.repairTimer = setInterval(() => {
      this.oncePer(REPAIR_EACH_MS, 'what follows from tasks', repair).catch((error) =>
        this.logger.error('What follows from tasks was not done', error),
      )
    }, REPAIR_EACH_MS)
  },

  stopped() {
    clearInterval(this.repairTimer)
  },
})
