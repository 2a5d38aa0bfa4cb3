import type { ListParams, Page } from '#bus/page.ts'

declare module '#bus' {
  interface Actions {
    /** Deployment targets: there are none yet. */
    'machines.list'(params: ListParams): Page<never>
    /** The names of the targets' operating systems. */
    'machines.operatingSystems'(params: { spaceId: string }): string[]
    'machines.shells'(params: { spaceId: string }): string[]
    /** The roles of all targets of a space. */
    'machines.roles'(params: { spaceId: string }): string[]
  }
}
