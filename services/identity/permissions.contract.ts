import type { Grants, Permission } from '#domain/permissions.ts'

declare module '#bus' {
  interface Actions {
    /** What a user may do; nothing, when he is unknown or not active. */
    'permissions.of'(params: { userId: string }): Grants
    'permissions.all'(params: Record<never, never>): Record<string, Permission>
  }

  interface Events {
    /** What was known of permissions, keys and sessions may be wrong from now on. */
    'permissions.changed': Record<never, never>
  }
}
