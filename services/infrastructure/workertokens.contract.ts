import type { Page } from '#bus/page.ts'

/** Lets one worker join without being waited for: once, into these pools. The token itself is shown once. */
export interface WorkerToken {
  Id: string
  SpaceId: string
  /** What it is for, in the words of who has made it. */
  Name: string
  WorkerPoolIds: string[]
  Created: string
  CreatedBy: string
  Expires: string
}

/** A new token, with what is never shown again. */
export type NewWorkerToken = WorkerToken & {
  Token: string
  /** The line to run on the machine that is to join. */
  Command: string
}

/** Whom a token lets in, and where. */
export interface Admission {
  tokenId: string
  tokenName: string
  spaceId: string
  poolIds: string[]
}

/** Why a token lets nobody in: for the audit trail, not for who has sent it. */
export interface Refusal {
  refusal: string
  /** The token's; null when there is no such token. */
  spaceId: string | null
}

declare module '#bus' {
  interface Actions {
    /** Those that can still be used; newest first. */
    'workertokens.list'(params: {
      spaceId: string
      skip?: number
      take?: number
    }): Page<WorkerToken>
    /** `serverUrl`: the address of this server for the new worker. */
    'workertokens.create'(params: {
      spaceId: string
      Name: string
      WorkerPoolIds: string[]
      ExpiresInMinutes: number
      serverUrl: string
    }): NewWorkerToken
    'workertokens.remove'(params: { spaceId: string; id: string }): null
    'workertokens.eraseSpace'(params: { spaceId: string }): null
    /**
     * Uses a token up for the worker with this fingerprint, which may do so again. With `spaceId`, one
     * of another space lets nobody in.
     */
    'workertokens.use'(params: {
      token: string
      fingerprint: string
      spaceId?: string
    }): Admission | Refusal
    /** The tokens that this worker has used let it in no more. */
    'workertokens.forget'(params: { fingerprint: string }): null
  }
}
