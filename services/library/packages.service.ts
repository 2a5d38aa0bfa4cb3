import { defineService } from '#bus'
import { NotFoundError } from '#bus/errors.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { blobs } from '#store/blobs.ts'
import { NOBODYS_FOR_MS, removeOrphans } from '#store/orphans.ts'
import { packageSchema } from './package.model.ts'
import { resolveWishes, versionsOf } from './package-choice.ts'
import { pageOfPackages, pageOfSearch, pageOfVersions } from './package-lists.ts'
import { notesFor, notesIn } from './package-notes.ts'
import { findVersion, keptOf, pushPackage } from './package-pushing.ts'
import { baseFor, feedIdOf, findPackage, removePackages } from './package-reading.ts'
import {
  flag,
  identities,
  of,
  optional,
  packageIdRule,
  push,
  window,
  wishes,
  writtenBlob,
} from './package-rules.ts'
import { contentOf, identityKey, packageIdOf, packagesOf } from './package-view.ts'
import { versionHeadSchema } from './version-head.model.ts'
import { settleLost } from './version-heads.ts'

export default defineService('packages', {
  mixins: [stored({ Package: packageSchema, PackageHead: versionHeadSchema() }), audited],

  actions: {
    list: {
      description: 'Packages of the built-in feed, by id, the latest version first',
      permission: 'FeedView',
      params: {
        ...{ spaceId: 'string', ...window, nuGetPackageId: optional, filter: optional },
        latest: flag,
      },
      async handler(ctx) {
        const page = await pageOfPackages(this.models, ctx.params)
        return { ...page, Items: await packagesOf(ctx, ctx.params.spaceId, page.Items) }
      },
    },

    get: {
      description: 'One version of a package by its id',
      permission: 'FeedView',
      params: of,
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        const found = await findPackage(this.models.Package, { spaceId, id })
        const [shown] = await packagesOf(ctx, spaceId, [found])
        if (!shown) throw new NotFoundError('Package', id)
        return shown
      },
    },

    expect: {
      description: 'Whether a file may be pushed, and what is there that will be kept',
      permission: 'BuiltInFeedPush',
      params: push,
      async handler(ctx) {
        const kept = await keptOf(ctx, this.models, ctx.params)
        if (!kept) return null
        const [shown] = await packagesOf(ctx, ctx.params.spaceId, [kept])
        return shown ?? null
      },
    },

    push: {
      description: 'Makes a package of a file that has been written',
      permission: 'BuiltInFeedPush',
      params: { ...push, blob: writtenBlob },
      async handler(ctx) {
        const { spaceId } = ctx.params
        const { Id: feedId } = await ctx.call('feeds.builtin', { spaceId })
        const pushed = await pushPackage(ctx, this.models, { ...ctx.params, feedId })
        const { outcome, stored, before } = pushed
        const [after] = await packagesOf(ctx, spaceId, [stored])
        if (!after) throw new NotFoundError('Package', packageIdOf(stored))
        if (outcome !== 'kept') {
          await this.audited(ctx, {
            category: before ? 'Modified' : 'Created',
            kind: 'Package',
            spaceId,
            ...(before && { before: { ...after, Hash: before.Hash } }),
            after,
            message: `Package ${after.PackageId} ${after.Version} was ${before ? 'replaced' : 'pushed'}`,
          })
        }
        return { package: after, outcome }
      },
    },

    remove: {
      description: 'Deletes a version of a package with its file',
      permission: 'BuiltInFeedAdminister',
      params: of,
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        const found = await findPackage(this.models.Package, { spaceId, id })
        const removed = await removePackages(this, ctx, spaceId, [found])
        if (removed === 0) throw new NotFoundError('Package', id)
        return null
      },
    },

    removeMany: {
      description: 'Deletes versions of packages with their files, unknown ids dropped',
      permission: 'BuiltInFeedAdminister',
      params: {
        spaceId: 'string',
        ids: { type: 'array', items: 'string', convert: true, max: 10_000 },
      },
      timeout: 0,
      async handler(ctx) {
        const { spaceId, ids } = ctx.params
        const where = { _id: { $in: ids.map((id) => `${spaceId}/${id}`) } }
        await removePackages(this, ctx, spaceId, await this.models.Package.find(where).lean())
        return null
      },
    },

    content: {
      description: 'The file of a version',
      permission: 'BuiltInFeedDownload',
      params: of,
      async handler(ctx) {
        return contentOf(await findPackage(this.models.Package, ctx.params))
      },
    },

    deltaBase: {
      description: 'The version below another, which a delta may be made from',
      permission: 'BuiltInFeedPush',
      params: { spaceId: 'string', packageId: 'string', version: 'string' },
      async handler(ctx) {
        const base = await baseFor(this.models.Package, ctx.params)
        return { ...contentOf(base), PackageId: base.PackageId, Version: base.Version }
      },
    },

    deltaSource: {
      description: 'The version that a delta has been made from',
      permission: 'BuiltInFeedPush',
      params: { spaceId: 'string', packageId: 'string', baseVersion: 'string' },
      async handler(ctx) {
        const { spaceId, packageId, baseVersion } = ctx.params
        const asked = { PackageId: packageId, Version: baseVersion }
        const base = await findVersion(this.models.Package, spaceId, asked)
        if (!base) throw new NotFoundError('Package', `${packageId} ${baseVersion}`)
        return { ...contentOf(base), PackageId: base.PackageId, Version: base.Version }
      },
    },

    notes: {
      description: 'Notes of versions, by ids such as Acme.Web.1.0.0',
      permission: 'FeedView',
      params: {
        spaceId: 'string',
        packageIds: { type: 'array', items: 'string', convert: true, default: [], max: 1_000 },
      },
      async handler(ctx) {
        const { spaceId, packageIds } = ctx.params
        const { Id: feedId } = await ctx.call('feeds.builtin', { spaceId })
        return { Packages: await notesFor(this.models.Package, { spaceId, feedId, packageIds }) }
      },
    },

    search: {
      description: 'Packages of a feed by a part of their id, each with its latest version',
      permission: 'FeedView',
      params: { spaceId: 'string', feedId: 'string', term: optional, ...window },
      async handler(ctx) {
        const feedId = await feedIdOf(ctx, ctx.params)
        return pageOfSearch(this.models, { ...ctx.params, feedId })
      },
    },

    versions: {
      description: 'Versions of a package in a feed, the latest first',
      permission: 'FeedView',
      params: {
        ...{ spaceId: 'string', feedId: 'string', packageId: packageIdRule, ...window },
        includePreRelease: flag,
        versionRange: optional,
        preReleaseTag: optional,
        filter: optional,
      },
      async handler(ctx) {
        await feedIdOf(ctx, ctx.params)
        return pageOfVersions(this.models, ctx.params)
      },
    },

    notesOf: {
      description: 'Notes of one version in a feed',
      permission: 'FeedView',
      params: { spaceId: 'string', feedId: 'string', packageId: 'string', version: 'string' },
      async handler(ctx) {
        const { spaceId, packageId, version } = ctx.params
        const feedId = await feedIdOf(ctx, ctx.params)
        const asked = { PackageId: packageId, Version: version }
        return notesIn(feedId, asked, await findVersion(this.models.Package, spaceId, asked))
      },
    },

    stats: {
      description: 'How many packages the built-in feed has',
      permission: 'FeedView',
      params: { spaceId: 'string' },
      async handler(ctx) {
        const where = { SpaceId: ctx.params.spaceId }
        return { TotalPackages: await this.models.Package.countDocuments(where) }
      },
    },

    resolve: {
      description: 'The versions of packages that fit what is wished',
      permission: 'FeedView',
      params: { spaceId: 'string', wishes },
      handler(ctx) {
        return resolveWishes(this.models, ctx.params.spaceId, ctx.params.wishes)
      },
    },

    toRun: {
      description: 'The files of versions, for the workers that need them',
      permission: 'system',
      params: { spaceId: 'string', packages: identities },
      async handler(ctx) {
        const { spaceId, packages } = ctx.params
        const found = await versionsOf(this.models.Package, spaceId, packages)
        const byVersion = new Map(found.map((one) => [identityKey(one), one]))
        return packages.map((asked) => {
          const one = byVersion.get(identityKey(asked))
          if (!one) return null
          const { PackageId, Version, FileExtension } = one
          const { Size, Sha256, BlobName } = contentOf(one)
          return { PackageId, Version, FileExtension, Size, Sha256, BlobName }
        })
      },
    },

    blob: {
      description: 'The file with a digest, for the worker that asks for it',
      permission: 'system',
      params: { spaceId: 'string', sha256: 'string' },
      async handler(ctx) {
        const { spaceId, sha256 } = ctx.params
        const where = { SpaceId: spaceId, _sha256: sha256 }
        const found = await this.models.Package.findOne(where).lean()
        return found && { BlobName: found._blob, Size: found.PackageSizeBytes }
      },
    },

    eraseSpace: {
      description: 'Takes away every package of a space',
      permission: 'system',
      params: { spaceId: 'string' },
      timeout: 0,
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        await this.models.Package.deleteMany({ SpaceId })
        await this.models.PackageHead.deleteMany({ SpaceId })
        await blobs.remove(`packages/${SpaceId}`)
        return null
      },
    },
  },

  started() {
    const { Package, PackageHead } = this.models
    const before = new Date(Date.now() - NOBODYS_FOR_MS)
    const known = async (names: string[]) => {
      const found = await Package.find({ _blob: { $in: names } }, { _blob: 1 }).lean()
      return found.map(({ _blob }) => _blob)
    }
    // Beside the start: a full folder takes a while, and nothing waits for it.
    Promise.all([
      removeOrphans('packages', { before, known }),
      settleLost({ versions: Package, heads: PackageHead }, new Date()),
    ]).catch((error) => this.logger.warn('What a crash may have left was not cleaned up', error))
  },
})
