import { isOpenMapping, type NeededMapping } from './mappings.ts'
import type { Preview } from './preview.ts'

export interface AutoImportFacts {
  trust: { AutoImport: { Mode: 'Never' | 'KnownProjects' }; RequireSecondApprover: boolean }
  /** Whether a release of the project has been imported before. */
  isKnown: boolean
  /** What the bundle is by what came before it. */
  kind: 'New' | 'NewRevision' | 'Resend' | 'VersionConflict' | 'Duplicate'
  preview: Pick<Preview, 'Mappings' | 'Blocks'>
  /** What was decided for the last import of the project: as it was then. */
  decided: readonly NeededMapping[]
}

/** Whether a bundle whose signatures hold is imported without people; `reasons` are sentences why not. */
export function mayImportByItself({ trust, isKnown, kind, preview, decided }: AutoImportFacts): {
  may: boolean
  reasons: string[]
} {
  const before = new Set(decided.filter((one) => !isOpenMapping(one)).map(keyOf))
  const fresh = preview.Mappings.filter((one) => !isOpenMapping(one) && !before.has(keyOf(one)))
  const reasons = [
    ...(trust.AutoImport.Mode === 'KnownProjects' ? [] : ['The trust imports nothing by itself.']),
    ...(trust.RequireSecondApprover ? ['The trust asks for a second approver.'] : []),
    ...(isKnown ? [] : ['It is the first import of the project.']),
    ...(kind === 'NewRevision' ? ['A new revision of a release needs approval again.'] : []),
    ...(kind === 'VersionConflict' ? ['Another release has its version already.'] : []),
    ...preview.Blocks.map(({ Message }) => Message),
    ...fresh.map(({ Name }) => `'${Name}' was not there in the last import.`),
  ]
  return { may: reasons.length === 0, reasons }
}

/** A decision is the same only with what was chosen. */
const keyOf = ({ Kind, Name, TargetId }: NeededMapping) => JSON.stringify([Kind, Name, TargetId])
