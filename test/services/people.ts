import { randomUUID } from 'node:crypto'
import type { TestServer } from '../support/server.ts'

export interface Person {
  Id: string
  Username: string
  key: string
}

export const PASSWORD = 'Password01!'

/** A new user with an API key, made by the administrator. */
export async function makePerson(server: TestServer, more: object = {}): Promise<Person> {
  const Username = `person-${randomUUID().slice(0, 8)}`
  const body = { Username, DisplayName: 'Somebody', Password: PASSWORD, ...more }
  const { Id } = await server.ask<{ Id: string }>('POST', '/users', body)
  const keys = `/users/${Id}/apikeys`
  const { ApiKey } = await server.ask<{ ApiKey: string }>('POST', keys, { Purpose: 'a test' })
  return { Id, Username, key: ApiKey }
}

/** A new team with these roles in a space. */
export async function makeTeam(
  server: TestServer,
  { spaceId, members, roles }: { spaceId: string; members: Person[]; roles: string[] },
): Promise<{ Id: string; Name: string; MemberUserIds: string[] }> {
  const team = await server.ask<{ Id: string; Name: string; MemberUserIds: string[] }>(
    'POST',
    `/${spaceId}/teams`,
    { Name: `Team ${randomUUID().slice(0, 8)}`, MemberUserIds: members.map(({ Id }) => Id) },
  )
  for (const role of roles) {
    const held = { TeamId: team.Id, UserRoleId: `userroles-${role}` }
    await server.ask('POST', `/${spaceId}/scopeduserroles`, held)
  }
  return team
}

/** A person who manages a space by a team of it. */
export async function makeManager(server: TestServer, spaceId = 'Spaces-1'): Promise<Person> {
  const person = await makePerson(server)
  await makeTeam(server, { spaceId, members: [person], roles: ['spacemanager'] })
  return person
}

/** The first sentence of an error. */
export async function faultOf(response: Response): Promise<string> {
  const { ErrorMessage, Errors = [] } = (await response.json()) as {
    ErrorMessage: string
    Errors?: string[]
  }
  return Errors?.[0] ?? ErrorMessage
}
