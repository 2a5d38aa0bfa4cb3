import { foldName } from './name.ts'
import { createEvaluator, type Evaluator } from './substitute.ts'

/** Replaces expressions by values that are evaluated already: what looks like an expression in them is text. */
export function literalEvaluator(values: Record<string, string>): Evaluator {
  const texts = new Map(Object.entries(values).map(([name, value]) => [foldName(name), value]))
  return createEvaluator((name) => texts.get(foldName(name))?.replaceAll('#{', '##{'))
}

/** Variables with others added, which take the place of those of their name in any case. */
export function withVariables(
  variables: Record<string, string>,
  added: Record<string, string>,
): Record<string, string> {
  const names = new Set(Object.keys(added).map(foldName))
  const others = Object.entries(variables).filter(([name]) => !names.has(foldName(name)))
  return { ...Object.fromEntries(others), ...added }
}

/** The value of a variable by its name in any case; '' where there is none. */
export function valueIn(variables: Record<string, string>, name: string): string {
  const folded = foldName(name)
  return Object.entries(variables).find(([one]) => foldName(one) === folded)?.[1] ?? ''
}

/** Whether a variable is 'True', in any case. */
export const isOn = (variables: Record<string, string>, name: string): boolean =>
  valueIn(variables, name).trim().toLowerCase() === 'true'
