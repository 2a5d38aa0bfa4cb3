import type { ListParams, Page } from '#bus/page.ts'
import type { RuleTest } from '#domain/channel-rules.ts'

/** Which versions of some packages may go into the releases of a channel. */
export interface ChannelRule {
  Id: string
  /** As NuGet writes it: '[1.0,2.0)'; '' for all. */
  VersionRange: string
  /** A regular expression for the pre-release part with the metadata: '^beta', '^$'; '' for all. */
  Tag: string
  /** All that no other rule names, when there is none. */
  ActionPackages: { DeploymentAction: string; PackageReference: string }[]
}

/** One way that releases of a project may go. */
export interface Channel {
  Id: string
  SpaceId: string
  ProjectId: string
  Name: string
  Description: string
  Slug: string
  /** null: the project's. */
  LifecycleId: string | null
  /** Whether releases that name no channel go here; one of each project. */
  IsDefault: boolean
  Rules: ChannelRule[]
  TenantTags: string[]
  Type: 'Lifecycle'
  GitReferenceRules: string[]
  GitResourceRules: unknown[]
  CustomFieldDefinitions: { FieldName: string; Description: string }[]
  ParentEnvironmentId: string | null
  EphemeralEnvironmentNameTemplate: string | null
  AutomaticEphemeralEnvironmentDeployments: boolean
  LastModifiedOn?: string
  LastModifiedBy?: string
}

/** What a client sends to create a channel, or to change one. */
export type ChannelBody = Pick<
  Channel,
  | 'Name'
  | 'Description'
  | 'IsDefault'
  | 'TenantTags'
  | 'GitReferenceRules'
  | 'GitResourceRules'
  | 'CustomFieldDefinitions'
> & {
  /** In the body or in the address. */
  ProjectId?: string
  Slug?: string
  LifecycleId?: string
  Type: string
  Rules: { [Key in keyof ChannelRule]?: ChannelRule[Key] | null }[]
}

interface Of {
  spaceId: string
  id: string
}
type Reference = { Id: string; Name: string }
type OfProject = { spaceId: string; projectId: string }

declare module '#bus' {
  interface Actions {
    'channels.list'(params: ListParams & { projectId?: string }): Page<Channel>
    'channels.get'(params: Of): Channel
    'channels.names'(params: { spaceId: string; ids?: string[] }): Reference[]
    'channels.create'(params: { spaceId: string; projectId?: string } & ChannelBody): Channel
    'channels.modify'(params: Of & ChannelBody): Channel
    'channels.remove'(params: Of): null
    /** By query or by body. */
    'channels.testRule'(params: {
      spaceId: string
      version?: string
      versionRange?: string
      preReleaseTag?: string
      Version?: string
      VersionRange?: string
      PreReleaseTag?: string
    }): RuleTest
    'channels.eraseSpace'(params: { spaceId: string }): null
    /** Makes the channel that every project begins with, unless the project has a default one. */
    'channels.populate'(params: OfProject): null
    /** Gives a project the channels of another, and answers which became which. */
    'channels.copy'(params: { spaceId: string; from: string; to: string }): Record<string, string>
    'channels.removeOf'(params: OfProject): null
    /** Ids and names of a project's channels, the default one first. */
    'channels.ofProject'(params: OfProject): Reference[]
    /** Where releases go that name no channel. */
    'channels.default'(params: OfProject): Channel
    /** Channels with a lifecycle of their own that is this one. */
    'channels.using'(params: { spaceId: string; lifecycleId: string }): Reference[]
  }
}
