/** How a worker becomes one of a server's: it registers, and waits until it is approved. */
import type { Identity } from './identity.ts'
import {
  type Registration,
  RegistrationError,
  type RegistrationRequest,
  register,
  removedFrom,
} from './registration.ts'

const FIRST_DELAY_MS = 1_000
/** So seldom a worker that waits asks in the end whether it is approved. */
const LONGEST_POLL_MS = 5_000
const LONGEST_DELAY_MS = 30_000

export interface Joining {
  identity: Identity
  request: Omit<RegistrationRequest, 'party' | 'id'>
  /** A line for people. */
  say(line: string): void
  /** Ends the wait. */
  signal: AbortSignal
}

/**
 * Asks until the worker is approved: with growing delays, longer ones while the server is away. What
 * is learnt is kept in the identity. Fails with a sentence where asking again helps nothing.
 */
export async function join(joining: Joining): Promise<Registration> {
  const { identity, say, signal } = joining
  const said = lastOnly(say)
  for (let delayMs = FIRST_DELAY_MS; ; delayMs *= 2) {
    const answer = await askOnce(joining).catch(orAway)
    if (!(answer instanceof Error) && answer.Approval === 'Approved') {
      identity.keep({ isApproved: true })
      return answer
    }
    const isAway = answer instanceof Error
    said(isAway ? `${answer.message} It is asked again.` : waits(answer))
    delayMs = Math.min(delayMs, isAway ? LONGEST_DELAY_MS : LONGEST_POLL_MS)
    await rest(delayMs, signal)
  }
}

const waits = ({ SpaceName }: Registration) => `Waits for approval in the space ${SpaceName}`

function orAway(error: unknown): RegistrationError {
  if (error instanceof RegistrationError && error.kind === 'away') return error
  throw error
}

/** One question, whose answer is kept. Fails with kind 'removed' when the server has another opinion of it than before. */
export async function askOnce({ identity, request }: Joining): Promise<Registration> {
  const { id, isApproved } = identity.kept()
  // The token has done its work once the server knows the worker.
  const token = isApproved ? null : request.token
  const asked = { ...request, token, id, party: identity.party }
  const answer = await register(asked).catch((error: unknown) => {
    if (error instanceof RegistrationError && error.kind === 'removed') forget(identity)
    throw error
  })
  const { WorkerId, Approval, Server } = answer
  await identity
    .pin({ keys: Server.Keys, bus: Server.Bus, url: request.server })
    .catch((error: Error) => {
      throw new RegistrationError('impostor', error.message, error)
    })
  if (isApproved && (WorkerId !== id || Approval !== 'Approved')) {
    forget(identity)
    throw new RegistrationError('removed', removedFrom(request.server))
  }
  if (WorkerId !== id) identity.keep({ id: WorkerId })
  return answer
}

const forget = (identity: Identity) => identity.keep({ id: null, isApproved: false })

/** What is the same as the last time is not said again. */
function lastOnly(say: (line: string) => void) {
  let last = ''
  return (line: string) => {
    if (line !== last) say(line)
    last = line
  }
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        reject(signal.reason)
      },
      { once: true },
    )
  })
}
