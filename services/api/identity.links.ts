import type { Linker } from './linker.ts'
import { rootOf } from './linker.ts'

export const user: Linker = ({ Id }) => {
  const self = `/api/users/${Id}`
  return {
    Self: self,
    ApiKeys: `${self}/apikeys{/id}{?skip,take}`,
    Permissions: `${self}/permissions{?spaces,includeSystem}`,
    PermissionsConfiguration: `${self}/permissions/configuration{?spaces,includeSystem}`,
    Spaces: `${self}/spaces`,
    Teams: `${self}/teams{?spaces,includeSystem}`,
    RevokeSessions: `${self}/revoke-sessions`,
    Avatar: `${self}/avatar`,
  }
}

export const apiKey: Linker = ({ Id, UserId }) => ({ Self: `/api/users/${UserId}/apikeys/${Id}` })

export const team: Linker = ({ Id }) => {
  const self = `/api/teams/${Id}`
  return { Self: self, ScopedUserRoles: `${self}/scopeduserroles{?skip,take}` }
}

export const userRole: Linker = ({ Id }) => ({ Self: `/api/userroles/${Id}` })
export const scopedUserRole: Linker = ({ Id }) => ({ Self: `/api/scopeduserroles/${Id}` })

export const userPermissions: Linker = ({ Id }) => ({
  Self: `/api/users/${Id}/permissions`,
  User: `/api/users/${Id}`,
})

export const event: Linker = (resource) => ({ Self: `${rootOf(resource)}/events/${resource.Id}` })
export const eventCategory: Linker = () => ({ Self: '/api/events/categories' })
export const eventGroup: Linker = () => ({ Self: '/api/events/groups' })
export const eventDocumentType: Linker = () => ({ Self: '/api/events/documenttypes' })
export const eventAgent: Linker = () => ({ Self: '/api/events/agents' })
