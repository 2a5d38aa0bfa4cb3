import { BundleError } from './errors.ts'
import type { Manifest } from './manifest.ts'

/** What the target remembers of a sender when a bundle comes. */
export interface Seen {
  /**
   * The bundle that came with this one's id and passed all checks, whatever became of it. Not one that
   * was refused: a changed copy must not keep the true one out.
   */
  sameId: { manifestSha256: string } | null
  /** The newest revision of this source release that has been taken for review, or imported. */
  latest: { bundleId: string; revision: number; contentDigest: string } | null
  /** Another source release of the same project that was imported with this version. */
  sameVersion: { sourceReleaseId: string } | null
  /** The sender's bundle with the highest sequence. */
  newest: { sequence: number; issuedAt: string } | null
}

/**
 * What a bundle is to a target that remembers:
 * - Duplicate: the very same has come before, nothing is done;
 * - Resend: another bundle with the same content, which makes no new release;
 * - NewRevision: of a release that is known; its snapshots are replaced once that is approved;
 * - VersionConflict: another release with a version that is known (deleted and made again): a person decides;
 * - New: a release that is not known.
 */
export type ReplayKind = 'New' | 'NewRevision' | 'Resend' | 'VersionConflict' | 'Duplicate'

export interface ReplayOutcome {
  kind: ReplayKind
  /** Sequences between the newest known and this one that have not come: on their way, or lost. */
  missing: number
  /** The sender counts again what it has counted: it was restored from an old backup. */
  wentBack: boolean
}

/** Check 9. Throws `BundleIdReused`, `OutOfOrder` or `StaleRevision`. */
export function replayOutcome(
  manifest: Manifest,
  manifestSha256: string,
  { seen, strictOrder }: { seen: Seen; strictOrder: boolean },
): ReplayOutcome {
  const { bundleId, sequence, issuedAt } = manifest
  const { sameId, newest } = seen
  if (sameId) {
    if (sameId.manifestSha256 === manifestSha256)
      return { kind: 'Duplicate', missing: 0, wentBack: false }
    throw new BundleError('BundleIdReused', 'Another bundle with the same id has come before.', {
      data: { bundleId },
    })
  }
  const isOlder = newest !== null && sequence <= newest.sequence
  if (isOlder && strictOrder)
    throw new BundleError(
      'OutOfOrder',
      `This is bundle ${sequence} of its sender, and ${newest.sequence} has come already.`,
      { data: { sequence, newest: newest.sequence } },
    )
  return {
    kind: kindOf(manifest, seen),
    missing: Math.max(0, sequence - (newest?.sequence ?? 0) - 1),
    wentBack: isOlder && Date.parse(issuedAt) > Date.parse(newest.issuedAt),
  }
}

function kindOf(manifest: Manifest, { latest, sameVersion }: Seen): ReplayKind {
  const { revision, contentDigest } = manifest
  if (!latest) return sameVersion ? 'VersionConflict' : 'New'
  if (latest.contentDigest === contentDigest) return 'Resend'
  if (revision > latest.revision) return 'NewRevision'
  throw new BundleError(
    'StaleRevision',
    `This is revision ${revision} of the release, and revision ${latest.revision} has come already with other content.`,
    { data: { revision, latest: latest.revision } },
  )
}
