import type { PublicKeys } from '#bus/messages.ts'
import type { Worker } from './workers.contract.ts'

/** What a worker sends that wants to join, or that asks whether it was let in meanwhile. */
export interface RegistrationBody {
  Name: string
  /** Id, slug or name; the token's, or else the default one, when not given. */
  Space?: string
  Token?: string
  /** What an earlier answer has said: so it learns that it was removed, and does not wait anew. */
  WorkerId?: string
  Keys: PublicKeys
  /** A `JoinProof`, signed by these keys. */
  Proof: string
  Slots?: number
  OperatingSystem?: string
  Version?: string
}

/** What a worker needs to know to work here. */
export interface Registration {
  WorkerId: string
  /** As it is called in its space now. */
  Name: string
  Approval: Worker['Approval']
  Fingerprint: string
  SpaceId: string
  SpaceName: string
  /** The names of its pools. */
  WorkerPools: string[]
  Server: {
    /** The name of the workers' bus. */
    Bus: string
    Keys: PublicKeys
    Fingerprint: string
    Version: string
  }
}

declare module '#bus' {
  interface Actions {
    /**
     * A worker joins, or asks again: the same keys are the same worker. `address` is the client's, `host`
     * what it takes for the server's (a `Host` header).
     */
    'workerregistrations.create'(
      params: RegistrationBody & { address: string; host: string },
    ): Registration
  }
}
