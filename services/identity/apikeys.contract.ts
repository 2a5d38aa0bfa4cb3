import type { Page } from '#bus/page.ts'

/** A key that a program sends in place of a password. The key itself is shown once. */
export interface ApiKey {
  Id: string
  UserId: string
  /** What it is for, in the words of its user. */
  Purpose: string
  /** Its beginning, to tell it from others: 'API-ABCD…'. */
  ApiKey: { HasValue: true; NewValue: null; Hint: string }
  Created: string
  /** null: never. */
  Expires: string | null
  /** Whether it can only read. */
  ReadOnly: boolean
}

/** A new key, with the text that is never shown again. */
export type NewApiKey = Omit<ApiKey, 'ApiKey'> & { ApiKey: string }

declare module '#bus' {
  interface Actions {
    /** Newest first. */
    'apikeys.list'(params: { userId: string; skip?: number; take?: number }): Page<ApiKey>
    'apikeys.get'(params: { userId: string; id: string }): ApiKey
    'apikeys.create'(params: {
      userId: string
      Purpose: string
      Expires?: string
      ReadOnly: boolean
    }): NewApiKey
    'apikeys.remove'(params: { userId: string; id: string }): null
    /** Whose key it is; null when it is nobody's, or not any more. */
    'apikeys.authenticate'(params: {
      key: string
    }): { userId: string; keyId: string; username: string; isReadOnly?: boolean } | null
  }
}
