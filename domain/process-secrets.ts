import type { Properties, PropertyValue, SealedValue, SensitiveValue, Step } from './process.ts'

/**
 * The steps with every secret sealed, for the store. A secret that comes without a new text keeps
 * the one that `previous` has at the same property of the same step or action (by id).
 */
export function sealSteps(
  steps: readonly Step[],
  previous: readonly Step[],
  seal: (text: string) => string,
): Step[] {
  const before = new Map(
    previous.flatMap((step) => [step, ...step.Actions]).map((one) => [one.Id, one.Properties]),
  )
  return mapProperties(steps, (value, { id, key }) => {
    if (!isSensitive(value)) return value
    if (value.NewValue !== null) return { _sealed: seal(value.NewValue) }
    const kept = value.HasValue ? before.get(id)?.[key] : undefined
    return kept !== undefined && isSealed(kept) ? kept : { _sealed: null }
  })
}

/** The steps as clients get them: of a secret only whether there is one. */
export const shownSteps = (steps: readonly Step[]): Step[] =>
  mapProperties(steps, (value) =>
    isSealed(value) ? { HasValue: value._sealed !== null, NewValue: null, Hint: null } : value,
  )

/** The properties as a run needs them, and which texts among them are secret. */
export function openProperties(
  properties: Properties,
  unseal: (sealed: string) => string,
): { texts: Record<string, string>; secrets: string[] } {
  const secrets: string[] = []
  const entries = Object.entries(properties).map(([key, value]) => {
    if (typeof value === 'string') return [key, value] as const
    const text = isSealed(value) && value._sealed !== null ? unseal(value._sealed) : ''
    if (text !== '') secrets.push(text)
    return [key, text] as const
  })
  return { texts: Object.fromEntries(entries), secrets }
}

export const isSealed = (value: PropertyValue): value is SealedValue =>
  typeof value === 'object' && '_sealed' in value

const isSensitive = (value: PropertyValue): value is SensitiveValue =>
  typeof value === 'object' && 'NewValue' in value

type Place = { id: string; key: string }

function mapProperties(
  steps: readonly Step[],
  change: (value: PropertyValue, place: Place) => PropertyValue,
): Step[] {
  const changed = <T extends { Id: string; Properties: Properties }>(one: T): T => ({
    ...one,
    Properties: Object.fromEntries(
      Object.entries(one.Properties).map(([key, value]) => [
        key,
        change(value, { id: one.Id, key }),
      ]),
    ),
  })
  return steps.map((step) => ({ ...changed(step), Actions: step.Actions.map(changed) }))
}
