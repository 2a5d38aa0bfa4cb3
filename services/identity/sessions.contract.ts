import type { User } from './users.contract.ts'

/** A new session: its token is for the cookie that scripts cannot read, the other proves where a change comes from. */
export interface NewSession {
  token: string
  csrfToken: string
  user: User
  expiresAt: string
}

declare module '#bus' {
  interface Actions {
    /** Fails with 400 when name or password are wrong, with 429 after too many tries. */
    'sessions.create'(params: {
      Username: string
      Password: string
      RememberMe: boolean
      /** Where the request comes from. */
      address: string
    }): NewSession
    /** Whose session it is; null when it is over. */
    'sessions.authenticate'(params: {
      token: string
    }): { userId: string; username: string; csrfToken: string } | null
    'sessions.end'(params: { token: string }): null
    /** Ends every session of a user. */
    'sessions.revoke'(params: { userId: string }): null
  }
}
