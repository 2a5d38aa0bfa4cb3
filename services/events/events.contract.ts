import type { Caller } from '#bus/caller.ts'
import type { Page } from '#bus/page.ts'
import type { Difference } from '#domain/differences.ts'

/** Something that was done, as the audit trail keeps it for ever. */
export interface Event {
  Id: string
  /** Later events have greater numbers. */
  AutoId: number
  /** null: it is about the server. */
  SpaceId: string | null
  /** Such as 'Created' or 'DeploymentQueued'. */
  Category: string
  UserId: string
  Username: string
  /** Whether Tako did it by itself. */
  IsService: boolean
  /** 'API key', 'Session cookie'; empty when Tako did it by itself. */
  IdentityEstablishedWith: string
  UserAgent: string
  Occurred: string
  Message: string
  /** The message for a page, with nothing in it that a browser would run. */
  MessageHtml: string
  /** Which part of the message names which document. */
  MessageReferences: { ReferencedDocumentId: string; StartIndex: number; Length: number }[]
  RelatedDocumentIds: string[]
  Comments: string | null
  /** Why Tako did it by itself, or more about what was done. */
  Details: string | null
  ChangeDetails: { DocumentContext: null; Differences: Difference[] }
  /** Where the request came from. */
  IpAddress: string | null
}

/** What is to be recorded; who did it is the caller, unless `By` says who asked him. */
export interface EventRecord {
  /** A second record of the same id changes nothing. */
  Id?: string
  SpaceId: string | null
  Category: string
  Message: string
  /** Documents that the message names, by the text that names them. */
  References?: { id: string; text: string }[]
  RelatedDocumentIds: string[]
  /** The kind of what it is about: 'Environment'. */
  DocumentType?: string
  Differences?: Difference[]
  Details?: string
  By?: Caller
}

export interface EventFilters {
  ids?: string[]
  /** About all of these documents. */
  regarding?: string[]
  /** About one of these documents at least. */
  regardingAny?: string[]
  /** Dates: from the first to the second, both included. */
  from?: string
  to?: string
  fromAutoId?: number
  toAutoId?: number
  eventCategories?: string[]
  eventGroups?: string[]
  eventAgents?: string[]
  documentTypes?: string[]
  users?: string[]
  projects?: string[]
  environments?: string[]
  tenants?: string[]
}

export interface EventListParams extends EventFilters {
  /** Without it, all spaces in which the caller may view events, and the server. */
  spaceId?: string
  spaces?: string[]
  /** false leaves out what is about the server. */
  includeSystem?: boolean
  skip?: number
  take?: number
  /** Leaves out what exactly was changed. */
  excludeDifference?: boolean
}

interface Named {
  Id: string
  Name: string
}

declare module '#bus' {
  interface Actions {
    'events.record'(params: EventRecord): null
    /** Newest first. */
    'events.list'(params: EventListParams): Page<Event>
    'events.get'(params: { spaceId?: string; id: string }): Event
    'events.categories'(params: { spaceId?: string }): Named[]
    'events.groups'(params: { spaceId?: string }): (Named & { EventCategories: string[] })[]
    'events.documenttypes'(params: { spaceId?: string }): Named[]
    'events.agents'(params: { spaceId?: string }): Named[]
    'events.eraseSpace'(params: { spaceId: string }): null
  }

  interface Events {
    /** Something is different now, for who shows it. `spaceId` null: on the server. */
    'changes.made': {
      spaceId: string | null
      Kind: string
      Id: string
      ProjectId?: string
      EnvironmentId?: string
      TaskId?: string
    }
  }
}
