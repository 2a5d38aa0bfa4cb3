import { randomUUID } from 'node:crypto'
import { defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError, NotBuiltError, NotFoundError, RefusedError } from '#bus/errors.ts'
import { faultsOfRules, testRule } from '#domain/channel-rules.ts'
import { foldName, nameRule } from '#domain/name.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { insertUnless } from '#mixins/changes.ts'
import { type Asked, crud } from '#mixins/crud.ts'
import type { AnyModel } from '#mixins/listing.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { newId } from '#store/ids.ts'
import { publicOf } from '#store/resource.ts'
import { channelSchema } from './channel.model.ts'
import type { Channel, ChannelBody, ChannelRule } from './channels.contract.ts'
import { refuseRemote } from './remote.ts'

const text = { type: 'string', optional: true, nullable: true, max: 1_000 } as const

const tried = { type: 'string', optional: true, max: 1_000 } as const

const body = {
  Name: nameRule,
  ProjectId: { type: 'string', optional: true },
  Description: { type: 'string', default: '', max: 10_000 },
  Slug: { type: 'string', optional: true, max: 100 },
  LifecycleId: { type: 'string', optional: true },
  IsDefault: { type: 'boolean', default: false },
  Rules: {
    type: 'array',
    default: [],
    max: 100,
    items: {
      type: 'object',
      props: {
        Id: text,
        VersionRange: text,
        Tag: text,
        ActionPackages: {
          type: 'array',
          optional: true,
          nullable: true,
          items: {
            type: 'object',
            strict: 'remove',
            props: { DeploymentAction: 'string', PackageReference: { ...text, default: '' } },
          },
        },
      },
    },
  },
  TenantTags: { type: 'array', items: 'string', default: [], max: 1_000 },
  Type: { type: 'string', default: 'Lifecycle' },
  GitReferenceRules: { type: 'array', items: 'string', default: [], max: 100 },
  GitResourceRules: { type: 'array', default: [], max: 100 },
  CustomFieldDefinitions: {
    type: 'array',
    default: [],
    max: 100,
    items: {
      type: 'object',
      strict: 'remove',
      props: { FieldName: 'string', Description: { ...text, default: '' } },
    },
  },
} as const

const base = crud<Channel, ChannelBody, { projectId: string }>({
  kind: 'Channel',
  ids: 'Channels',
  permission: {
    view: 'ProcessView',
    create: 'ProcessEdit',
    edit: 'ProcessEdit',
    remove: 'ProcessEdit',
  },
  body,
  filters: {
    rules: { projectId: { type: 'string', optional: true } },
    where: ({ projectId }) => (projectId === undefined ? {} : { ProjectId: projectId }),
  },

  async prepare(ctx, { spaceId, body, before }) {
    if (body.Type !== 'Lifecycle') throw new NotBuiltError(`channels of the type '${body.Type}'`)
    const ProjectId = body.ProjectId ?? before?.ProjectId ?? ''
    const Rules = body.Rules.map(completeRule)
    if (ProjectId !== '') await refuseRemote(ctx, { spaceId, projectId: ProjectId })
    const faults = [
      ...faultsOfRules(Rules),
      ...(await faultsOfReferences(ctx, spaceId, { ...body, ProjectId })),
      ...(before && before.ProjectId !== ProjectId ? ['A channel cannot change its project.'] : []),
      ...(before?.IsDefault && !body.IsDefault
        ? ['A project has a default channel: make another one the default.']
        : []),
    ]
    if (faults.length > 0) throw new InvalidError(faults)
    return { ProjectId, Rules, Type: 'Lifecycle', LifecycleId: body.LifecycleId ?? null }
  },
  created: (_ctx, channel, model) => keepOneDefault(model, channel),
  modified: (_ctx, channel, model) => keepOneDefault(model, channel),

  async checkRemove(ctx, channel) {
    await refuseRemote(ctx, { spaceId: channel.SpaceId, projectId: channel.ProjectId })
    if (channel.IsDefault) {
      throw new RefusedError('The default channel cannot be deleted: make another one the default.')
    }
    const { SpaceId: spaceId, Id: channelId } = channel
    const system = asSystem(ctx.broker, `the channel ${channelId} is deleted`)
    const releases = await system.call('releases.list', { spaceId, channelId, take: 1 })
    if (releases.TotalResults === 0) return
    throw new RefusedError(`The channel '${channel.Name}' has releases: delete them first.`)
  },
})

