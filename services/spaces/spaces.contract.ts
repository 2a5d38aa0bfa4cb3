import type { Page } from '#bus/page.ts'

/** A part of the server with its own teams, environments and projects. */
export interface Space {
  Id: string
  Name: string
  /** The name as it appears in links. */
  Slug: string
  Description: string
  IsDefault: boolean
  /** Teams whose members manage the space, its own team of managers among them. */
  SpaceManagersTeams: string[]
  /** Users who are in the space's own team of managers. */
  SpaceManagersTeamMembers: string[]
  /** Whether the space's tasks wait instead of starting. */
  TaskQueueStopped: boolean
  LastModifiedOn?: string
  LastModifiedBy?: string
}

/** What a client sends to create a space, or to change one. */
export type SpaceBody = Pick<
  Space,
  'Name' | 'Description' | 'SpaceManagersTeams' | 'SpaceManagersTeamMembers' | 'TaskQueueStopped'
> &
  Partial<Pick<Space, 'Slug'>>

/** What the gateway needs to know of a space at each request. */
export type ResolvedSpace = Pick<Space, 'Id' | 'Name' | 'Slug' | 'IsDefault' | 'TaskQueueStopped'>

export interface SpaceListParams {
  skip?: number
  take?: number
  ids?: string[]
  partialName?: string
  name?: string
}

declare module '#bus' {
  interface Actions {
    /** Those in which the caller may do anything, and all for who may view spaces. */
    'spaces.list'(params: SpaceListParams): Page<Space>
    /** By id or slug. */
    'spaces.get'(params: { id: string }): Space
    'spaces.create'(params: SpaceBody): Space
    'spaces.modify'(params: { id: string } & SpaceBody): Space
    /** Hides the space at once; a task takes away what is in it. */
    'spaces.remove'(params: { id: string }): null
    /** By id, slug or name, the latter two in any case. */
    'spaces.resolve'(params: { space: string }): ResolvedSpace
    /** The id of the default space. */
    'spaces.default'(params: Record<never, never>): string
    /** Ids of spaces whose tasks do not start, those that are being deleted among them. */
    'spaces.stopped'(params: Record<never, never>): string[]
    /** Makes what every space has, as far as it was not made yet. Idempotent. */
    'spaces.populate'(params: { spaceId: string }): null
    /** Takes the space itself away: the last step of its deletion. */
    'spaces.erase'(params: { spaceId: string }): null
  }

  interface Events {
    'spaces.created': { spaceId: string }
    'spaces.changed': { spaceId: string }
    'spaces.removed': { spaceId: string }
  }
}
