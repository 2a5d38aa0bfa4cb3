export type RetentionType = 'LifecycleRelease' | 'LifecycleTentacle' | 'RunbookRetention'

/** How long a space keeps things where nothing else is said. */
export interface RetentionPolicy {
  Id: string
  SpaceId: string
  Name: string
  RetentionType: RetentionType
  Strategy: 'Count' | 'Forever'
  QuantityToKeep: number
  Unit: 'Days' | 'Items'
}

declare module '#bus' {
  interface Actions {
    /** The policy of a type; the one for releases when none is named. */
    'retentionpolicies.get'(params: {
      spaceId: string
      retentionType?: RetentionType
    }): RetentionPolicy
    /** Makes the policies of a new space, unless the space has them. */
    'retentionpolicies.populate'(params: { spaceId: string }): null
    'retentionpolicies.eraseSpace'(params: { spaceId: string }): null
  }
}
