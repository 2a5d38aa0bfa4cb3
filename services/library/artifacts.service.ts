import { defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError, NotFoundError } from '#bus/errors.ts'
import { listRules } from '#bus/page.ts'
import { ensureMay } from '#bus/permitted.ts'
import { foldName, patternOf } from '#domain/name.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { listPage } from '#mixins/listing.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { blobs } from '#store/blobs.ts'
import { newId } from '#store/ids.ts'
import { NOBODYS_FOR_MS, removeOrphans } from '#store/orphans.ts'
import { publicOf } from '#store/resource.ts'
import { artifactSchema, type StoredArtifact } from './artifact.model.ts'
import { checkFile, collect, giveFile, removeArtifacts } from './artifact-files.ts'
import { relatedToTask } from './artifact-task.ts'
import type { Artifact } from './artifacts.contract.ts'

const of = { spaceId: 'string', id: 'string' } as const
const { name: _, ...lists } = listRules
const text = { type: 'string', nullable: true, optional: true, max: 1_000 } as const
const filename = { type: 'string', trim: true, min: 1, max: 500 } as const
const body = { Filename: filename, Source: text, LogCorrelationId: text } as const
const file = {
  blobName: 'string',
  size: { type: 'number', integer: true, min: 0 },
} as const

export default defineService('artifacts', {
  mixins: [stored({ Artifact: artifactSchema }), audited],

  actions: {
    list: {
      description: 'Artifacts of a space, the newest first',
      permission: 'ArtifactView',
      params: {
        ...lists,
        regarding: { type: 'string', optional: true },
        order: { type: 'enum', values: ['asc', 'desc'], optional: true },
      },
      handler(ctx) {
        const { spaceId, regarding, partialName, order = 'desc', ...window } = ctx.params
        const where = {
          SpaceId: spaceId,
          ...(regarding && { _related: regarding }),
          ...(partialName && { _filename: { $regex: patternOf(foldName(partialName)) } }),
        }
        const way = order === 'asc' ? 1 : -1
        return listPage<Artifact>(this.models.Artifact, window, { where, sort: { Created: way } })
      },
    },

    get: {
      description: 'One artifact by its id',
      permission: 'ArtifactView',
      params: of,
      handler(ctx) {
        const { spaceId, id } = ctx.params
        return this.load('Artifact', id, { spaceId })
      },
    },

    create: {
      description: 'Makes an artifact, whose content is to follow',
      permission: 'ArtifactCreate',
      params: { spaceId: 'string', ServerTaskId: text, ...body, $$strict: 'remove' },
      async handler(ctx) {
        const { spaceId: SpaceId, ServerTaskId = null, Filename } = ctx.params
        const system = asSystem(this.broker, 'an artifact is made')
        const related = ServerTaskId ? await relatedToTask(system, SpaceId, ServerTaskId) : []
        if (!related) throw new InvalidError([`The task '${ServerTaskId}' was not found.`])
        const made: StoredArtifact = {
          _id: newId('Artifacts'),
          SpaceId,
          Filename,
          ...placeOf(ctx.params),
          ServerTaskId,
          Created: new Date().toISOString(),
          SizeBytes: null,
          _filename: foldName(Filename),
          _related: related,
          _blob: null,
        }
        await this.models.Artifact.create(made)
        const after = publicOf(made)
        await this.audited(ctx, {
          ...{ category: 'Created', kind: 'Artifact', spaceId: SpaceId, after, related },
          message: `Artifact ${after.Filename} was created`,
        })
        return after
      },
    },

    modify: {
      description: 'Changes what an artifact is called and where it is from',
      permission: 'ArtifactEdit',
      params: { ...of, ...body, $$strict: 'remove' },
      async handler(ctx) {
        const { spaceId, id, Filename } = ctx.params
        const before = await this.load('Artifact', id, { spaceId })
        const after = await this.update(
          'Artifact',
          id,
          {
            Filename,
            ...placeOf(ctx.params),
            _filename: foldName(Filename),
            LastModifiedOn: new Date().toISOString(),
            LastModifiedBy: ctx.meta.caller.username,
          },
          { spaceId },
        )
        await this.audited(ctx, {
          ...{ category: 'Modified', kind: 'Artifact', spaceId, before, after },
          message: `Artifact ${after.Filename} was changed`,
        })
        return after
      },
    },

    remove: {
      description: 'Deletes an artifact with its file',
      permission: 'ArtifactDelete',
      params: of,
      async handler(ctx) {
        const { spaceId: SpaceId, id } = ctx.params
        const gone = await this.models.Artifact.findOneAndDelete({ _id: id, SpaceId }).lean()
        if (!gone) throw new NotFoundError('Artifact', id)
        if (gone._blob) await blobs.remove(gone._blob)
        await this.audited(ctx, {
          ...{ category: 'Deleted', kind: 'Artifact', spaceId: SpaceId, before: publicOf(gone) },
          message: `Artifact ${gone.Filename} was deleted`,
          related: gone._related,
        })
        return null
      },
    },

    content: {
      description: 'The file of an artifact',
      permission: 'ArtifactView',
      params: of,
      async handler(ctx) {
        const { spaceId: SpaceId, id } = ctx.params
        const found = await this.models.Artifact.findOne({ _id: id, SpaceId }).lean()
        if (!found?._blob) throw new NotFoundError(found ? 'ArtifactContent' : 'Artifact', id)
        const { _blob: BlobName, SizeBytes, Filename: FileName } = found
        return { BlobName, Size: SizeBytes ?? 0, FileName, Tag: BlobName.split('/').at(-1) ?? '' }
      },
    },

    expect: {
      description: 'Whether an artifact may be given content',
      permission: 'ArtifactCreate',
      params: of,
      async handler(ctx) {
        const { spaceId: SpaceId, id } = ctx.params
        const found = await this.models.Artifact.findOne({ _id: id, SpaceId }).lean()
        if (!found) throw new NotFoundError('Artifact', id)
        // To give it its content is a part of making it; to give it another is a change.
        if (found._blob) await ensureMay(ctx, 'ArtifactEdit', SpaceId)
        return null
      },
    },

    fill: {
      description: 'Gives an artifact a file that has been written',
      permission: 'ArtifactCreate',
      params: { ...of, ...file },
      async handler(ctx) {
        const { spaceId, id, ...written } = ctx.params
        await ctx.call('artifacts.expect', { spaceId, id })
        await checkFile(spaceId, written)
        const before = await this.load('Artifact', id, { spaceId })
        const after = publicOf(await giveFile(this.models.Artifact, id, written))
        await this.audited(ctx, {
          ...{ category: 'Modified', kind: 'Artifact', spaceId, before, after },
          message: `Artifact ${after.Filename} was given content`,
        })
        return after
      },
    },

    collect: {
      description: 'Keeps a file that a worker has sent',
      permission: 'system',
      params: {
        spaceId: 'string',
        serverTaskId: 'string',
        filename,
        source: { type: 'string', nullable: true },
        logCorrelationId: { type: 'string', nullable: true },
        ...file,
        related: { type: 'array', items: 'string' },
      },
      async handler(ctx) {
        const { stored: kept, isNew } = await collect(this.models.Artifact, ctx.params)
        const after = publicOf(kept)
        await this.audited(ctx, {
          ...{ kind: 'Artifact', spaceId: kept.SpaceId, after, related: kept._related },
          category: isNew ? 'Created' : 'Modified',
          message: `Artifact ${after.Filename} was collected`,
        })
        return after
      },
    },

    removeOf: {
      description: 'Takes away the artifacts of tasks that go',
      permission: 'system',
      params: { spaceId: 'string', taskIds: { type: 'array', items: 'string' } },
      timeout: 0,
      async handler(ctx) {
        const { spaceId: SpaceId, taskIds } = ctx.params
        await removeArtifacts(this.models.Artifact, { SpaceId, ServerTaskId: { $in: taskIds } })
        return null
      },
    },

    eraseSpace: {
      description: 'Takes away every artifact of a space',
      permission: 'system',
      params: { spaceId: 'string' },
      timeout: 0,
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        await this.models.Artifact.deleteMany({ SpaceId })
        await blobs.remove(`artifacts/${SpaceId}`)
        return null
      },
    },
  },

  started() {
    const { Artifact } = this.models
    const before = new Date(Date.now() - NOBODYS_FOR_MS)
    const known = async (names: string[]) => {
      const found = await Artifact.find({ _blob: { $in: names } }, { _blob: 1 }).lean()
      return found.flatMap(({ _blob }) => _blob ?? [])
    }
    // Beside the start: a full folder takes a while, and nothing waits for it.
    removeOrphans('artifacts', { before, known }).catch((error) =>
      this.logger.warn('What a crash may have left was not cleaned up', error),
    )
  },
})

/** Where an artifact is from; nothing where nobody has said. */
const placeOf = (body: { Source?: string | null; LogCorrelationId?: string | null }) => ({
  Source: body.Source ?? null,
  LogCorrelationId: body.LogCorrelationId ?? null,
})
