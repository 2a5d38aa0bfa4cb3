interface Named {
  Id: string
  Name: string
}

/** What of the target space decides how a bundle is understood there. */
export interface TargetState {
  /** All, the remote ones too. */
  environments: readonly Named[]
  workerPools: readonly (Named & { IsDefault: boolean })[]
  feeds: readonly (Named & { FeedType: string })[]
  teams: readonly Named[]
  /** Of its deployment targets. */
  roles: readonly string[]
  /** Canonical names of tenant tags: 'Set/Tag'. */
  tags: readonly string[]
  /** The kinds of steps that it can run. */
  actionTypes: readonly string[]
}
