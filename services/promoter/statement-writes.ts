/** How receipts are made, numbered and kept: each thing is said once, and no number is left out. */
import { randomBytes } from 'node:crypto'
import type { Model } from 'mongoose'
import { bundleIdOf } from '#domain/bundle/bundle-id.ts'
import { type ReceiptFacts, writeReceipt } from '#domain/bundle/receipt.ts'
import type { Statement } from '#domain/promotion/statements.ts'
import type { OpenKeys } from './keys.ts'
import type { StoredStatement } from './statement.model.ts'
import type { Trust } from './trusts.contract.ts'

export type Statements = Model<StoredStatement>

/** The source whom something is said to, and the keys by which it is signed. */
export interface Parties {
  trust: Pick<Trust, 'Id' | 'SpaceId' | 'Fingerprint'>
  keys: OpenKeys
}

const DUPLICATE_KEY = 11_000

export const aboutOf = (id: string, state: string): string => `${id}/${state}`

/** Which of these things have been said. */
export async function saidOf(statements: Statements, abouts: string[]): Promise<Set<string>> {
  const found = await statements
    .find({ _about: { $in: abouts } }, { _about: 1 })
    .lean<Pick<StoredStatement, '_about'>[]>()
  return new Set(found.map(({ _about }) => _about))
}

/**
 * Says a thing, unless it has been said. The number is in what is signed, so it is taken by the write that
 * stores the receipt whole: who dies before it leaves no gap. Whether it is new.
 */
export async function say(
  statements: Statements,
  what: { about: string; releaseId: string; statement: Statement },
  parties: Parties,
): Promise<boolean> {
  const { trust, keys } = parties
  for (;;) {
    const sequence = (await highestOf(statements, trust.Id)) + 1
    const issuedAt = new Date().toISOString()
    const facts: ReceiptFacts = {
      ...{
        ...what.statement,
        receiptId: bundleIdOf(Date.parse(issuedAt), randomBytes(10)),
        sequence,
        issuedAt,
      },
      ...{ source: trust.Fingerprint, target: keys.fingerprint },
    }
    try {
      await statements.create({
        ...{ _id: facts.receiptId, SpaceId: trust.SpaceId, TrustId: trust.Id },
        ...{ Sequence: sequence, ReleaseId: what.releaseId, IssuedAt: issuedAt },
        ...{ _about: what.about, _facts: facts, _jws: await writeReceipt(facts, keys) },
      })
      return true
    } catch (error) {
      if ((error as { code?: number }).code !== DUPLICATE_KEY) throw error
      // Another node has said it, or has taken the number for something else.
      if ((await saidOf(statements, [what.about])).has(what.about)) return false
    }
  }
}

/** The sequence of the last receipt by a trust; 0 where there is none. */
export async function highestOf(statements: Statements, TrustId: string): Promise<number> {
  const last = await statements
    .findOne({ TrustId }, { Sequence: 1 })
    .sort({ Sequence: -1 })
    .lean<Pick<StoredStatement, 'Sequence'>>()
  return last?.Sequence ?? 0
}

/**
 * Receipts as they can be read today: what was signed by keys that have been replaced, or is for an
 * identity that the source no longer has, is signed anew. It says the same, under the same number.
 */
export function signedNow(
  statements: Statements,
  found: StoredStatement[],
  { trust, keys }: Parties,
): Promise<StoredStatement[]> {
  return Promise.all(
    found.map(async (one) => {
      const { source, target } = one._facts
      if (source === trust.Fingerprint && target === keys.fingerprint) return one
      const _facts = { ...one._facts, source: trust.Fingerprint, target: keys.fingerprint }
      const _jws = await writeReceipt(_facts, keys)
      await statements.updateOne({ _id: one._id, _jws: one._jws }, { $set: { _facts, _jws } })
      return { ...one, _facts, _jws }
    }),
  )
}
