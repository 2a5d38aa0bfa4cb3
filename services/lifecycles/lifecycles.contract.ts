import type { ListParams, Page } from '#bus/page.ts'
import type { LifecycleRules, Phase, LifecycleBody as Rules } from '#domain/lifecycle.ts'

/** Through which environments a release goes, and when it may go on. */
export interface Lifecycle extends LifecycleRules {
  Id: string
  SpaceId: string
  Name: string
  Description: string
  Slug: string
  LastModifiedOn?: string
  LastModifiedBy?: string
}

/** What a client sends to create a lifecycle, or to change one. */
export type LifecycleBody = Pick<Lifecycle, 'Name' | 'Description'> &
  Required<Rules> &
  Partial<Pick<Lifecycle, 'Slug'>>

interface Of {
  spaceId: string
  id: string
}
type Reference = { Id: string; Name: string }

declare module '#bus' {
  interface Actions {
    'lifecycles.list'(params: ListParams): Page<Lifecycle>
    'lifecycles.get'(params: Of): Lifecycle
    'lifecycles.names'(params: { spaceId: string; ids?: string[] }): Reference[]
    'lifecycles.create'(params: { spaceId: string } & LifecycleBody): Lifecycle
    'lifecycles.modify'(params: Of & LifecycleBody): Lifecycle
    'lifecycles.remove'(params: Of): null
    'lifecycles.eraseSpace'(params: { spaceId: string }): null
    /** Makes the lifecycle that every space begins with, unless the space has one. */
    'lifecycles.populate'(params: { spaceId: string }): null
    /** With the implied phases filled in. */
    'lifecycles.preview'(params: Of): Lifecycle
    'lifecycles.previews'(params: { spaceId: string; ids?: string[] }): Lifecycle[]
    /** The phases alone, implied ones filled in. */
    'lifecycles.phases'(params: Of): Phase[]
    /** Lifecycles with a phase that names the environment. */
    'lifecycles.naming'(params: { spaceId: string; environmentId: string }): Reference[]
    /** Projects that use the lifecycle themselves. */
    'lifecycles.projects'(params: Of): ReturnType<Actions['projects.list']>['Items']
  }
}
