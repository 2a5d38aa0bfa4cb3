import { setTimeout as wait } from 'node:timers/promises'
import { RefusedError } from './server-request.ts'

export interface Patience {
  /** How long it is tried without getting any further. */
  mostMs: number
  /** Before the second try; doubled for each that brought nothing. */
  firstDelayMs: number
}

/** A server that is started anew, or a node whose lease another one takes, is back long before. */
export const patience: Patience = { mostMs: 5 * 60_000, firstDelayMs: 500 }
const longestDelayMs = 15_000

/**
 * Does it until it is done. `progress` is a number that grows whenever it got further; `tell` hears
 * why it failed and when it is tried again.
 */
export async function persist(
  act: () => Promise<void>,
  progress: () => number,
  { mostMs, firstDelayMs }: Patience,
  tell: (reason: string, delayMs: number) => void,
): Promise<void> {
  let reached = progress()
  let since = Date.now()
  let delayMs = firstDelayMs
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (!isPassing(error)) throw error
      if (progress() > reached) {
        reached = progress()
        since = Date.now()
        delayMs = firstDelayMs
      }
      if (Date.now() - since + delayMs > mostMs) throw error
      tell(reasonOf(error), delayMs)
      await wait(delayMs)
      delayMs = Math.min(delayMs * 2, longestDelayMs)
    }
  }
}

/** What the network does may pass; what the server has decided, or the disk says, does not. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof RefusedError) return false
  const { code = '', syscall = '' } = error as NodeJS.ErrnoException
  if (/^(ENOSPC|EDQUOT|EFBIG|EROFS|EACCES|EPERM|EIO|ENOENT|EMFILE)$/.test(code)) return false
  // The certificate of a server does not change by asking again.
  if (/^(CERT_|ERR_TLS_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)) return false
  return syscall !== 'open' && error.name !== 'NoRoomError'
}

/** Errors of several addresses of one name have no message of their own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
