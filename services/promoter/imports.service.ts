import { setTimeout as wait } from 'node:timers/promises'
import { defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError } from '#bus/errors.ts'
import { onceThere } from '#bus/once-there.ts'
import { listRules } from '#bus/page.ts'
import { valuesByEnvironment } from '#bus/value-rules.ts'
import { importStates } from '#domain/promotion/import-state.ts'
import { mappingKinds } from '#domain/promotion/mappings.ts'
import { type Audit, audited } from '#mixins/audited.mixin.ts'
import { keeping } from '#mixins/keeping.mixin.ts'
import { listPage } from '#mixins/listing.ts'
import { once } from '#mixins/once.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { blobs } from '#store/blobs.ts'
import { NOBODYS_FOR_MS, removeOrphans } from '#store/orphans.ts'
import { publicOf } from '#store/resource.ts'
import { arrive } from './arriving.ts'
import { arrivePack, isPack } from './arriving-packs.ts'
import { importSchema, type StoredImport } from './import.model.ts'
import { attendImport } from './import-attending.ts'
import { choose, fill } from './import-choosing.ts'
import { approve, beginImport, reject } from './import-deciding.ts'
import { filesInUse, originIn } from './import-memory.ts'
import { reviewOf } from './import-review.ts'
import { lookForAllPackages, noteRemoved, sweep } from './import-upkeep.ts'
import { takeBack } from './import-withdrawing.ts'
import { type By, importIn } from './import-writes.ts'
import type { Import } from './imports.contract.ts'
import { spaceIdentitySchema } from './space-identity.model.ts'
import { AT_ONCE, startWork, type Work } from './work.ts'

const of = { spaceId: 'string', id: 'string' } as const
const { name: _name, partialName: _partialName, ...lists } = listRules
const maybe = { type: 'string', optional: true } as const
const nullable = { type: 'string', optional: true, nullable: true, max: 200 } as const
const digest = { PreviewDigest: { type: 'string', min: 1, max: 100 } } as const
const name = { type: 'string', min: 1, max: 1_000 } as const
const SWEEP_EACH_MS = 60_000

type Waiting = Pick<StoredImport, '_id' | 'SpaceId'>
/** So long who begins an import waits for its end before he is answered that it is under way. */
const PATIENCE_MS = 4_000

