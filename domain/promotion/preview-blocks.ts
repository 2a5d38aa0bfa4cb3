import { isOpenMapping, type NeededMapping } from './mappings.ts'
import type { PreviewedPackage } from './preview-packages.ts'

export type BlockCode =
  | 'MappingNeeded'
  | 'LifecycleNeeded'
  | 'PackageDigestMismatch'
  | 'VersionConflict'

/** Why it cannot be approved as it is. */
export interface Block {
  Code: BlockCode
  /** A sentence. */
  Message: string
}

/** What must be decided or set right before an import can be approved. */
export function blocksOf({
  Mappings,
  Packages,
  lifecycle,
}: {
  Mappings: readonly NeededMapping[]
  Packages: readonly PreviewedPackage[]
  lifecycle: object | null
}): Block[] {
  return [
    ...Mappings.filter(isOpenMapping).map(
      ({ Kind, Name, State }): Block => ({
        Code: 'MappingNeeded',
        Message:
          State === 'Gone'
            ? `What was chosen for the ${words[Kind]} '${Name}' was not found: choose another.`
            : `Choose what the ${words[Kind]} '${Name}' is in this space.`,
      }),
    ),
    ...(lifecycle
      ? []
      : [{ Code: 'LifecycleNeeded' as const, Message: 'Choose a lifecycle for the project.' }]),
    ...Packages.filter(({ State }) => State === 'OtherFile').map(
      ({ PackageId, Version }): Block => ({
        Code: 'PackageDigestMismatch',
        Message: `Another file is here as the package '${PackageId}' ${Version}.`,
      }),
    ),
  ]
}

const words = {
  ...{ Environment: 'environment', WorkerPool: 'worker pool', Feed: 'feed', Team: 'team' },
} as const
