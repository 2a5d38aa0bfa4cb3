import type { ListParams, Page } from '#bus/page.ts'

/** Projects that belong together in lists. */
export interface ProjectGroup {
  Id: string
  SpaceId: string
  Name: string
  Description: string
  Slug: string
  EnvironmentIds: string[]
  RetentionPolicyId: string | null
  LastModifiedOn?: string
  LastModifiedBy?: string
}

/** What a client sends to create a project group, or to change one. */
export type ProjectGroupBody = Pick<ProjectGroup, 'Name' | 'Description' | 'EnvironmentIds'> & {
  RetentionPolicyId?: string
} & Partial<Pick<ProjectGroup, 'Slug'>>

interface Of {
  spaceId: string
  id: string
}

declare module '#bus' {
  interface Actions {
    'projectgroups.list'(params: ListParams): Page<ProjectGroup>
    'projectgroups.get'(params: Of): ProjectGroup
    'projectgroups.names'(params: {
      spaceId: string
      ids?: string[]
    }): { Id: string; Name: string }[]
    'projectgroups.create'(params: { spaceId: string } & ProjectGroupBody): ProjectGroup
    'projectgroups.modify'(params: Of & ProjectGroupBody): ProjectGroup
    'projectgroups.remove'(params: Of): null
    'projectgroups.eraseSpace'(params: { spaceId: string }): null
    /** Makes the group that every space begins with, unless the space has one. */
    'projectgroups.populate'(params: { spaceId: string }): null
  }
}
