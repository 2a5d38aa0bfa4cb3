import { defineService } from '#bus'
import { NotFoundError } from '#bus/errors.ts'
import { countRule } from '#bus/page.ts'
import { ensureMay } from '#bus/permitted.ts'
import { foldName, patternOf } from '#domain/name.ts'
import { versionKey } from '#domain/version.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { listPage } from '#mixins/listing.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { publicOf } from '#store/resource.ts'
import { buildInformationSchema, type StoredBuildInformation } from './build-information.model.ts'
import { removeBuilds } from './build-information-removal.ts'
import { writeBuildInformation } from './build-information-writing.ts'
import type { BuildInformation } from './buildinformation.contract.ts'
import { type VersionHead, versionHeadSchema } from './version-head.model.ts'
import { settleLost } from './version-heads.ts'

const of = { spaceId: 'string', id: 'string' } as const
const optional = { type: 'string', optional: true, max: 500 } as const
const text = { type: 'string', default: '', max: 2_000 } as const
const mode = {
  type: 'enum',
  values: ['FailIfExists', 'OverwriteExisting', 'IgnoreIfExists'],
  optional: true,
} as const
const versions = {
  type: 'array',
  max: 10_000,
  items: { type: 'object', props: { PackageId: 'string', Version: 'string' } },
} as const
const bodyRules = {
  ...{ BuildEnvironment: text, BuildNumber: text, BuildUrl: text, Branch: text },
  ...{ VcsType: text, VcsRoot: text, VcsCommitNumber: text },
  Commits: {
    type: 'array',
    default: [],
    max: 10_000,
    items: {
      type: 'object',
      props: {
        Id: { type: 'string', min: 1, max: 500 },
        Comment: { type: 'string', default: '', max: 20_000 },
      },
    },
  },
} as const

export default defineService('buildinformation', {
  mixins: [
    stored({ BuildInformation: buildInformationSchema, BuildInformationHead: versionHeadSchema() }),
    audited,
  ],

  actions: {
    list: {
      description: 'What builds have told of versions, by package, the latest version first',
      permission: 'FeedView',
      params: {
        spaceId: 'string',
        skip: countRule,
        take: countRule,
        packageId: optional,
        filter: optional,
        latest: { type: 'boolean', convert: true, optional: true },
      },
      async handler(ctx) {
        const { spaceId: SpaceId, packageId, filter, latest, ...window } = ctx.params
        const where = {
          SpaceId,
          ...(packageId && { _packageId: foldName(packageId) }),
          ...(filter && { $and: [{ _packageId: { $regex: patternOf(foldName(filter)) } }] }),
        }
        const { BuildInformation: builds, BuildInformationHead: heads } = this.models
        if (!latest) {
          const sort = { _packageId: 1, _order: -1 } as const
          return listPage<BuildInformation>(builds, window, { where, sort })
        }
        const page = await listPage<VersionHead>(heads, window, {
          where: { ...where, latest: { $ne: null } },
          sort: { _packageId: 1 },
        })
        const ids = page.Items.flatMap((head) => (head.latest ? [head.latest.id] : []))
        const found = await builds.find({ _id: { $in: ids } }).lean<StoredBuildInformation[]>()
        const byId = new Map(found.map((one) => [one._id, one]))
        return { ...page, Items: ids.flatMap((id) => byId.get(id) ?? []).map(publicOf) }
      },
    },

    get: {
      description: 'What a build has told, by its id',
      permission: 'FeedView',
      params: of,
      handler(ctx) {
        const { spaceId, id } = ctx.params
        return this.load('BuildInformation', id, { spaceId })
      },
    },

    create: {
      description: 'Keeps what a build tells of a version of a package',
      permission: 'BuildInformationPush',
      params: {
        spaceId: 'string',
        overwriteMode: mode,
        OverwriteMode: mode,
        PackageId: { type: 'string', min: 1, max: 100 },
        Version: { type: 'string', min: 1, max: 200 },
        OctopusBuildInformation: { type: 'object', props: bodyRules },
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { spaceId, PackageId, Version, OctopusBuildInformation } = ctx.params
        const overwriteMode = ctx.params.overwriteMode ?? ctx.params.OverwriteMode
        const { outcome, stored, before } = await writeBuildInformation(this.models, {
          ...{ spaceId, PackageId, Version, body: OctopusBuildInformation },
          overwriteMode: overwriteMode ?? 'FailIfExists',
          mayReplace: () => ensureMay(ctx, 'BuildInformationAdminister', spaceId),
        })
        const after = publicOf(stored)
        if (outcome === 'kept') return after
        await this.audited(ctx, {
          category: before ? 'Modified' : 'Created',
          kind: 'BuildInformation',
          spaceId,
          ...(before && { before: publicOf(before) }),
          after,
          message: `Build information for ${after.PackageId} ${after.Version} was ${before ? 'replaced' : 'pushed'}`,
        })
        return after
      },
    },

    remove: {
      description: 'Deletes what a build has told',
      permission: 'BuildInformationAdminister',
      params: of,
      async handler(ctx) {
        const { spaceId: SpaceId, id } = ctx.params
        const found = await this.models.BuildInformation.find({ _id: id, SpaceId }).lean()
        if ((await removeBuilds(this, ctx, found)) === 0) {
          throw new NotFoundError('BuildInformation', id)
        }
        return null
      },
    },

    removeMany: {
      description: 'Deletes what builds have told, unknown ids dropped',
      permission: 'BuildInformationAdminister',
      params: {
        spaceId: 'string',
        ids: { type: 'array', items: 'string', convert: true, max: 10_000 },
      },
      timeout: 0,
      async handler(ctx) {
        const { spaceId: SpaceId, ids } = ctx.params
        const where = { _id: { $in: ids }, SpaceId }
        await removeBuilds(this, ctx, await this.models.BuildInformation.find(where).lean())
        return null
      },
    },

    of: {
      description: 'What builds have told of these versions',
      permission: 'FeedView',
      params: { spaceId: 'string', packages: versions },
      async handler(ctx) {
        const { spaceId: SpaceId, packages } = ctx.params
        if (packages.length === 0) return []
        const $or = packages.map(({ PackageId, Version }) => ({
          _packageId: foldName(PackageId),
          _version: versionKey(Version),
        }))
        const found = await this.models.BuildInformation.find({ SpaceId, $or }).lean()
        return found.map(publicOf)
      },
    },

    eraseSpace: {
      description: 'Takes away all build information of a space',
      permission: 'system',
      params: { spaceId: 'string' },
      timeout: 0,
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        await this.models.BuildInformation.deleteMany({ SpaceId })
        await this.models.BuildInformationHead.deleteMany({ SpaceId })
        return null
      },
    },
  },

  started() {
    const { BuildInformation, BuildInformationHead } = this.models
    settleLost({ versions: BuildInformation, heads: BuildInformationHead }, new Date()).catch(
      (error) => this.logger.warn('What a crash may have left was not cleaned up', error),
    )
  },
})
