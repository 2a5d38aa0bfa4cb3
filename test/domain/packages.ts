import type { UsedPackage } from '#domain/package-references.ts'

interface About {
  step?: string
  action?: string
  /** Of the reference. */
  name?: string
  packageId?: string
  version?: string
  feedId?: string
}

/** A package of a process; what is not said has its default. */
export function used({ action = 'Deploy', step = action, ...about }: About = {}): UsedPackage {
  return {
    step: { Id: `step-${step}`, Name: step },
    action: { Id: `id-${action}`, Name: action, Slug: action.toLowerCase() },
    reference: {
      Id: `${action}-${about.name ?? ''}`,
      Name: about.name ?? '',
      PackageId: about.packageId ?? 'Acme.Web',
      FeedId: about.feedId ?? null,
      AcquisitionLocation: 'Server',
      Properties: {},
      Version: about.version ?? null,
      StepPackageInputsReferenceId: null,
    },
  }
}
