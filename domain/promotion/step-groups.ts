import type { Step } from '#domain/process.ts'

type Trigger = Step['StartTrigger']

/**
 * The steps that are kept (null is one that is not), with their triggers: where those that one ran
 * together with are gone, it must not join the steps before them.
 */
export function keptInGroups<T>(
  steps: readonly { kept: T | null; trigger: Trigger }[],
): { kept: T; trigger: Trigger }[] {
  let startsGroup = false
  return steps.flatMap(({ kept, trigger }) => {
    startsGroup ||= trigger === 'StartAfterPrevious'
    if (kept === null) return []
    const own = startsGroup ? 'StartAfterPrevious' : trigger
    startsGroup = false
    return [{ kept, trigger: own }]
  })
}
