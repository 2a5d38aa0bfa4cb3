import type { SourceState } from './source-state.ts'

/** What a list of the source's environments comes to in the target. */
export interface Places {
  /** The whole space is meant: whatever environment it has. */
  isWhole: boolean
  /** Names of its environments. */
  names: string[]
}

/** Reads lists of environment ids as the target of a trust sees them: what is not its own is not there. */
export function placesFor({
  environments,
  trust,
}: Pick<SourceState, 'environments' | 'trust'>): (ids: readonly string[]) => Places {
  const remotes = new Map(
    environments.flatMap(({ Id, Remote }) => (Remote?.TrustId === trust.Id ? [[Id, Remote]] : [])),
  )
  return (ids) => {
    const meant = ids.flatMap((id) => remotes.get(id) ?? [])
    return {
      isWhole: meant.some(({ Kind }) => Kind === 'Space'),
      names: [
        ...new Set(
          meant.filter(({ Kind }) => Kind === 'Environment').map((remote) => remote.RemoteName),
        ),
      ],
    }
  }
}
