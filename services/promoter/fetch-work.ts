/** Fetches what was offered and wanted, on one node, until it is there as a whole and was taken. */
import type { Logger } from 'moleculer'
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { BundleError } from '#domain/bundle/errors.ts'
import type { NeedBody, StatusBody } from '#domain/promotion/messages.ts'
import { blobs } from '#store/blobs.ts'
import { unseal } from '#store/encryption.ts'
import type { StoredFetch } from './fetch.model.ts'
import { fetchBlob } from './fetching.ts'
import { TurnedAwayError, transportTo, UnreachedError } from './transport.ts'

const POLL_MS = 1_000
const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 5 * 60_000
const AT_ONCE = 20

export interface FetchesWith {
  system: Pick<Bus, 'call'>
  fetches: Model<StoredFetch>
  inTurn<T>(job: string, work: () => Promise<T>): Promise<T>
  logger: Logger
}

export interface FetchWork {
  /** Does it now; resolves when it was tried. */
  attend(id: string): Promise<void>
  stop(): Promise<void>
}

export function startFetching(on: FetchesWith): FetchWork {
  const running = new Map<string, Promise<void>>()
  let isStopped = false

  function attend(id: string): Promise<void> {
    const before = running.get(id)
    if (before || isStopped) return before ?? Promise.resolve()
    const work = on
      .inTurn(`fetch ${id}`, () => fetchOne(on, id))
      .catch((error) => on.logger.error('A bundle was not fetched', { fetch: id }, error))
      .finally(() => running.delete(id))
    running.set(id, work)
    return work
  }

  async function look() {
    const due = { IsReady: true, NextAt: { $lte: new Date().toISOString() } }
    const some = await on.fetches
      .find(due, { _id: 1 })
      .sort({ NextAt: 1 })
      .limit(AT_ONCE)
      .lean<Pick<StoredFetch, '_id'>[]>()
    await sweep(on.fetches)
    for (const { _id } of some) if (running.size < AT_ONCE) void attend(_id)
  }

  const timer = setInterval(() => {
    look().catch((error) => on.logger.error('Fetches could not be looked at', error))
  }, POLL_MS)

  return {
    attend,
    async stop() {
      isStopped = true
      clearInterval(timer)
      await Promise.all(running.values())
    },
  }
}

async function fetchOne({ system, fetches }: FetchesWith, id: string): Promise<void> {
  const fetch = await fetches.findById(id).lean<StoredFetch>()
  if (!fetch?.IsReady) return
  const { SpaceId: spaceId, TrustId, Blob: blobName, Sha256: sha256, Size: size } = fetch
  const trust = await system
    .call('trusts.get', { spaceId, id: TrustId })
    .catch((error: { type?: string }) => {
      if (error.type === 'NOT_FOUND') return null
      throw error
    })
  if (trust?.State === 'Revoked' || trust === null) {
    await blobs.remove(blobName)
    await fetches.deleteOne({ _id: id })
    return
  }
  try {
    const transport = transportTo(system, trust)
    await fetchBlob(transport, { blobName, sha256, size, ticket: unseal(fetch._ticket) })
    const arrival = trust.Transport.Kind
    if (arrival === 'Disconnected') return
    const about = { spaceId, blobName, size, arrival }
    const { Import } = await system.call('imports.receive', about, { timeout: 0 })
    if (Import.State === 'Quarantined')
      await tell(system, fetch, { code: Import.Code ?? '', reason: Import.Message })
    await fetches.deleteOne({ _id: id })
  } catch (error) {
    const refused = refusalIn(error)
    if (refused) {
      await tell(system, fetch, refused)
      await fetches.deleteOne({ _id: id })
      return
    }
    await putOff(fetches, fetch)
    if (!(error instanceof UnreachedError)) throw error
    if (error instanceof TurnedAwayError) await askAgain(system, fetch)
  }
}

/** What has not come in its time does not come any more. */
async function sweep(fetches: Model<StoredFetch>): Promise<void> {
  const old = await fetches
    .find({ Until: { $lt: new Date().toISOString() } })
    .limit(AT_ONCE)
    .lean<StoredFetch[]>()
  for (const { _id, Blob } of old) {
    await blobs.remove(Blob)
    await fetches.deleteOne({ _id })
  }
}

function refusalIn(error: unknown): { code: string; reason: string } | null {
  if (error instanceof BundleError) return { code: error.code, reason: error.message }
  const {
    type,
    data,
    message = '',
  } = error as {
    type?: string
    data?: { reason?: string }
    message?: string
  }
  return type === 'BUNDLE_REFUSED' ? { code: data?.reason ?? '', reason: message } : null
}

/** What was refused before it was anything here is told to its sender all the same. */
const tell = (
  system: Pick<Bus, 'call'>,
  { SpaceId: spaceId, TrustId: trustId, BundleId: bundleId }: StoredFetch,
  refused: { code: string; reason: string },
) =>
  system.call('promotionoutbox.post', {
    ...{ spaceId, trustId, type: 'bundle.status', key: `quarantined ${bundleId}` },
    body: {
      ...{ bundleId, status: 'Quarantined', at: new Date().toISOString() },
      ...refused,
    } satisfies StatusBody,
  })

/** The ticket is not known there any more: it is told to the other once more. */
const askAgain = (system: Pick<Bus, 'call'>, fetch: StoredFetch) =>
  system.call('promotionoutbox.post', {
    ...{ spaceId: fetch.SpaceId, trustId: fetch.TrustId, type: 'bundle.need' },
    key: `bundle.need ${fetch.BundleId}`,
    body: {
      ...{ bundleId: fetch.BundleId, ticket: unseal(fetch._ticket) },
      blobs: [{ sha256: fetch.Sha256, offset: 0 }],
    } satisfies NeedBody,
  })

async function putOff(fetches: Model<StoredFetch>, fetch: StoredFetch): Promise<void> {
  const { _id, Attempts } = fetch
  const delay = Math.min(FIRST_DELAY_MS * 2 ** Attempts, LONGEST_DELAY_MS)
  const NextAt = new Date(Date.now() + delay).toISOString()
  await fetches.updateOne({ _id }, { $set: { NextAt }, $inc: { Attempts: 1 } })
}
