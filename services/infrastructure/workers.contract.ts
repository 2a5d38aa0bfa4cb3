import type { ListParams, Page } from '#bus/page.ts'

declare module '#bus' {
  interface Actions {
    /** Registered workers: the built-in one is none of them. */
    'workers.list'(params: ListParams): Page<never>
    /** The names of the workers' operating systems. */
    'workers.operatingSystems'(params: { spaceId: string }): string[]
    'workers.shells'(params: { spaceId: string }): string[]
  }
}
