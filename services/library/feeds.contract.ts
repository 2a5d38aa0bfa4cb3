import type { ListParams, Page } from '#bus/page.ts'

/** A place that packages come from. There is only the built-in one yet. */
export interface Feed {
  Id: string
  SpaceId: string
  Name: string
  Slug: string
  FeedType: 'BuiltIn'
  PackageAcquisitionLocationOptions: string[]
  DeleteUnreleasedPackagesAfterDays: number | null
  DeletePackagesAssociatedWithReleases: boolean
  IsBuiltInRepoSyncEnabled: boolean
  LastModifiedOn?: string
  LastModifiedBy?: string
}

declare module '#bus' {
  interface Actions {
    'feeds.list'(params: ListParams & { feedType?: string[] }): Page<Feed>
    'feeds.get'(params: { spaceId: string; id: string }): Feed
    /** The feed that is in the server itself. */
    'feeds.builtin'(params: { spaceId: string }): Feed
    /** Makes the built-in feed of a new space, unless the space has it. */
    'feeds.populate'(params: { spaceId: string }): null
    'feeds.eraseSpace'(params: { spaceId: string }): null
  }
}
