import type { Scope } from '#domain/variable-scope.ts'

/** A variable as a release has frozen it: of a secret the sealed text alone. */
export interface FrozenVariable {
  Id: string
  Name: string
  Value: string | null
  Description: string | null
  Type: string
  IsSensitive: boolean
  IsEditable: boolean
  Prompt: {
    Label: string | null
    Description: string | null
    Required: boolean
    DisplaySettings: Record<string, string>
  } | null
  Scope: Scope
  /** It stays in its space: whoever gets the release is asked for a value. */
  NotPromoted?: boolean
  _sealed?: string | null
}
