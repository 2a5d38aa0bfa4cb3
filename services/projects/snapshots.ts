import { createHash } from 'node:crypto'
import type { AnyModel, Filter } from '#mixins/listing.ts'

interface Kept {
  /** Of what a snapshot is made, and the content that tells snapshots of it apart. */
  owner: { Id: string; Version: number }
  content: unknown
  /** Which documents are snapshots of the same owner. */
  of: Filter
  fields: Filter
}

/** Whether an id is that of a snapshot: a kept state is read by the same route as the present one. */
export const isSnapshotId = (id: string | undefined): boolean =>
  id !== undefined && /-s-\d+-[0-9a-f]{24}$/.test(id)

/**
 * Keeps a content, and gives the id of the snapshot: 'variableset-Projects-1-s-3-0f2a…'. A content that
 * is kept already has its snapshot, so who asks at the same time gets the same.
 */
export async function keep(model: AnyModel, { owner, content, of, fields }: Kept): Promise<string> {
  const _hash = hashOf(content)
  const kept = await model
    .findOne({ ...of, _hash })
    .select('_id')
    .lean()
  if (kept) return kept._id
  const _id = `${owner.Id}-s-${owner.Version}-${_hash}`
  const stored = await model
    .findOneAndUpdate(
      { ...of, _hash },
      { $setOnInsert: { ...fields, _id, Version: owner.Version } },
      { upsert: true, returnDocument: 'after', lean: true },
    )
    // Two inserted it at once: the index let one of them.
    .catch(async (error) => {
      const other = await model.findOne({ ...of, _hash }).lean()
      if (!other) throw error
      return other
    })
  return stored._id
}

/** Whether a snapshot is of this content, without keeping it. */
export const isOf = (snapshotId: string, content: unknown): boolean =>
  snapshotId.endsWith(`-${hashOf(content)}`)

const hashOf = (content: unknown) =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 24)