export default defineService('channels', {
  mixins: [stored({ Channel: channelSchema }), audited],

  actions: {
    ...base,

    create: {
      ...base.create,
      params: { ...base.create.params, projectId: { type: 'string', optional: true } },
      handler(ctx) {
        const { projectId, ...params } = ctx.params
        // Newer clients name the project in the address, older ones in the body.
        if (projectId !== undefined) params.ProjectId = projectId
        ctx.params = params
        return base.create.handler.call(this, ctx)
      },
    },

    testRule: {
      description: 'Tries a version on a rule: a range as NuGet writes it, and a pattern',
      permission: 'ProcessView',
      params: {
        spaceId: 'string',
        ...{ version: tried, versionRange: tried, preReleaseTag: tried },
        ...{ Version: tried, VersionRange: tried, PreReleaseTag: tried },
        $$strict: 'remove',
      },
      handler(ctx) {
        const { version, versionRange, preReleaseTag, ...body } = ctx.params
        return testRule((version ?? body.Version ?? '').trim(), {
          VersionRange: (versionRange ?? body.VersionRange ?? '').trim(),
          Tag: (preReleaseTag ?? body.PreReleaseTag ?? '').trim(),
        })
      },
    },

    populate: {
      description: 'Makes the default channel of a new project',
      permission: 'system',
      params: { spaceId: 'string', projectId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId, projectId: ProjectId } = ctx.params
        await insertUnless(
          this.models.Channel,
          { ProjectId, IsDefault: true },
          {
            ...{ Id: newId('Channels'), SpaceId, ProjectId },
            ...{ Name: 'Default', IsDefault: true },
          },
        )
        return null
      },
    },

    copy: {
      description: 'Gives a project the channels of another',
      permission: 'system',
      params: { spaceId: 'string', from: 'string', to: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId, from, to } = ctx.params
        const model = this.models.Channel
        const channels = await model.find({ SpaceId, ProjectId: from }).lean()
        const ids: Record<string, string> = {}
        for (const channel of channels.map(publicOf)) {
          // Asked again after a crash, or by another node, it goes on where it was.
          const where = { SpaceId, ProjectId: to, _name: foldName(channel.Name) }
          const copy = { ...channel, Id: newId('Channels'), ProjectId: to }
          await insertUnless(model, where, copy)
          ids[channel.Id] = String((await model.findOne(where).select('_id').lean())?._id)
        }
        return ids
      },
    },

    removeOf: {
      description: 'Takes away the channels of a project that goes',
      permission: 'system',
      params: { spaceId: 'string', projectId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId, projectId: ProjectId } = ctx.params
        await this.models.Channel.deleteMany({ SpaceId, ProjectId })
        return null
      },
    },

    ofProject: {
      description: 'Ids and names of the channels of a project',
      permission: 'any',
      params: { spaceId: 'string', projectId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId, projectId: ProjectId } = ctx.params
        const where = { SpaceId, ProjectId }
        const channels = await this.models.Channel.find(where).select('Name').sort('_name').lean()
        return channels.map(({ _id, Name }) => ({ Id: String(_id), Name }))
      },
    },

    default: {
      description: 'Where the releases of a project go that name no channel',
      permission: 'any',
      params: { spaceId: 'string', projectId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId, projectId: ProjectId } = ctx.params
        const channel = await this.models.Channel.findOne({
          SpaceId,
          ProjectId,
          IsDefault: true,
        }).lean()
        if (!channel) throw new NotFoundError('Channel', `Default of ${ProjectId}`)
        return publicOf(channel)
      },
    },

    using: {
      description: 'Which channels have this lifecycle as their own',
      permission: 'any',
      params: { spaceId: 'string', lifecycleId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId, lifecycleId: LifecycleId } = ctx.params
        const channels = await this.models.Channel.find({ SpaceId, LifecycleId })
          .select('Name')
          .lean()
        return channels.map(({ _id, Name }) => ({ Id: String(_id), Name }))
      },
    },
  },
})

async function faultsOfReferences(
  ctx: Asked,
  spaceId: string,
  { ProjectId, LifecycleId }: { ProjectId: string; LifecycleId?: string },
): Promise<string[]> {
  const [projects, lifecycles] = await Promise.all([
    ctx.call('projects.names', { spaceId, ids: [ProjectId] }),
    LifecycleId ? ctx.call('lifecycles.names', { spaceId, ids: [LifecycleId] }) : [{}],
  ])
  return [
    ...(ProjectId === '' ? ["The 'ProjectId' field is required."] : []),
    ...(ProjectId !== '' && projects.length === 0
      ? [`ProjectId: the project '${ProjectId}' was not found.`]
      : []),
    ...(lifecycles.length === 0
      ? [`LifecycleId: the lifecycle '${LifecycleId}' was not found.`]
      : []),
  ]
}

const completeRule = (rule: ChannelBody['Rules'][number]): ChannelRule => ({
  Id: rule.Id || randomUUID(),
  VersionRange: rule.VersionRange?.trim() ?? '',
  Tag: rule.Tag?.trim() ?? '',
  ActionPackages: (rule.ActionPackages ?? []).map(({ DeploymentAction, PackageReference }) => ({
    DeploymentAction,
    PackageReference: PackageReference ?? '',
  })),
})

/** The new default is stored before the old one is none any more: a crash leaves two, never none. */
async function keepOneDefault(model: AnyModel, channel: Channel): Promise<void> {
  if (!channel.IsDefault) return
  const others = { ProjectId: channel.ProjectId, _id: { $ne: channel.Id }, IsDefault: true }
  await model.updateMany(others, { $set: { IsDefault: false } })
}
