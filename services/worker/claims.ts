import { isDiskFull } from './full-disk.ts'
import type { RunFolder } from './run-folder.ts'

/** A run that is kept without anybody asking for it for so long is unclaimed, in ms. */
const UNCLAIMED_MS = 60_000

/** Who has a run. */
interface Claim {
  /** The node that gets its log; null after a start of the worker, until somebody asks for it. */
  node: string | null
  /** The greatest that an order for it had: a smaller one is of a scheduler that has lost it. */
  term: number
  /** By the clock that only goes forward. */
  askedAt: number
}

export type Claims = ReturnType<typeof createClaims>

/** Which scheduler each of the runs on this worker's disk belongs to. */
export function createClaims(now: () => number = () => performance.now()) {
  const claims = new Map<string, Claim>()

  return {
    /** A run that was found on the disk. */
    found(runId: string, folder: RunFolder) {
      claims.set(runId, { node: null, term: folder.term(), askedAt: now() })
    },

    /** Whether another scheduler has had the run since. */
    isLate: (runId: string, term: number) => term < (claims.get(runId)?.term ?? 0),

    /** From now on this node has it. Answers who had it before. */
    claim(runId: string, folder: RunFolder, { node, term }: { node: string; term: number }) {
      const known = claims.get(runId)
      claims.set(runId, { node, term, askedAt: now() })
      // The first term is what is known without being written.
      if (term > (known?.term ?? 1)) writeTerm(folder, term)
      if (!known) return 'nobody'
      return known.node === node ? 'the same' : 'another'
    },

    /** An order of this term was obeyed: one of a smaller term is late from now on. */
    heed(runId: string, folder: RunFolder, term: number) {
      const known = claims.get(runId)
      if (!known || term <= known.term) return
      known.term = term
      writeTerm(folder, term)
    },

    touch(runId: string) {
      const known = claims.get(runId)
      if (known) known.askedAt = now()
    },

    nodeOf: (runId: string) => claims.get(runId)?.node ?? null,
    termOf: (runId: string) => claims.get(runId)?.term ?? 1,
    drop: (runId: string) => claims.delete(runId),
    ids: () => [...claims.keys()],

    /** Those that nobody has asked for in a minute. */
    unclaimed(): string[] {
      const since = now() - UNCLAIMED_MS
      return [...claims].filter(([, { askedAt }]) => askedAt < since).map(([runId]) => runId)
    },
  }
}

/** For the worker after this one: where there is no room for it, this one knows it all the same. */
function writeTerm(folder: RunFolder, term: number) {
  try {
    folder.writeTerm(term)
  } catch (error) {
    if (!isDiskFull(error)) throw error
  }
}
