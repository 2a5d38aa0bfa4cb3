import { defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { NotFoundError, RefusedError } from '#bus/errors.ts'
import { onceThere } from '#bus/once-there.ts'
import { listRules } from '#bus/page.ts'
import { patternOf } from '#domain/name.ts'
import { versionKey } from '#domain/version.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { keeping } from '#mixins/keeping.mixin.ts'
import { listPage } from '#mixins/listing.ts'
import { once } from '#mixins/once.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { projectNamed } from './assembling.ts'
import { automate, automateAll } from './automation.ts'
import { createByName } from './by-name.ts'
import { changesFor, refuseRemote } from './changing.ts'
import { compareReleases } from './comparing.ts'
import {
  blockRelease,
  defectsOf,
  reportDefect,
  resolveDefect,
  unresolvedIn,
  untoldReleases,
} from './defects.ts'
import { followImports, importRelease, unstage } from './importing.ts'
import { missingPackages } from './missing-packages.ts'
import { releaseSchema, stagedReleaseSchema } from './release.model.ts'
import { bodyRules, importRules } from './release-rules.ts'
import { changeRelease, createRelease, releaseOf } from './release-writes.ts'
import type { Release } from './releases.contract.ts'

const of = { spaceId: 'string', id: 'string' } as const
const ofRelease = { spaceId: 'string', releaseId: 'string' } as const
const text = { type: 'string', optional: true, max: 1000 } as const
const optional = { type: 'string', optional: true } as const
const newestFirst = { Assembled: -1, _id: -1 } as const
/** The slow look for what was left undone, in ms. */
const REPAIR_EACH_MS = 15_000

export default defineService('releases', {
  mixins: [
    stored({ Release: releaseSchema, StagedRelease: stagedReleaseSchema }),
    audited,
    once,
    keeping<{ repairTimer: NodeJS.Timeout }>(),
  ],

  actions: {
    list: {
      description: 'Releases, the newest assembled first',
      permission: 'ReleaseView',
      params: { ...listRules, projectId: optional, channelId: optional, searchByVersion: text },
      handler(ctx) {
        const { spaceId, projectId, channelId, searchByVersion } = ctx.params
        const where = {
          SpaceId: spaceId,
          ...(projectId && { ProjectId: projectId }),
          ...(channelId && { ChannelId: channelId }),
          ...(searchByVersion && { Version: new RegExp(patternOf(searchByVersion), 'i') }),
        }
        const { skip, take, ids } = ctx.params
        const wish = { ...(skip && { skip }), ...(take && { take }), ...(ids && { ids }) }
        return listPage<Release>(this.models.Release, wish, { where, sort: newestFirst })
      },
    },

    get: {
      description: 'One release by its id',
      permission: 'ReleaseView',
      params: of,
      async handler(ctx) {
        const { id, spaceId } = ctx.params
        const found = await this.models.Release.findOne({ _id: id, SpaceId: spaceId }).lean()
        if (!found) throw new NotFoundError('Release', id)
        return releaseOf(found)
      },
    },

    byVersion: {
      description: 'The release of a project with a version',
      permission: 'ReleaseView',
      params: { spaceId: 'string', projectId: 'string', version: 'string' },
      async handler(ctx) {
        const { spaceId, projectId, version } = ctx.params
        const project = await projectNamed(ctx, spaceId, projectId)
        const where = { SpaceId: spaceId, ProjectId: project.Id, _version: versionKey(version) }
        const found = await this.models.Release.findOne(where).lean()
        if (!found) throw new NotFoundError('Release', version)
        return releaseOf(found)
      },
    },

    create: {
      description: 'Freezes process and variables of a project as a release',
      permission: 'ReleaseCreate',
      params: {
        spaceId: 'string',
        ignoreChannelRules: { type: 'boolean', convert: true, optional: true },
        ...bodyRules,
      },
      handler(ctx) {
        const { spaceId, ignoreChannelRules, ...body } = ctx.params
        const { SelectedPackages: selected, IgnoreChannelRules, ...rest } = body
        const isIgnored = ignoreChannelRules ?? IgnoreChannelRules ?? false
        const wish = { ...rest, packages: { selected }, ignoreChannelRules: isIgnored }
        return createRelease(this, ctx, { spaceId, wish })
      },
    },

    createByName: {
      description: 'Creates a release by names, as the executions API has it',
      permission: 'ReleaseCreate',
      params: {
        spaceId: 'string',
        ProjectName: { type: 'string', min: 1 },
        ReleaseVersion: text,
        ChannelName: text,
        ReleaseNotes: { type: 'string', optional: true, max: 200_000 },
        Packages: { type: 'array', items: { ...text, optional: false }, max: 1000, optional: true },
        PackageVersion: text,
        PackagePrerelease: text,
        GitRef: text,
        GitCommit: text,
        IgnoreIfAlreadyExists: { type: 'boolean', optional: true },
        IgnoreChannelRules: { type: 'boolean', optional: true },
        CustomFields: { type: 'record', key: 'string', value: 'string', optional: true },
        $$strict: 'remove',
      },
      handler(ctx) {
        return createByName(this, ctx, ctx.params)
      },
    },

    modify: {
      description:
        'Changes a release: version, channel, notes, fields, and packages until it is deployed',
      permission: 'ReleaseEdit',
      params: {
        ...of,
        Version: { type: 'string', min: 1, max: 1000 },
        ChannelId: 'string',
        ReleaseNotes: bodyRules.ReleaseNotes,
        CustomFields: bodyRules.CustomFields,
        SelectedPackages: bodyRules.SelectedPackages,
        IgnoreChannelRules: bodyRules.IgnoreChannelRules,
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { spaceId, id, ...wish } = ctx.params
        const before = await ctx.call('releases.get', { spaceId, id })
        refuseRemote(before)
        return changeRelease(this, ctx, before, await changesFor(ctx, before, wish))
      },
    },

    remove: {
      description: 'Deletes a release with its deployments',
      permission: 'ReleaseDelete',
      params: of,
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        const before = await ctx.call('releases.get', { spaceId, id })
        const system = asSystem(this.broker, 'a release is deleted')
        if ((await system.call('deployments.active', { spaceId, releaseId: id })) > 0)
          throw new RefusedError(
            `The release ${before.Version} is being deployed. Cancel that first.`,
          )
        const removeDeployments = () =>
          system.call('deployments.removeOf', { spaceId, releaseIds: [id] }, { timeout: 0 })
        await removeDeployments()
        await this.models.Release.deleteOne({ _id: id })
        // One that was made after the look: from now on none can be.
        await removeDeployments()
        await this.audited(ctx, { category: 'Deleted', kind: 'Release', before, spaceId })
        if (before.Remote) await this.broker.broadcast('releases.removed', { spaceId, ids: [id] })
        return null
      },
    },

    removeOf: {
      description: 'Takes away all releases of a project, with their deployments',
      permission: 'system',
      params: { spaceId: 'string', projectId: 'string' },
      timeout: 0,
      async handler(ctx) {
        await ctx.call('deployments.removeOf', ctx.params, { timeout: 0 })
        const { spaceId, projectId } = ctx.params
        const where = { SpaceId: spaceId, ProjectId: projectId }
        const remote = { ...where, 'Remote.Revision': { $exists: true } }
        const gone = await this.models.Release.find(remote, { _id: 1 }).lean()
        await this.models.Release.deleteMany(where)
        await this.models.StagedRelease.deleteMany(where)
        const ids = gone.map(({ _id }) => _id)
        if (ids.length > 0) await this.broker.broadcast('releases.removed', { spaceId, ids })
        return null
      },
    },

    snapshotVariables: {
      description: 'Freezes the variables anew; the process stays as it was',
      permission: 'ReleaseEdit',
      params: of,
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        const before = await ctx.call('releases.get', { spaceId, id })
        refuseRemote(before)
        const system = asSystem(this.broker, 'variables are frozen')
        const { Id } = await system.call('variables.snapshot', {
          spaceId,
          ownerId: before.ProjectId,
        })
        return changeRelease(this, ctx, before, { ProjectVariableSetSnapshotId: Id })
      },
    },

    defects: {
      description: 'What keeps a release from going further, the newest first',
      permission: 'ReleaseView',
      params: ofRelease,
      async handler(ctx) {
        const Items = await defectsOf(this.models.Release, ctx.params)
        return { Items, TotalResults: Items.length, ItemsPerPage: 30, Skip: 0 }
      },
    },

    reportDefect: {
      description: 'Keeps a release from going further',
      permission: 'DefectReport',
      params: { ...ofRelease, Description: { type: 'string', min: 1, max: 10_000 } },
      handler(ctx) {
        return reportDefect(this, ctx, ctx.params)
      },
    },

    resolveDefect: {
      description: 'Lets a release go further again',
      permission: 'DefectResolve',
      params: ofRelease,
      async handler(ctx) {
        const { release, resolved } = await resolveDefect(this, ctx, ctx.params)
        await automate(this, releaseOf(release))
        return resolved
      },
    },

    hasDefect: {
      description: 'Which of these releases have an unresolved defect',
      permission: 'ReleaseView',
      params: { spaceId: 'string', ids: { type: 'array', items: 'string', max: 10_000 } },
      handler(ctx) {
        return unresolvedIn(this.models.Release, ctx.params)
      },
    },

    missingPackages: {
      description: 'Packages of a release that the built-in feed does not have any more',
      permission: 'ReleaseView',
      params: ofRelease,
      async handler(ctx) {
        const { spaceId, releaseId } = ctx.params
        const release = await ctx.call('releases.get', { spaceId, id: releaseId })
        return { Packages: await missingPackages(ctx, release) }
      },
    },

    processSnapshot: {
      description: 'The process of a release as it is frozen',
      permission: 'ProcessView',
      params: ofRelease,
      async handler(ctx) {
        const { spaceId, releaseId } = ctx.params
        const release = await ctx.call('releases.get', { spaceId, id: releaseId })
        const id = release.ProjectDeploymentProcessSnapshotId
        return ctx.call('processes.get', { spaceId, id })
      },
    },

    compare: {
      description: 'What differs between two releases',
      permission: 'ReleaseView',
      params: { ...ofRelease, otherId: 'string' },
      handler: (ctx) => compareReleases(ctx, ctx.params),
    },

    latest: {
      description: 'The release of a project that was assembled last',
      permission: 'ReleaseView',
      params: { spaceId: 'string', projectId: 'string', channelId: optional },
      async handler(ctx) {
        const { spaceId, projectId, channelId } = ctx.params
        const where = {
          SpaceId: spaceId,
          ProjectId: projectId,
          ...(channelId && { ChannelId: channelId }),
        }
        const found = await this.models.Release.findOne(where).sort(newestFirst).lean()
        return found && releaseOf(found)
      },
    },

    importRemote: {
      description: 'Makes a release that another space has made',
      permission: 'system',
      params: importRules,
      timeout: 0,
      handler(ctx) {
        return importRelease(this, ctx, ctx.params)
      },
    },

    unstage: {
      description: 'Makes the releases visible that were staged with their project',
      permission: 'system',
      params: { spaceId: 'string', projectId: 'string' },
      timeout: 0,
      async handler(ctx) {
        await unstage(this, ctx, ctx.params)
        return null
      },
    },

    dropStaged: {
      description: 'Takes away the staged releases of a project',
      permission: 'system',
      params: { spaceId: 'string', projectId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId, projectId: ProjectId } = ctx.params
        await this.models.StagedRelease.deleteMany({ SpaceId, ProjectId })
        return null
      },
    },

    ofTrust: {
      description: 'Releases that came by a trust, by their ids',
      permission: 'system',
      params: { spaceId: 'string', trustId: 'string', after: optional, take: 'number' },
      async handler(ctx) {
        const { spaceId: SpaceId, trustId, after, take } = ctx.params
        const where = { SpaceId, 'Remote.TrustId': trustId, ...(after && { _id: { $gt: after } }) }
        const found = await this.models.Release.find(where, { Version: 1, ProjectId: 1 })
          .sort({ _id: 1 })
          .limit(take)
          .lean()
        return found.map(({ _id: Id, Version, ProjectId }) => ({ Id, Version, ProjectId }))
      },
    },

    block: {
      description: 'Gives a release a defect beside those that it has',
      permission: 'system',
      params: { ...ofRelease, Id: 'string', Description: 'string' },
      async handler(ctx) {
        return { isNew: await blockRelease(this, ctx, ctx.params) }
      },
    },

    untold: {
      description: 'Imported releases of whose defects their source has yet to hear',
      permission: 'system',
      params: { skip: 'number', take: 'number' },
      handler(ctx) {
        return untoldReleases(this.models.Release, ctx.params)
      },
    },

    told: {
      description: 'Notes that the source of a release has been told of its defects',
      permission: 'system',
      params: { ...of, mark: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId, id: _id, mark: _untold } = ctx.params
        await this.models.Release.updateOne({ _id, SpaceId, _untold }, { $unset: { _untold: 1 } })
        return null
      },
    },

    known: {
      description: 'Which of these releases are still there',
      permission: 'system',
      params: { spaceId: 'string', ids: { type: 'array', items: 'string', max: 10_000 } },
      async handler(ctx) {
        const { spaceId: SpaceId, ids } = ctx.params
        const where = { SpaceId, _id: { $in: ids } }
        const found = await this.models.Release.find(where, { _id: 1 }).lean()
        return found.map(({ _id }) => _id)
      },
    },

    eraseSpace: {
      description: 'Takes away every release of a space',
      permission: 'system',
      params: { spaceId: 'string' },
      timeout: 0,
      async handler(ctx) {
        await this.models.StagedRelease.deleteMany({ SpaceId: ctx.params.spaceId })
        await this.models.Release.deleteMany({ SpaceId: ctx.params.spaceId })
        return null
      },
    },
  },

  async started() {
    const repair = async () => {
      await followImports(this)
      await automateAll(this)
    }
    onceThere(
      this,
      [
        ...['deployments', 'channels', 'lifecycles', 'projects', 'tasks', 'events'],
        ...['processes', 'variables', 'templatevalues'],
      ],
      repair,
    )
    this.repairTimer = setInterval(() => {
      this.oncePer(REPAIR_EACH_MS, 'automatic deployments', repair).catch((error) =>
        this.logger.error('Automatic deployments were not made', error),
      )
    }, REPAIR_EACH_MS)
  },

  stopped() {
    clearInterval(this.repairTimer)
  },
})
