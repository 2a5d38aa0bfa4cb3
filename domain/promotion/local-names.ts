import { foldName } from '#domain/name.ts'
import type { FeedDoc } from './content.ts'
import type { MappingKind, NeededMapping } from './mappings.ts'
import type { TargetState } from './target-state.ts'

/** What the names of a bundle are in the target. A name that is not decided stays what it is. */
export interface LocalNames {
  /** None where all that is named was left out. */
  environments(names: readonly string[]): string[]
  /** No name is the default pool. */
  workerPool(name: string | null): string | null
  team(name: string): string
  feed(feed: FeedDoc): string
}

export function localNames(needed: readonly NeededMapping[], target: TargetState): LocalNames {
  const byName = new Map(needed.map((one) => [`${one.Kind}\n${foldName(one.Name)}`, one]))
  const find = (kind: MappingKind, name: string) => byName.get(`${kind}\n${foldName(name)}`)
  const idOf = (kind: MappingKind, name: string) => find(kind, name)?.TargetId ?? name
  return {
    environments: (names) => [
      ...new Set(
        names
          .filter((name) => find('Environment', name)?.State !== 'LeftOut')
          .map((name) => idOf('Environment', name)),
      ),
    ],
    workerPool: (name) => (name === null ? null : idOf('WorkerPool', name)),
    team: (name) => idOf('Team', name),
    feed: ({ kind, name }) => {
      // Each space has a built-in feed of its own.
      const own = kind === 'BuiltIn' && target.feeds.find(({ FeedType }) => FeedType === 'BuiltIn')
      return own ? own.Id : idOf('Feed', name)
    },
  }
}
