import { primaryPackage } from '#domain/primary-package.ts'
import type { Action, Properties, Step } from '#domain/process.ts'
import { textOf } from '#domain/process.ts'
import type { ActionDoc, StepDoc } from './content.ts'
import { localId } from './local-ids.ts'
import type { LocalNames } from './local-names.ts'
import { propertyPath } from './secret-paths.ts'
import { keptInGroups } from './step-groups.ts'
import { feedProperty, teamProperties } from './step-rules.ts'

interface Around {
  projectId: string
  names: LocalNames
  /** The sealed secret of a path; null where it has no text. */
  sealed: (path: string) => string | null
}

/** The steps in the terms of the target, without those for environments that were left out. */
export function localSteps(
  docs: readonly StepDoc[],
  around: Around,
): { steps: Step[]; leftOut: string[] } {
  const leftOut: string[] = []
  const steps = docs.map((doc) => {
    const actions = doc.actions.filter(({ name, environments }) => {
      const stays = environments.length > 0 && around.names.environments(environments).length === 0
      if (stays) leftOut.push(`The step '${name}' is for environments that are left out.`)
      return !stays
    })
    return {
      kept: actions.length === 0 ? null : localStep(doc, actions, around),
      trigger: doc.startTrigger,
    }
  })
  return {
    steps: keptInGroups(steps).map(({ kept, trigger }) => ({ ...kept, StartTrigger: trigger })),
    leftOut,
  }
}

function localStep(
  doc: StepDoc,
  actions: readonly ActionDoc[],
  around: Around,
): Omit<Step, 'StartTrigger'> {
  return {
    Id: localId('step', around.projectId, doc.id),
    ...{ Name: doc.name, Slug: doc.slug, Condition: doc.condition },
    PackageRequirement: doc.packageRequirement,
    Properties: localProperties(doc, (key) => around.sealed(propertyPath(doc.id, null, key))),
    Actions: actions.map((action) => localAction(action, doc, around)),
  }
}

function localAction(doc: ActionDoc, step: StepDoc, around: Around): Action {
  const { projectId, names, sealed } = around
  const Packages = doc.packages.map((one) => ({
    Id: localId('package', projectId, one.id),
    ...{ Name: one.name, PackageId: one.packageId, FeedId: names.feed(one.feed) },
    ...{ AcquisitionLocation: one.acquisitionLocation, Properties: one.properties },
    ...{ Version: one.version, StepPackageInputsReferenceId: null },
  }))
  const own = localProperties(doc, (key) => sealed(propertyPath(step.id, doc.id, key)))
  return {
    Id: localId('action', projectId, doc.id),
    ...{ Name: doc.name, Slug: doc.slug, ActionType: doc.type, Notes: doc.notes },
    ...{ IsDisabled: doc.isDisabled, IsRequired: doc.isRequired, Condition: doc.condition },
    CanBeUsedForProjectVersioning: Packages.length > 0,
    WorkerPoolId: names.workerPool(doc.workerPool),
    WorkerPoolVariable: doc.workerPoolVariable,
    Container: { Image: null, FeedId: null, GitUrl: null, Dockerfile: null },
    Environments: names.environments(doc.environments),
    ExcludedEnvironments: names.environments(doc.excludedEnvironments),
    ...{ Channels: [], TenantTags: doc.tenantTags, Packages, GitDependencies: [] },
    Properties: {
      ...own,
      ...teamsIn(doc, names),
      // The older form of the primary package names its feed a second time.
      ...(textOf(own, 'Octopus.Action.Package.PackageId') !== '' && primaryPackage(Packages)
        ? { [feedProperty]: primaryPackage(Packages)?.FeedId ?? '' }
        : {}),
    },
    ...{ StepPackageVersion: null, Inputs: null },
  }
}

const teamsIn = ({ teams }: ActionDoc, names: LocalNames): Record<string, string> =>
  Object.fromEntries(
    teamProperties
      .filter((property) => Object.hasOwn(teams, property))
      .map((property) => [
        property,
        [...new Set((teams[property] ?? []).map(names.team))].join(','),
      ]),
  )

/** Ids of teams and feeds never come as texts: they are the target's own. */
const ours: readonly string[] = [feedProperty, ...teamProperties]

const localProperties = (
  { properties, secretProperties }: StepDoc | ActionDoc,
  sealed: (key: string) => string | null,
): Properties =>
  Object.fromEntries([
    ...Object.entries(properties).filter(([key]) => !ours.includes(key)),
    ...secretProperties.map((key) => [key, { _sealed: sealed(key) }] as const),
  ])
