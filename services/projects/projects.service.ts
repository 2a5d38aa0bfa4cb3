import { defineService } from '#bus'
import { foldName, nameRule } from '#domain/name.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { insertResource, replaceResource } from '#mixins/changes.ts'
import { crud, isSame } from '#mixins/crud.ts'
import type { AnyModel } from '#mixins/listing.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { newId } from '#store/ids.ts'
import { projectSchema, removalSchema, stagedProjectSchema } from './project.model.ts'
import {
  completePolicy,
  completeProject,
  completeVersioning,
  importRules,
  projectRules,
  settingsRules,
} from './project-body.ts'
import { checkReferences, findProject, refuseUnbuilt, settingsOf } from './project-checks.ts'
import {
  finishRemoval,
  makeParts,
  partsOf,
  repairParts,
  resumeRemovals,
  startRemoval,
} from './project-parts.ts'
import type {
  DeploymentSettings,
  Project,
  ProjectBody,
  ProjectFilters,
} from './projects.contract.ts'
import { refuseClone, refuseLocked } from './remote.ts'
import {
  abandonProject,
  applyStaged,
  commitProject,
  remoteOf,
  resumeImports,
  stageProject,
} from './remote-import.ts'

const base = crud<Project, ProjectBody, ProjectFilters>({
  kind: 'Project',
  ids: 'Projects',
  permission: 'Project',
  body: projectRules,
  filters: {
    rules: {
      projectGroupId: { type: 'string', optional: true },
      lifecycleId: { type: 'string', optional: true },
      clonedFromProjectId: { type: 'string', optional: true },
    },
    where: ({ projectGroupId, lifecycleId, clonedFromProjectId }) => ({
      ...(projectGroupId !== undefined && { ProjectGroupId: projectGroupId }),
      ...(lifecycleId !== undefined && { LifecycleId: lifecycleId }),
      ...(clonedFromProjectId !== undefined && { ClonedFromProjectId: clonedFromProjectId }),
    }),
  },

  async prepare(ctx, { spaceId, id, body, before }) {
    refuseUnbuilt(body)
    await checkReferences(ctx, spaceId, body)
    const fields = { ...completeProject(body), PersistenceSettings: { Type: 'Database' as const } }
    if (before) refuseLocked(before, { ...body, ...fields })
    return before ? fields : { ...fields, ...partsOf(id) }
  },

  created: (ctx, project, model) =>
    makeParts(model, ctx.broker, { spaceId: project.SpaceId, projectId: project.Id }),
  checkRemove: (ctx, project, model) =>
    startRemoval(removalsOf(model), ctx.broker, {
      spaceId: project.SpaceId,
      projectId: project.Id,
    }),
  removed: (ctx, project, model) =>
    finishRemoval(removalsOf(model), ctx.broker, {
      spaceId: project.SpaceId,
      projectId: project.Id,
    }),
})

const cloneRules = {
  spaceId: 'string',
  clone: 'string',
  Name: nameRule,
  Description: projectRules.Description,
  ProjectGroupId: { type: 'string', optional: true },
  LifecycleId: { type: 'string', optional: true },
  $$strict: 'remove',
} as const

