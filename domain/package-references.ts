import { foldName } from './name.ts'
import type { Action, PackageReference, Step } from './process.ts'

/** A package that an action of a process uses, and which step and action that is. */
export interface UsedPackage {
  step: Pick<Step, 'Id' | 'Name'>
  action: Pick<Action, 'Id' | 'Name' | 'Slug'>
  reference: PackageReference
}

/** A package by what it is called inside a process. */
export interface PackageName {
  /** The action's name, id or slug. */
  action: string
  /** '' for the primary package. */
  reference: string
}

/** Every package of a process, in the order of its actions. */
export const packagesOf = (steps: readonly Step[]): UsedPackage[] =>
  steps.flatMap((step) =>
    step.Actions.flatMap((action) =>
      action.Packages.map((reference) => ({ step, action, reference })),
    ),
  )

/**
 * The packages of a process that a release in this channel needs: what is disabled, and what is for
 * other channels, never runs.
 */
export const packagesNeeded = (steps: readonly Step[], channelId: string): UsedPackage[] =>
  packagesOf(
    steps.map((step) => ({
      ...step,
      Actions: step.Actions.filter(
        ({ IsDisabled, Channels }) =>
          !IsDisabled && (Channels.length === 0 || Channels.includes(channelId)),
      ),
    })),
  )

/** Whether a package is the one that is called so. */
export const isCalled = (used: UsedPackage, { action, reference }: PackageName): boolean =>
  isAction(used.action, action) && foldName(used.reference.Name) === foldName(reference)

/** Whether a text is the name, the id or the slug of an action. */
export const isAction = ({ Id, Name, Slug }: UsedPackage['action'], text: string): boolean =>
  text === Id || text === Slug || foldName(text) === foldName(Name)

/** Whether a text has an expression in it, so that only a run knows what it says. */
export const isExpression = (text: string | null): boolean => text?.includes('#{') ?? false

/** The id of the built-in feed in the first space, by which clients mean that of any space. */
const BUILT_IN = 'feeds-builtin'

/** Whether the server itself has the packages of a reference. No feed at all is the built-in one. */
export const isBuiltIn = (feedId: string | null, builtInId: string): boolean =>
  feedId === null || feedId === '' || feedId === builtInId || feedId === BUILT_IN

/** Whether the server can say which versions of a package there are. */
export const isResolvable = (
  { PackageId, FeedId }: Pick<PackageReference, 'PackageId' | 'FeedId'>,
  builtInId: string,
): boolean => !isExpression(PackageId) && isBuiltIn(FeedId, builtInId)

/** A package as messages call it: "The package 'Acme.Web' of the step 'Deploy'". */
export function calledInMessages({ action, reference }: UsedPackage): string {
  const name = reference.Name === '' ? '' : ` ('${reference.Name}')`
  return `The package '${reference.PackageId}'${name} of the step '${action.Name}'`
}
