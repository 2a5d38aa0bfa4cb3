/** Sends what waits in the outbox: to each space in its order, and to no space at the cost of another. */
import type { Logger } from 'moleculer'
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import type { StoredLetter } from './letter.model.ts'
import type { StoredSpaceIdentity } from './space-identity.model.ts'
import { ask, type Question, type Reply } from './talking.ts'
import { UnreachedError } from './transport.ts'
import type { Trust } from './trusts.contract.ts'

const POLL_MS = 1_000
const FIRST_DELAY_MS = 5_000
const LONGEST_DELAY_MS = 15 * 60_000
/** So many go to one space in a row. */
const AT_ONCE = 50

export interface PostsWith {
  broker: Pick<Bus, 'call'>
  models: { SpaceIdentity: Model<StoredSpaceIdentity>; Letter: Model<StoredLetter> }
  logger: Logger
  inTurn<T>(job: string, work: () => Promise<T>): Promise<T>
  /** null: it was removed. */
  trustOf(letter: StoredLetter): Promise<Trust | null>
  answered(letter: StoredLetter, trust: Trust, reply: Reply): Promise<void>
  /** It was answered, and waits no more. */
  done(letter: StoredLetter, reply: Reply): Promise<void>
  /** It is tried again; or not any more. */
  unanswered(letter: StoredLetter, about: { isOver: boolean; reason: string }): Promise<void>
}

export interface Posting {
  wake(): void
  stop(): Promise<void>
}

export function startPosting(on: PostsWith): Posting {
  const busy = new Map<string, Promise<void>>()
  let isStopped = false
  let looking: Promise<void> | null = null

  function wake() {
    if (looking || isStopped) return
    looking = look()
      .catch((error) => on.logger.error('The outbox could not be looked at', error))
      .finally(() => {
        looking = null
      })
  }

  async function look() {
    const due = { NextAt: { $lte: new Date().toISOString() } }
    const trusts: string[] = await on.models.Letter.distinct('TrustId', due)
    for (const trustId of trusts.filter((id) => !busy.has(id))) {
      const work = on
        .inTurn(`messages to ${trustId}`, () => sendSome(on, trustId, () => isStopped))
        // What fails here is a store that is away: the next look takes it up.
        .catch((error) => {
          on.logger.error('Messages were not sent', { trust: trustId }, error)
          return false
        })
        .then((hasMore) => {
          busy.delete(trustId)
          if (hasMore) wake()
        })
      busy.set(trustId, work)
    }
  }

  const timer = setInterval(wake, POLL_MS)
  return {
    wake,
    async stop() {
      isStopped = true
      clearInterval(timer)
      await looking
      await Promise.all(busy.values())
    },
  }
}

/** Answers whether there may be more that can be sent now. */
async function sendSome(
  on: PostsWith,
  TrustId: string,
  isStopped: () => boolean,
): Promise<boolean> {
  const now = new Date().toISOString()
  const letters = await on.models.Letter.find({ TrustId, NextAt: { $lte: now } })
    .sort({ Created: 1, _id: 1 })
    .limit(AT_ONCE)
    .lean<StoredLetter[]>()
  for (const letter of letters) {
    if (isStopped() || !(await sendOne(on, letter))) return false
  }
  return letters.length === AT_ONCE
}

/** Answers whether its receiver is there, so that the next can be sent. */
async function sendOne(on: PostsWith, letter: StoredLetter): Promise<boolean> {
  const { Letter } = on.models
  const trust = await on.trustOf(letter)
  if (trust === null || trust.State === 'Revoked') {
    const reason = 'The space is trusted no more: nothing is sent to it.'
    await on.unanswered(letter, { isOver: true, reason })
    await Letter.deleteOne({ _id: letter._id })
    return true
  }
  try {
    if (trust.State !== 'Active') throw new UnreachedError(`The trust is ${trust.State}.`)
    if (trust.Transport.Kind === 'Disconnected')
      throw new UnreachedError(`${trust.Name} is not connected.`)
    const { _id: id, Type: type, Body: body } = letter
    // Stored as it was posted: its type and its body go together.
    const reply = await ask(on, trust, { type, body, id } as Question)
    await on.answered(letter, trust, reply)
    await Letter.deleteOne({ _id: id })
    await on.done(letter, reply)
    return true
  } catch (error) {
    if (error instanceof UnreachedError) await putOff(on, letter, error.message)
    else {
      on.logger.error('What came of a message could not be used', { message: letter._id }, error)
      await putOff(on, letter, 'What came of it could not be used here: see the log of the server.')
    }
    return false
  }
}

/** Nobody is there: what else goes there waits as well, so that the order stays. */
async function putOff(on: PostsWith, letter: StoredLetter, reason: string): Promise<void> {
  const { Letter } = on.models
  const { _id, TrustId, Attempts, Until } = letter
  const now = Date.now()
  if (Date.parse(Until) <= now) {
    await on.unanswered(letter, { isOver: true, reason })
    await Letter.deleteOne({ _id })
    return
  }
  const delay = Math.min(FIRST_DELAY_MS * 2 ** Attempts, LONGEST_DELAY_MS)
  const NextAt = new Date(Math.min(now + delay, Date.parse(Until))).toISOString()
  await Letter.updateOne({ _id }, { $inc: { Attempts: 1 } })
  await Letter.updateMany({ TrustId }, { $set: { NextAt } })
  await on.unanswered(letter, { isOver: false, reason })
}
