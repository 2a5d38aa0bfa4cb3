/** How receipts leave this space: over a connection, or in a file. */
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { BundleRefusedError, InvalidError } from '#bus/errors.ts'
import { VERSION } from '#bus/version.ts'
import { bundleIdOf } from '#domain/bundle/bundle-id.ts'
import { writeReceiptsFile } from '#domain/bundle/receipts-file.ts'
import { blobs } from '#store/blobs.ts'
import { keysOf } from './keys.ts'
import type { ReceiptsExport } from './receiptsout.contract.ts'
import type { StoredSpaceIdentity } from './space-identity.model.ts'
import type { StoredCarried, StoredStatement } from './statement.model.ts'
import { highestOf, type Statements, signedNow } from './statement-writes.ts'
import type { Trust } from './trusts.contract.ts'

export interface Gives {
  broker: Pick<Bus, 'call'>
  models: {
    Statement: Statements
    Carried: Model<StoredCarried>
    SpaceIdentity: Model<StoredSpaceIdentity>
  }
}
export type OfTrust = { spaceId: string; trustId: string }

const DAY_MS = 86_400_000
/** So long a file of receipts may be under way. */
const VALID_MS = 90 * DAY_MS
const AT_ONCE = 500
/** No file becomes larger than this by much, in bytes of its receipts: they are in memory. */
const MOST_BYTES = 8 * 1024 * 1024

/** Why nothing may be given out by a trust now, with its code; null when it may. */
export function refusalToGive({ Name, State, Allow }: Trust): [string, string] | null {
  if (State !== 'Active')
    return [`The trust with ${Name} is ${State}: no receipts are sent.`, 'TrustNotActive']
  if (Allow.SendReceipts) return null
  return [`The trust with ${Name} does not allow to send receipts.`, 'NotAllowed']
}

export const trustOf = ({ broker }: Gives, { spaceId, trustId: id }: OfTrust): Promise<Trust> =>
  asSystem(broker, 'receipts are given out').call('trusts.get', { spaceId, id })

export async function acknowledgedOf({ models }: Gives, trustId: string): Promise<number> {
  return (await models.Carried.findById(trustId).lean())?.Acknowledged ?? 0
}

/** In their order. */
export async function statementsAfter(
  on: Gives,
  trust: Trust,
  { after, since, take }: { after: number; since?: string | undefined; take: number },
): Promise<StoredStatement[]> {
  const found = await on.models.Statement.find({
    ...{ TrustId: trust.Id, Sequence: { $gt: after } },
    ...(since !== undefined && { IssuedAt: { $gt: since } }),
  })
    .sort({ Sequence: 1 })
    .limit(take)
    .lean<StoredStatement[]>()
  if (found.length === 0) return []
  const { current: keys } = await keysOf(on, trust.SpaceId)
  return signedNow(on.models.Statement, found, { trust, keys })
}

/** A number is a sequence; anything else must be a date. */
export function beginningOf(since: string): { after: number; since?: string } {
  if (/^\d{1,15}$/.test(since)) return { after: Number(since) }
  const at = Date.parse(since)
  if (Number.isNaN(at))
    throw new InvalidError([`since: '${since}' is neither the number of a receipt nor a date.`])
  return { after: 0, since: new Date(at).toISOString() }
}

/** Writes a file of receipts as a blob. */
export async function exportTo(
  on: Gives,
  of: OfTrust,
  sinceText: string | undefined,
): Promise<ReceiptsExport> {
  const trust = await trustOf(on, of)
  const refusal = refusalToGive(trust)
  if (refusal) throw new BundleRefusedError(...refusal)
  const begin = sinceText ? beginningOf(sinceText) : { after: await acknowledgedOf(on, of.trustId) }
  const statements = await upToSize(on, trust, begin)
  const { current: signer, serverName } = await keysOf(on, of.spaceId)
  const system = asSystem(on.broker, 'receipts are given out')
  const space = await system.call('spaces.get', { id: of.spaceId })
  const now = Date.now()
  const fileId = bundleIdOf(now, randomBytes(10))
  const { manifest, bytes } = await writeReceiptsFile({
    signer,
    receipts: statements.map(({ _jws: jws, Sequence: sequence }) => ({ jws, sequence })),
    facts: {
      fileId,
      source: {
        ...{ space: space.Name, spaceId: of.spaceId, server: serverName },
        fingerprint: signer.fingerprint,
      },
      target: { name: trust.Name, fingerprint: trust.Fingerprint },
      issuedAt: new Date(now).toISOString(),
      notAfter: new Date(now + VALID_MS).toISOString(),
      producer: `tako/${VERSION}`,
    },
  })
  const BlobName = `receipts-out/${of.spaceId}/${fileId}`
  const Size = await blobs.write(BlobName, Readable.from(bytes(), { objectMode: false }))
  const Highest = manifest.receipts.highest
  const range = Highest === 0 ? 'none' : `${statements[0]?.Sequence}-${Highest}`
  return { BlobName, Size, FileName: `receipts-${range}.takoreceipts`, Tag: fileId, Highest }
}

async function upToSize(
  on: Gives,
  trust: Trust,
  begin: { after: number; since?: string },
): Promise<StoredStatement[]> {
  const statements: StoredStatement[] = []
  for (let bytes = 0; ; ) {
    const after = statements.at(-1)?.Sequence ?? begin.after
    const page = await statementsAfter(on, trust, { ...begin, after, take: AT_ONCE })
    for (const one of page) {
      if (bytes > MOST_BYTES) return statements
      statements.push(one)
      bytes += one._jws.length
    }
    if (page.length < AT_ONCE) return statements
  }
}

/** Notes how far receipts were carried; never beyond what there is, and never back. */
export async function noteCarried(
  { models }: Gives,
  { spaceId: SpaceId, trustId: _id }: OfTrust,
  { how, highest, more }: { how: 'Acknowledged' | 'Exported'; highest: number; more?: object },
): Promise<void> {
  const upTo = Math.min(highest, await highestOf(models.Statement, _id))
  await models.Carried.updateOne(
    { _id },
    { $setOnInsert: { SpaceId, Acknowledged: 0, Exported: 0, ExportedAt: null } },
    { upsert: true },
  ).catch((error: { code?: number }) => {
    // Of two at once, one is told so by the index.
    if (error.code !== 11_000) throw error
  })
  if (more) await models.Carried.updateOne({ _id }, { $set: more })
  await models.Carried.updateOne({ _id, [how]: { $lt: upTo } }, { $set: { [how]: upTo } })
}