export default defineService('imports', {
  mixins: [
    stored({ Import: importSchema, SpaceIdentity: spaceIdentitySchema }),
    audited,
    once,
    keeping<{ work: Work<Waiting> }>(),
  ],

  actions: {
    list: {
      description: 'Bundles that have come to a space, the newest first',
      permission: 'PromotionView',
      params: {
        ...lists,
        trustId: maybe,
        releaseId: maybe,
        state: {
          type: 'array',
          items: { type: 'enum', values: [...importStates] },
          convert: true,
          optional: true,
        },
      },
      handler(ctx) {
        const { spaceId, trustId, releaseId, state, ...window } = ctx.params
        const where = {
          SpaceId: spaceId,
          ...(trustId && { TrustId: trustId }),
          ...(releaseId && { ReleaseId: releaseId }),
          ...(state && { State: { $in: state } }),
        }
        return listPage<Import>(this.models.Import, window, { where, sort: { Received: -1 } })
      },
    },

    get: {
      description: 'One import by its id',
      permission: 'PromotionView',
      params: of,
      async handler(ctx) {
        return publicOf(await importIn(this.models.Import, ctx.params))
      },
    },

    receive: {
      description: 'Takes a bundle that was stored as a blob',
      permission: 'PromotionImport',
      params: {
        spaceId: 'string',
        blobName: 'string',
        size: { type: 'number', integer: true, min: 0 },
        arrival: { type: 'enum', values: ['File', 'Local', 'Https', 'Bus'] },
      },
      timeout: 0,
      async handler(ctx) {
        const { spaceId, blobName } = ctx.params
        // The name is a client's only where it comes over the bus: what it names is read, and removed.
        if (!blobName.startsWith(`imports/${spaceId}/`))
          throw new InvalidError([`The file '${blobName}' is none of a bundle.`])
        if (await isPack(blobName)) {
          const served = await arrivePack(this, ctx.params)
          for (const one of served) await this.work?.attend(one)
          return { Import: await this.load('Import', served[0]?._id ?? ''), IsNew: false }
        }
        const { stored, isKept } = await arrive(this, ctx, ctx.params)
        if (!isKept) await blobs.remove(blobName)
        if (stored.State !== 'Quarantined') await this.work?.attend(stored)
        // One that brings nothing new may have brought packages to the first one.
        if (stored.DuplicateOf !== null) this.work?.wake()
        return { Import: await this.load('Import', stored._id), IsNew: isKept }
      },
    },

    preview: {
      description: 'What an import will be, by what is decided so far',
      permission: 'PromotionView',
      params: { ...of, lifecycleId: maybe },
      async handler(ctx) {
        const { lifecycleId } = ctx.params
        const found = await importIn(this.models.Import, ctx.params)
        const on = { imports: this.models.Import, system: asSystem(this.broker, 'a preview') }
        return (await reviewOf(on, found, { lifecycleId })).preview
      },
    },

    map: {
      description: 'Decides what the names of a bundle mean here, and where it goes',
      permission: 'PromotionImport',
      params: {
        ...of,
        Mappings: {
          type: 'array',
          optional: true,
          max: 10_000,
          items: {
            type: 'object',
            strict: 'remove',
            props: {
              Kind: { type: 'enum', values: [...mappingKinds] },
              Name: name,
              TargetId: nullable,
            },
          },
        },
        LifecycleId: nullable,
        ProjectGroupId: nullable,
        TakeAsNewVersion: { type: 'boolean', optional: true },
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { spaceId, id, ...choices } = ctx.params
        const before = await importIn(this.models.Import, { spaceId, id })
        const on = { imports: this.models.Import, system: asSystem(this.broker, 'choices') }
        return told(this, ctx, { before, after: await choose(on, before, choices) })
      },
    },

    fill: {
      description: 'Gives values for the templates of a release',
      permission: 'PromotionImport',
      params: {
        ...of,
        Environments: valuesByEnvironment,
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { spaceId, id, ...values } = ctx.params
        const before = await importIn(this.models.Import, { spaceId, id })
        const on = { imports: this.models.Import, system: asSystem(this.broker, 'values') }
        return told(this, ctx, { before, after: await fill(on, before, values) })
      },
    },

    approve: {
      description: 'Approves what was seen of an import, for another person to import it',
      permission: 'PromotionApprove',
      params: { ...of, ...digest },
      async handler(ctx) {
        return publicOf(await approve(this, ctx, ctx.params))
      },
    },

    reject: {
      description: 'Refuses an import, with a reason that its sender is told',
      permission: 'PromotionImport',
      params: { ...of, Reason: { type: 'string', trim: true, min: 1, max: 1_000 } },
      async handler(ctx) {
        const rejected = await reject(this, ctx, ctx.params)
        this.work?.wake()
        return publicOf(rejected)
      },
    },

    import: {
      description: 'Begins to import what was seen',
      permission: 'PromotionImport',
      params: { ...of, ...digest },
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        await beginImport(this, ctx, ctx.params)
        const done = this.work?.attend({ _id: id, SpaceId: spaceId }) ?? Promise.resolve()
        await endedOrLate(done, (error) =>
          this.logger.error('An import was not brought to its end', { import: id }, error),
        )
        return this.load('Import', id, { spaceId })
      },
    },

    withdrawn: {
      description: 'Ends an import whose source takes it back, or blocks its release',
      permission: 'system',
      params: { spaceId: 'string', trustId: 'string', bundleId: 'string', reason: 'string' },
      async handler(ctx) {
        await takeBack(this, ctx, ctx.params)
        this.work?.wake()
        return null
      },
    },

    origin: {
      description: 'What the first space of an imported release has signed of it',
      permission: 'system',
      params: { spaceId: 'string', releaseId: 'string' },
      handler(ctx) {
        return originIn(this.models.Import, ctx.params)
      },
    },

    eraseSpace: {
      description: 'Takes away every import of a space',
      permission: 'system',
      params: { spaceId: 'string' },
      timeout: 0,
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        await this.models.Import.deleteMany({ SpaceId })
        await blobs.remove(`imports/${SpaceId}`)
        return null
      },
    },
  },

  events: {
    async 'changes.made'(ctx) {
      const { Kind, spaceId } = ctx.params
      if (Kind !== 'Package' || spaceId === null) return
      await lookForAllPackages(this, spaceId)
      this.work?.wake()
    },

    async 'releases.removed'(ctx) {
      await noteRemoved(this, ctx.params)
    },
  },

  started() {
    const work = startWork({
      what: 'import',
      logger: this.logger,
      inTurn: (job, some) => this.inTurn(job, some),
      waiting: (without) =>
        this.models.Import.find(
          { $or: [{ _work: true }, { State: 'Importing' }], _id: { $nin: without } },
          { SpaceId: 1 },
        )
          .sort({ Received: 1 })
          .limit(AT_ONCE)
          .lean<Waiting[]>(),
      // One at a time in a space, for they may be of one project.
      jobOf: ({ SpaceId }) => `imports ${SpaceId}`,
      attend: async ({ _id: Id, SpaceId: spaceId }) => {
        await attendImport(this, Id)
        await this.broker.broadcast('changes.made', { spaceId, Kind: 'Import', Id })
      },
      sweep: () =>
        this.oncePer(SWEEP_EACH_MS, 'old imports', async () => {
          await sweep(this, new Date())
          await lookForAllPackages(this)
        }),
    })
    this.work = work
    const needs = ['trusts', 'projects', 'releases', 'processes', 'variables', 'packages']
    onceThere(this, needs, async () => work.wake())
    // Beside the start: a full folder takes a while, and nothing waits for it.
    const before = new Date(Date.now() - NOBODYS_FOR_MS)
    const known = (names: string[]) => filesInUse(this.models.Import, names)
    removeOrphans('imports', { before, known }).catch((error) =>
      this.logger.warn('What a crash may have left was not cleaned up', error),
    )
  },

  async stopped() {
    await this.work?.stop()
  },
})

/** Records a decision, and gives the import as it is then. */
async function told(
  service: Audit,
  by: By,
  stored: { before: StoredImport; after: StoredImport },
): Promise<Import> {
  const [before, after] = [publicOf(stored.before), publicOf(stored.after)]
  await service.audited(by, {
    ...{ category: 'Modified', kind: 'Import', spaceId: after.SpaceId, before, after },
    message: `The import of ${after.SourceProjectName} ${after.ReleaseVersion} was changed`,
  })
  return after
}

/** Waits a while. What ends later with an error says so, since nobody waits for it any more. */
async function endedOrLate(work: Promise<void>, late: (error: unknown) => void): Promise<void> {
  const patience = new AbortController()
  const { signal } = patience
  await Promise.race([
    work.catch(late),
    wait(PATIENCE_MS, undefined, { signal }).catch(() => undefined),
  ])
  patience.abort()
}