export default defineService('projects', {
  mixins: [
    stored({
      Project: projectSchema,
      StagedProject: stagedProjectSchema,
      Removal: removalSchema,
    }),
    audited,
  ],

  actions: {
    ...base,

    get: {
      description: 'One project by its id or slug',
      permission: 'ProjectView',
      params: { spaceId: 'string', id: 'string' },
      handler(ctx) {
        const { spaceId, id } = ctx.params
        return findProject(this.models.Project, spaceId, [{ _id: id }, { Slug: id }])
      },
    },

    resolve: {
      description: 'The project that a text means, by id, slug or name',
      permission: 'ProjectView',
      params: { spaceId: 'string', project: 'string' },
      handler(ctx) {
        const { spaceId, project: text } = ctx.params
        const ways = [{ _id: text }, { _name: foldName(text) }, { Slug: text.toLowerCase() }]
        return findProject(this.models.Project, spaceId, ways)
      },
    },

    clone: {
      description: 'Creates a project that is like another',
      permission: 'ProjectCreate',
      params: cloneRules,
      async handler(ctx) {
        const { spaceId, clone, ...wish } = ctx.params
        const { Project: model } = this.models
        const ways = [{ _id: clone }, { Slug: clone }]
        const source = await findProject(model, spaceId, ways)
        refuseClone(source)
        const fields = { ...settingsOf(source), ...wish, ClonedFromProjectId: source.Id }
        await checkReferences(ctx, spaceId, fields)
        const Id = newId('Projects')
        const after = await insertResource<Project>(model, { ...fields, ...partsOf(Id), Id })
        await makeParts(model, this.broker, { spaceId, projectId: Id })
        const related = [source.Id]
        const change = { category: 'Created', kind: 'Project', after, related, spaceId } as const
        await this.audited(ctx, change)
        return after
      },
    },

    ownerOf: {
      description: 'The space that builds the releases of a project, null for this one',
      permission: 'any',
      params: { spaceId: 'string', id: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId, id: _id } = ctx.params
        const found = await this.models.Project.findOne({ _id, SpaceId }).select('Remote').lean()
        return found?.Remote?.RemoteSpace ?? null
      },
    },

    remoteOf: {
      description: 'The project that stands for one of another space',
      permission: 'system',
      params: { spaceId: 'string', trustId: 'string', sourceProjectId: 'string' },
      handler(ctx) {
        const { spaceId, trustId, sourceProjectId } = ctx.params
        return remoteOf(this.models, spaceId, `${trustId}/${sourceProjectId}`)
      },
    },

    importRemote: {
      description: 'Stages a project of another space',
      permission: 'system',
      params: importRules,
      async handler(ctx) {
        return { Id: await stageProject(this, ctx, ctx.params) }
      },
    },

    commitRemote: {
      description: 'Makes a staged project one of the space',
      permission: 'system',
      params: { spaceId: 'string', id: 'string' },
      timeout: 0,
      async handler(ctx) {
        await commitProject(this, ctx, ctx.params)
        return null
      },
    },

    applyRemote: {
      description: 'Gives a project what an import has staged of it',
      permission: 'system',
      params: { spaceId: 'string', id: 'string' },
      async handler(ctx) {
        await applyStaged(this, ctx, ctx.params)
        return null
      },
    },

    abandonRemote: {
      description: 'Takes away what is staged of a project',
      permission: 'system',
      params: { spaceId: 'string', id: 'string' },
      async handler(ctx) {
        await abandonProject(this, ctx.params)
        return null
      },
    },

    eraseSpace: {
      ...base.eraseSpace,
      async handler(ctx) {
        await this.models.StagedProject.deleteMany({ SpaceId: ctx.params.spaceId })
        return base.eraseSpace.handler.call(this, ctx)
      },
    },

    using: {
      description: 'Which projects have this lifecycle or group, or have come by this trust',
      permission: 'any',
      params: {
        spaceId: 'string',
        lifecycleId: { type: 'string', optional: true },
        projectGroupId: { type: 'string', optional: true },
        trustId: { type: 'string', optional: true },
      },
      async handler(ctx) {
        const { spaceId: SpaceId, lifecycleId, projectGroupId, trustId } = ctx.params
        const where = {
          SpaceId,
          ...(lifecycleId !== undefined && { LifecycleId: lifecycleId }),
          ...(projectGroupId !== undefined && { ProjectGroupId: projectGroupId }),
          ...(trustId !== undefined && { 'Remote.TrustId': trustId }),
        }
        const projects = await this.models.Project.find(where).select('Name').lean()
        return projects.map(({ _id, Name }) => ({ Id: String(_id), Name }))
      },
    },

    summary: {
      description: 'What a project has',
      permission: 'ProjectView',
      params: { spaceId: 'string', id: 'string' },
      async handler(ctx) {
        const { spaceId } = ctx.params
        const project = await ctx.call('projects.get', ctx.params)
        const actions = await ctx.call('processes.actions', { spaceId, projectId: project.Id })
        return { HasDeploymentProcess: actions.length > 0, HasRunbooks: false }
      },
    },

    deploymentSettings: {
      description: 'How a project is deployed',
      permission: 'ProjectView',
      params: { spaceId: 'string', id: 'string' },
      handler: async (ctx) => deploymentSettingsOf(await ctx.call('projects.get', ctx.params)),
    },

    changeDeploymentSettings: {
      description: 'Replaces how a project is deployed',
      permission: 'ProjectEdit',
      params: { spaceId: 'string', id: 'string', ...settingsRules, $$strict: 'remove' },
      async handler(ctx) {
        const { spaceId, id, ConnectivityPolicy, VersioningStrategy, ...rest } = ctx.params
        const before = await ctx.call('projects.get', { spaceId, id })
        const fields = {
          ...rest,
          ProjectConnectivityPolicy: completePolicy(ConnectivityPolicy),
          VersioningStrategy: completeVersioning(VersioningStrategy),
        }
        if (isSame(before, fields)) return deploymentSettingsOf(before)
        refuseLocked(before, fields)
        const { Project: model } = this.models
        const after = await replaceResource<Project>(model, before, fields, ctx.meta.caller)
        const change = { category: 'Modified', kind: 'Project', before, after, spaceId } as const
        await this.audited(ctx, change)
        return deploymentSettingsOf(after)
      },
    },
  },

  async started() {
    const { Project, Removal } = this.models
    // By `dependencies` one would look for them once a second.
    await this.broker.waitForServices(['channels', 'processes', 'variables'], 30_000, 10)
    await repairParts(Project, this.broker)
    // Releases and tasks start later, so this goes on by itself.
    this.broker
      .waitForServices(['tasks', 'releases'], 60_000, 100)
      .then(async () => {
        await resumeRemovals(Project, Removal, this.broker)
        await resumeImports(this)
      })
      .catch((error) =>
        this.logger.warn('Deletions and imports of projects do not go on', { error }),
      )
  },
})

/** A hook knows the model of its kind; the other one of this service is on the same connection. */
const removalsOf = (projects: AnyModel) => projects.db.model('Removal') as unknown as AnyModel

const deploymentSettingsOf = (project: Project): DeploymentSettings => ({
  Id: `deploymentsettings-${project.Id}`,
  SpaceId: project.SpaceId,
  ProjectId: project.Id,
  ConnectivityPolicy: project.ProjectConnectivityPolicy,
  DefaultGuidedFailureMode: project.DefaultGuidedFailureMode,
  DefaultToSkipIfAlreadyInstalled: project.DefaultToSkipIfAlreadyInstalled,
  DeploymentChangesTemplate: project.DeploymentChangesTemplate,
  ReleaseNotesTemplate: project.ReleaseNotesTemplate,
  ForcePackageDownload: project.ForcePackageDownload,
  VersioningStrategy: project.VersioningStrategy,
})
