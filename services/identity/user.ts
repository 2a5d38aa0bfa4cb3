import type { Public } from '#store/resource.ts'
import type { StoredUser } from './user.model.ts'
import type { User } from './users.contract.ts'

/** A user as the caller is shown him. */
export function userOf(user: Public<StoredUser>, callerId: string): User {
  const { Id, Username, DisplayName, EmailAddress, IsActive, IsService } = user
  const { LastModifiedOn, LastModifiedBy } = user
  return {
    ...{ Id, Username, DisplayName, EmailAddress, IsActive, IsService },
    IsRequestor: Id === callerId,
    CanPasswordBeEdited: !IsService,
    Identities: [],
    ...(LastModifiedOn && { LastModifiedOn }),
    ...(LastModifiedBy && { LastModifiedBy }),
  }
}
