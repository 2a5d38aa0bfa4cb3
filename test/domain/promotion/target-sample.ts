import type { TargetState } from '#domain/promotion/target-state.ts'

/** Prod Space: it has a Production, a pool for Linux and a team of managers. */
export const targetState = (change: Partial<TargetState> = {}): TargetState => ({
  environments: [
    { Id: 'Environments-P', Name: 'Production' },
    { Id: 'Environments-E', Name: 'Prod EU' },
  ],
  workerPools: [
    { Id: 'WorkerPools-D', Name: 'Any', IsDefault: true },
    { Id: 'WorkerPools-L', Name: 'Linux', IsDefault: false },
  ],
  feeds: [
    { Id: 'Feeds-B', Name: 'Own', FeedType: 'BuiltIn' },
    { Id: 'Feeds-N', Name: 'NuGet', FeedType: 'NuGet' },
  ],
  teams: [{ Id: 'Teams-M', Name: 'Managers' }],
  ...{ roles: [], tags: [], actionTypes: ['Octopus.Script', 'Octopus.TentaclePackage'] },
  ...change,
})
