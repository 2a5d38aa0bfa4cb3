import type { ListParams, Page } from '#bus/page.ts'
import type { Flow, TrustState } from '#domain/promotion/trust-state.ts'

/** How messages and bundles get to the other space. */
export interface Transport {
  /** Local: a space of this server; Disconnected: in files, carried by people. */
  Kind: 'Local' | 'Disconnected' | 'Https' | 'Bus'
  /** For Https: where the other server is reached. */
  Url: string | null
  /** For Bus: the other server's name there. */
  BusName: string | null
}

/** What one space records of another: who it is, and what may flow between the two. */
export interface Trust {
  Id: string
  SpaceId: string
  /** As this space calls the other. */
  Name: string
  /** As the other called itself in the document that was taken last. */
  RemoteSpaceName: string
  ServerName: string
  ServerUrl: string | null
  BusAddress: string | null
  /** Of the identity certificate that is pinned: 64 small hexadecimal digits. */
  Fingerprint: string
  /** PEM. */
  IdentityCertificate: string
  EncryptionCertificate: string
  /** When the two certificates end. ISO. */
  NotAfter: string
  EncryptionNotAfter: string
  /** When the document that was taken last was issued, by the other's clock. */
  DocumentIssuedAt: string
  /** At this moment: an active trust whose certificate has ended is Expired. */
  State: TrustState
  Transport: Transport
  Allow: Record<Flow, boolean>
  AutoImport: { Mode: 'Never' | 'KnownProjects'; LifecycleId: string | null }
  /** Whether an import is approved by another person than who imports it. */
  RequireSecondApprover: boolean
  /** Whether a release that the other has from a third space needs a trust of that space too. */
  RequireOrigin: boolean
  /** Whether a bundle older than the newest one is refused. */
  StrictOrder: boolean
  /** Whether what is sent tells who has deployed. */
  ShareUserNames: boolean
  /** Identities of the other before this one, newest first. */
  Previous: PreviousIdentity[]
  Revocation: Revocation | null
  Created: string
  CreatedBy: string
  /** Who has compared the fingerprint; null before that. */
  ConfirmedBy: string | null
  ConfirmedAt: string | null
  /** When something that the other has signed came last; null: never. */
  LastSeen: string | null
  Version: number
  LastModifiedOn?: string
  LastModifiedBy?: string
}

/** An identity that was followed by another. */
export interface PreviousIdentity {
  Fingerprint: string
  IdentityCertificate: string
  ReplacedAt: string
  /** Until then, what it has signed is still taken. */
  Until: string
}

export interface Revocation {
  Reason: string
  /** Whether releases that were imported from the other and not deployed yet get a defect. */
  BlockImportedReleases: boolean
  At: string
  By: string
}

/** What a client decides of a trust. */
export type TrustSettings = Pick<
  Trust,
  'Allow' | 'AutoImport' | 'RequireSecondApprover' | 'RequireOrigin' | 'StrictOrder'
> &
  Pick<Trust, 'ShareUserNames'> & {
    /** Left out: as it was; of a new trust, Local or Disconnected. */
    Transport?: { Kind: Transport['Kind']; Url?: string | null; BusName?: string | null }
  }

/** Whether the other side answers, and what it thinks of this one. */
export interface TrustTest {
  IsReached: boolean
  /** Whether the other has an active trust of this space. */
  IsTrusted: boolean
  /** In sentences, what keeps releases or receipts from flowing. */
  Faults: string[]
}

interface Of {
  spaceId: string
  id: string
}

declare module '#bus' {
  interface Actions {
    'trusts.list'(params: ListParams): Page<Trust>
    'trusts.get'(params: Of): Trust
    'trusts.names'(params: { spaceId: string; ids?: string[] }): { Id: string; Name: string }[]
    /** From the other's identity document, as text: proposed, until it is confirmed. */
    'trusts.create'(
      params: { spaceId: string; Document: string; Name?: string } & TrustSettings,
    ): Trust
    'trusts.modify'(params: Of & { Name: string } & TrustSettings): Trust
    /** Only what was never active, or is revoked. */
    'trusts.remove'(params: Of): null
    'trusts.eraseSpace'(params: { spaceId: string }): null
    /** Reads a document and changes nothing: who it is about, and by which trust he is known. */
    'trusts.read'(params: { spaceId: string; Document: string }): {
      SpaceName: string
      ServerName: string
      Fingerprint: string
      IsOfThisServer: boolean
      KnownAs: string | null
    }
    /** `ConfirmFingerprint`: what was read aloud by the other side, in short or whole. */
    'trusts.confirm'(params: Of & { ConfirmFingerprint: string }): Trust
    'trusts.suspend'(params: Of): Trust
    'trusts.resume'(params: Of): Trust
    /** For good. */
    'trusts.revoke'(params: Of & { Reason: string; BlockImportedReleases: boolean }): Trust
    /**
     * Takes a newer identity document of the same identity, or rotations that lead from it to a new one:
     * at once. Any other identity must be confirmed again, as must one that comes after the old ended.
     */
    'trusts.renew'(params: Of & { Document: string }): Trust
    'trusts.test'(params: Of): TrustTest
    /** The names of the other's environments, when it shares them. */
    'trusts.directory'(params: Of): { Environments: { Name: string }[] }

    /**
     * The trust whose identity has this fingerprint, or had it until lately: then with that fingerprint
     * and certificate. A revoked one only when there is no other. null: none.
     */
    'trusts.byFingerprint'(params: { spaceId: string; fingerprint: string }): Trust | null
    /** Something signed by the other has come. `at` is ISO; an earlier one changes nothing. */
    'trusts.seen'(params: Of & { at: string }): null
    /** Spaces of this server that trust this one learn its present keys. */
    'trusts.learn'(params: { spaceId: string }): null
    /** Revoked trusts of which a follower, 'imports', has yet to draw the consequences. */
    'trusts.unfollowed'(params: { name: string; skip: number; take: number }): Trust[]
    'trusts.followed'(params: { name: string; ids: string[] }): null
    /** Warns of certificates that end, of spaces here and elsewhere. `at` is ISO. */
    'trusts.upkeep'(params: { at: string }): null
  }

  interface Events {
    /** It wakes only: what must follow is derived from the `Revocation` of trusts. */
    'trusts.revoked': { spaceId: string; id: string }
  }
}
