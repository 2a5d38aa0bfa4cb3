import type {
  TemplateState,
  TemplateValues,
  VariableTemplate,
} from '#domain/promotion/variable-templates.ts'

/** What an environment has for a template. Of a secret only whether it has a value. */
export interface ShownTemplateValue {
  /** The template's. */
  Name: string
  /** null: a secret, or none. */
  Value: string | null
  HasValue: boolean
  /** 'missing' keeps releases from being deployed there. */
  State: TemplateState
}

/** The values of a project's templates in the environments that its releases go to. */
export interface TemplateValueSet {
  /** 'templatevalues-' and the project's id. */
  Id: string
  SpaceId: string
  ProjectId: string
  /** Counts the changes, from 0. */
  Version: number
  /** As the project has them now; a release has those it was made with. */
  Templates: VariableTemplate[]
  Environments: { EnvironmentId: string; Name: string; Values: ShownTemplateValue[] }[]
  LastModifiedOn?: string
  LastModifiedBy?: string
}

/**
 * Changes of values. What is not named stays as it is, and so does a secret that comes without a text, unless
 * `HasValue` is false. null or '' takes another value away.
 */
export interface TemplateValueChanges {
  EnvironmentId: string
  Values: { Name: string; Value?: string | null; HasValue?: boolean | null }[]
}

/** A value that an import brings: of a secret the text that this server has sealed. */
export interface BroughtTemplateValue {
  EnvironmentId: string
  Name: string
  Value: string | null
  _sealed?: string
}

type OfProject = { spaceId: string; projectId: string }

declare module '#bus' {
  interface Actions {
    'templatevalues.get'(params: OfProject): TemplateValueSet
    /** With a `Version` that is no longer the last it fails. */
    'templatevalues.modify'(
      params: OfProject & { Version?: number; Environments: TemplateValueChanges[] },
    ): TemplateValueSet
    /** The values of one environment, secrets still sealed. */
    'templatevalues.of'(params: OfProject & { environmentId: string }): TemplateValues
    /** Stages values of a remote project; they count from its next import on. Idempotent. */
    'templatevalues.putRemote'(params: OfProject & { Values: BroughtTemplateValue[] }): null
    /** Makes staged values count. */
    'templatevalues.adopt'(params: OfProject): null
    'templatevalues.removeOf'(params: OfProject): null
    'templatevalues.eraseSpace'(params: { spaceId: string }): null
  }
}
