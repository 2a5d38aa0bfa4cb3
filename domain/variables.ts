import { foldName } from './name.ts'
import { createEvaluator } from './substitute.ts'
import { isUserSettable } from './system-variables.ts'

/** All that a script, a condition or a template may refer to in one place. */
export interface Variables {
  substitute(text: string): string
  /** Evaluated, by a name in any case; undefined where there is none. */
  get(name: string): string | undefined
  /** All values, evaluated, by their names as written. */
  all(): Record<string, string>
}

export interface VariableLayers {
  /** The values that apply (`pickVariables`), unsealed. */
  user: Record<string, string>
  system: Record<string, string>
  /** Of the steps before: see `outputVariables`. */
  outputs?: Record<string, string>
}

/** Users' variables cannot replace those of the system, but for the few that are theirs to set. */
export function createVariables({ user, system, outputs = {} }: VariableLayers): Variables {
  const texts = new Map<string, { name: string; text: string }>()
  const add = (values: Record<string, string>, mayAdd: (folded: string) => boolean) => {
    for (const [name, text] of Object.entries(values)) {
      const folded = foldName(name)
      if (mayAdd(folded)) texts.set(folded, { name, text })
    }
  }
  add(user, () => true)
  add(system, (folded) => !(texts.has(folded) && isUserSettable(folded)))
  add(outputs, () => true)

  const evaluator = createEvaluator((name) => texts.get(foldName(name))?.text)
  return {
    ...evaluator,
    all: () =>
      Object.fromEntries(
        [...texts.values()].map(({ name, text }) => [name, evaluator.get(name) ?? text]),
      ),
  }
}
