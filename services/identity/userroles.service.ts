import { defineService } from '#bus'
import { NotFoundError } from '#bus/errors.ts'
import { DEFAULT_TAKE, systemListRules } from '#bus/page.ts'
import { foldName } from '#domain/name.ts'
import { type PermissionName, permissions } from '#domain/permissions.ts'
import { builtInRoles, type Role } from '#domain/roles.ts'
import type { UserRole } from './userroles.contract.ts'

const described = (names: PermissionName[]) => names.map((name) => permissions[name].Description)

const roleOf = (role: Role): UserRole => ({
  ...role,
  CanBeDeleted: false,
  SpacePermissionDescriptions: described(role.GrantedSpacePermissions),
  SystemPermissionDescriptions: described(role.GrantedSystemPermissions),
  SupportedRestrictions: [
    ...new Set(
      role.GrantedSpacePermissions.flatMap((name) => permissions[name].SupportedRestrictions),
    ),
  ],
})

const roles = builtInRoles
  .map(roleOf)
  .sort((one, other) => one.Name.localeCompare(other.Name, 'en'))

/** The roles of every server. Who is signed in may know what they grant. */
export default defineService('userroles', {
  actions: {
    list: {
      description: 'One page of the roles',
      permission: 'any',
      params: systemListRules,
      handler(ctx) {
        const { skip: Skip = 0, take, ids, partialName, name } = ctx.params
        const ItemsPerPage = take || DEFAULT_TAKE
        const part = foldName(partialName ?? '')
        const found = roles
          .filter(({ Id }) => !ids || ids.includes(Id))
          .filter(({ Name }) => name === undefined || foldName(Name) === foldName(name))
          .filter(({ Name }) => foldName(Name).includes(part))
          // Who looks for a whole name finds it first.
          .sort((one, other) => Number(isNamed(other, part)) - Number(isNamed(one, part)))
        const Items = found.slice(Skip, Skip + ItemsPerPage)
        return { Items, TotalResults: found.length, ItemsPerPage, Skip }
      },
    },

    get: {
      description: 'One role by its id',
      permission: 'any',
      params: { id: 'string' },
      handler(ctx) {
        const role = roles.find(({ Id }) => Id === ctx.params.id)
        if (!role) throw new NotFoundError('UserRole', ctx.params.id)
        return role
      },
    },
  },
})

const isNamed = ({ Name }: UserRole, name: string) => foldName(Name) === name
