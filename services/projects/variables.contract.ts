import type { VariableTemplate } from '#domain/promotion/variable-templates.ts'
import type { Scope } from '#domain/variable-scope.ts'

/** How a value is asked for when a deployment is created. */
export interface Prompt {
  Label: string | null
  Description: string | null
  Required: boolean
  DisplaySettings: Record<string, string>
}

/** One value of a name, and where it applies. */
export interface Variable {
  Id: string
  Name: string
  /** null: a secret, or none. */
  Value: string | null
  Description: string | null
  /** 'String', 'Sensitive', 'WorkerPool', … */
  Type: string
  IsSensitive: boolean
  IsEditable: boolean
  Prompt: Prompt | null
  Scope: Scope
  /** A secret that stays here when a release is promoted: the target is asked for its own. */
  NotPromoted: boolean
}

/** A variable as it is stored: of a secret the sealed text, null when it has none. */
export interface StoredVariable extends Omit<Variable, 'NotPromoted'> {
  NotPromoted?: boolean
  _sealed?: string | null
}

type Reference = { Id: string; Name: string }
interface ScopeValues {
  Environments: Reference[]
  Machines: Reference[]
  Actions: Reference[]
  Roles: Reference[]
  Channels: Reference[]
  TenantTags: Reference[]
  Processes: (Reference & { ProcessType: string })[]
}

/** All variables of a project. */
export interface VariableSet {
  /** 'variableset-' and the owner's id. */
  Id: string
  SpaceId: string
  OwnerId: string
  /** Counts the changes, from 0. */
  Version: number
  Variables: Variable[]
  /** Values that each environment is asked for. */
  Templates: VariableTemplate[]
  /** What a value can be scoped to. */
  ScopeValues: ScopeValues
  LastModifiedOn?: string
  LastModifiedBy?: string
}

/** A variable as a client sends it: any field may be missing or null. */
export type VariableBody = { [Key in keyof Variable]?: unknown }

/** A template as a client sends it: any field may be missing or null. */
export type TemplateBody = { [Key in keyof VariableTemplate]?: unknown }

/** What is asked for when a deployment is created. */
export interface PromptedVariable
  extends Pick<Variable, 'Id' | 'Name' | 'Value' | 'Type' | 'IsSensitive' | 'Scope'> {
  Prompt: Prompt
}

type Either = { spaceId: string; id?: string; projectId?: string }
type OfProject = { spaceId: string; projectId: string }

/** The address of a value: names are the query's. */
export interface PreviewParams {
  spaceId: string
  project: string
  environment?: string
  channel?: string
  action?: string
  machine?: string
  role?: string
  tenant?: string
  runbook?: string
}

declare module '#bus' {
  interface Actions {
    /** By its own id or its project's. */
    'variables.get'(params: Either): VariableSet
    /**
     * With a `Version` that is no longer the last it fails. A secret without a value keeps the one it has,
     * `NotPromoted` and `Templates` that are not given stay as they are.
     */
    'variables.modify'(
      params: Either & { Version?: number; Variables: VariableBody[]; Templates?: TemplateBody[] },
    ): VariableSet
    'variables.all'(params: { spaceId: string; ids?: string[] }): VariableSet[]
    /** The names of a project's variables, each once. */
    'variables.names'(params: { spaceId: string; project?: string }): string[]
    /** The values that apply at a place. */
    'variables.preview'(params: PreviewParams): { Variables: Variable[] }
    /** Keeps the variables of a project as they are now. The same content has the same snapshot. */
    'variables.snapshot'(params: { spaceId: string; ownerId: string }): { Id: string }
    /** Whether the variables of a project are still as they were kept. */
    'variables.isAsKept'(params: { spaceId: string; ownerId: string; snapshotId: string }): boolean
    /** Kept variables and templates; their secrets are still sealed. */
    'variables.ofSnapshot'(params: { spaceId: string; id: string }): {
      Variables: StoredVariable[]
      Templates: VariableTemplate[]
    }
    /**
     * Keeps what another space has frozen, secrets sealed by this server. Nothing of it shows until a
     * release names the snapshot. The same content has the same snapshot, however often it is put.
     */
    'variables.putRemote'(
      params: OfProject & { Variables: StoredVariable[]; Templates: VariableTemplate[] },
    ): { SnapshotId: string }
    /** Makes the variables of a remote project what a snapshot has. */
    'variables.adopt'(params: OfProject & { snapshotId: string }): null
    'variables.prompts'(params: { spaceId: string; snapshotId: string }): PromptedVariable[]
    /** Makes the empty set of a new project, unless it has one. */
    'variables.populate'(params: OfProject): null
    /** Gives a project the variables of another; `ids` says what became what. */
    'variables.copy'(params: {
      spaceId: string
      from: string
      to: string
      ids: Record<string, string>
    }): null
    'variables.removeOf'(params: OfProject): null
    'variables.eraseSpace'(params: { spaceId: string }): null
  }
}
