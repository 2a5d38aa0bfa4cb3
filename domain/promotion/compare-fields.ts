import { hunksOf, type LineDifference } from '#domain/hunks.ts'

/** What differs in one field. Of a secret only that it differs, ever. */
export interface FieldDifference {
  /** The action of the step; '' for the step itself, and for variables. */
  Action: string
  /** 'Environments', 'Octopus.Action.Script.ScriptBody', … */
  Field: string
  Kind: 'Text' | 'Lines' | 'Secret'
  /** Of a short text; null where there is none. */
  Before: string | null
  After: string | null
  /** Of a text of several lines. */
  Lines: LineDifference | null
}

/** A text, or what tells a secret from another without telling the secret. */
export type Field = string | { secret: string | null }

export type Fields = ReadonlyMap<string, Field>

const none: Field = ''

/** What differs between two things. A field that is empty is one that is not there. */
export function differences(action: string, before: Fields, after: Fields): FieldDifference[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].flatMap((name) => {
    const [one, other] = [before.get(name) ?? none, after.get(name) ?? none]
    if (isSame(one, other)) return []
    return [{ Action: action, Field: name, ...differenceOf(one, other) }]
  })
}

function isSame(one: Field, other: Field): boolean {
  if (typeof one === 'string' && typeof other === 'string') return one === other
  return typeof one === 'object' && typeof other === 'object' && one.secret === other.secret
}

function differenceOf(one: Field, other: Field): Omit<FieldDifference, 'Action' | 'Field'> {
  if (typeof one !== 'string' || typeof other !== 'string')
    return { Kind: 'Secret', Before: null, After: null, Lines: null }
  if (/\n/.test(one + other))
    return { Kind: 'Lines', Before: null, After: null, Lines: hunksOf(one, other) }
  return { Kind: 'Text', Before: one || null, After: other || null, Lines: null }
}

/** A claim that holds is 'True'; one that does not is not there. */
export const flag = (value: boolean): Field => (value ? 'True' : '')
