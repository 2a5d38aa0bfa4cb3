/** A part of what a build has told of a package. */
interface Told {
  Commits: readonly unknown[]
}

/** How much of all commits a release keeps, in characters: releases are read by the page. */
export const MOST_COMMITS = 200_000

/**
 * What a release keeps of what its builds have told: commits only as long as there is room, which
 * the packages share. Where some are left out, `IncompleteDataWarning` says so.
 */
export function keptOf<T extends Told>(
  builds: readonly T[],
  room = MOST_COMMITS,
): (T & { IncompleteDataWarning: string })[] {
  const share = Math.floor(room / Math.max(1, builds.length))
  return builds.map((build) => {
    let left = share
    const Commits = build.Commits.filter((commit) => {
      left -= JSON.stringify(commit).length
      return left >= 0
    })
    const isWhole = Commits.length === build.Commits.length
    const IncompleteDataWarning = isWhole
      ? ''
      : `${Commits.length} of ${build.Commits.length} commits are kept with the release.`
    return { ...build, Commits, IncompleteDataWarning }
  })
}
