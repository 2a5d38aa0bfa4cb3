import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { BundleError } from '#domain/bundle/errors.ts'
import { bundleLimits } from '#domain/bundle/limits.ts'
import type { Manifest } from '#domain/bundle/manifest.ts'
import { verifyOffer } from '#domain/bundle/verify.ts'
import { keeping } from '#mixins/keeping.mixin.ts'
import { once } from '#mixins/once.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { blobs, freshName } from '#store/blobs.ts'
import { seal, unseal } from '#store/encryption.ts'
import { fetchSchema, type StoredFetch } from './fetch.model.ts'
import { type FetchWork, startFetching } from './fetch-work.ts'
import { importSchema, type StoredImport } from './import.model.ts'
import { seenBefore } from './import-memory.ts'
import { statusBodyOf } from './import-telling.ts'
import { readerOf } from './reader.ts'
import { orRefused } from './refused.ts'
import { spaceIdentitySchema } from './space-identity.model.ts'
import type { Reply } from './talking.ts'
import type { Trust } from './trusts.contract.ts'

/** So long its sender's answer waits for a bundle to have come, in ms. */
const PATIENCE_MS = 3_000
const FETCHED_FOR_MS = 7 * 86_400_000
const of = { spaceId: 'string', trustId: 'string' } as const

/** Bundles that are offered over a connection, until they are here. */
export default defineService('promotionfetches', {
  mixins: [
    stored({ Fetch: fetchSchema, Import: importSchema, SpaceIdentity: spaceIdentitySchema }),
    once,
    keeping<{ fetching: FetchWork }>(),
  ],

  actions: {
    offer: {
      description: 'Says what of an offered bundle is needed',
      permission: 'system',
      params: {
        ...{ ...of, manifest: 'string', jws: 'string', sha256: 'string' },
        size: { type: 'number', integer: true, min: 0 },
      },
      async handler(ctx) {
        const { spaceId, trustId, manifest: text, jws, size, sha256 } = ctx.params
        const reader = await readerOf(this, spaceId)
        const { manifest } = await orRefused(
          verifyOffer(
            { manifest: Buffer.from(text), jws },
            {
              ...reader,
              seen: ({ manifest, trust }: { manifest: Manifest; trust: Trust }) =>
                seenBefore(this.models.Import, { spaceId, manifest, trust }),
            },
          ),
        )
        const { bundleId } = manifest
        const here = await this.models.Import.findOne({
          ...{ SpaceId: spaceId, TrustId: trustId, BundleId: bundleId },
        }).lean<StoredImport>()
        if (here) return statusOf(this.models.Import, here)
        if (!manifest.packagesIncluded && size > bundleLimits.totalBytes) throw await tooLarge(size)
        const wish = { spaceId, trustId, bundleId, size, sha256 }
        return needOf(await wanted(this.models.Fetch, wish))
      },
    },

    commit: {
      description: 'Begins to fetch a bundle that was offered',
      permission: 'system',
      params: { ...of, bundleId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId, trustId: TrustId, bundleId: BundleId } = ctx.params
        const { Fetch, Import } = this.models
        const _id = `${TrustId} ${BundleId}`
        const NextAt = new Date().toISOString()
        const { matchedCount } = await Fetch.updateOne(
          { _id, SpaceId },
          { $set: { IsReady: true, Attempts: 0, NextAt } },
        )
        if (matchedCount > 0 && this.fetching) await lateOr(this.fetching.attend(_id))
        const here = await Import.findOne({ SpaceId, TrustId, BundleId }).lean<StoredImport>()
        if (here) return statusOf(Import, here)
        // Its end is told when it has come.
        return { type: 'received', body: {} }
      },
    },

    eraseSpace: {
      description: 'Forgets what was offered to a space',
      permission: 'system',
      params: { spaceId: 'string' },
      timeout: 0,
      async handler(ctx) {
        await this.models.Fetch.deleteMany({ SpaceId: ctx.params.spaceId })
        return null
      },
    },
  },

  started() {
    this.fetching = startFetching({
      system: asSystem(this.broker, 'bundles that were offered'),
      fetches: this.models.Fetch,
      inTurn: this.inTurn.bind(this),
      logger: this.logger,
    })
  },

  async stopped() {
    await this.fetching?.stop()
  },
})

type Fetches = import('mongoose').Model<StoredFetch>
type Imports = import('mongoose').Model<StoredImport>

interface Wish {
  spaceId: string
  trustId: string
  bundleId: string
  size: number
  sha256: string
}

/** The fetch of what was offered: offered again, it goes on where it is. */
async function wanted(fetches: Fetches, wish: Wish): Promise<StoredFetch> {
  const { spaceId: SpaceId, trustId: TrustId, bundleId: BundleId } = wish
  const now = Date.now()
  const found = await fetches
    .findOneAndUpdate(
      { _id: `${TrustId} ${BundleId}`, SpaceId },
      {
        $setOnInsert: {
          ...{ TrustId, BundleId, Size: wish.size, Sha256: wish.sha256 },
          ...{ Attempts: 0, IsReady: false },
          Blob: freshName(`imports/${SpaceId}`),
          _ticket: seal(randomBytes(32).toString('base64url')),
          NextAt: new Date(now).toISOString(),
          Until: new Date(now + FETCHED_FOR_MS).toISOString(),
        },
      },
      { upsert: true, returnDocument: 'after' },
    )
    .lean<StoredFetch>()
  if (!found) throw new Error(`The fetch of the bundle ${BundleId} was not stored.`)
  if (found.Sha256 === wish.sha256) return found
  return orRefused(
    Promise.reject(
      new BundleError('BundleIdReused', 'Another bundle with the same id was offered before.', {
        data: { bundleId: BundleId },
      }),
    ),
  )
}

async function needOf({ BundleId, _ticket, Sha256, Blob }: StoredFetch): Promise<Reply> {
  const offset = (await blobs.stat(Blob))?.size ?? 0
  return {
    type: 'bundle.need',
    body: { bundleId: BundleId, ticket: unseal(_ticket), blobs: [{ sha256: Sha256, offset }] },
  }
}

const statusOf = async (imports: Imports, here: StoredImport): Promise<Reply> => ({
  type: 'bundle.status',
  body: await statusBodyOf(imports, here),
})

const tooLarge = (size: number) =>
  orRefused(
    Promise.reject(new BundleError('BundleTooLarge', `A bundle of ${size} bytes is too large.`)),
  )

async function lateOr(work: Promise<void>): Promise<void> {
  const patience = new AbortController()
  const { signal } = patience
  await Promise.race([work, wait(PATIENCE_MS, undefined, { signal }).catch(() => undefined)])
  patience.abort()
}
