import { foldName } from './name.ts'
import { type Replaced, StructureError, type ValueAt } from './structured-edits.ts'
import { replaceInJson } from './structured-json.ts'
import { replaceInYaml } from './structured-yaml.ts'

/**
 * Replaces values of a JSON or YAML file by the variables of their paths. Types stay where the
 * variable's text can be of the type; comments and the form of the text stay.
 * `path` says by its extension what the file is.
 */
export function replaceStructured(
  { path, text }: { path: string; text: string },
  variables: Record<string, string>,
): Replaced {
  const values = new Map<string, string>()
  for (const [name, value] of Object.entries(variables)) {
    // What Tako itself knows is no configuration.
    if (!/^octopus[.[]/i.test(name)) values.set(foldName(name), value)
  }
  const valueAt: ValueAt = (at) => values.get(foldName(at))
  if (/\.ya?ml$/i.test(path)) return replaceInYaml(text, valueAt)
  if (/\.json[c5]?$/i.test(path) || /^\s*[{[]/.test(text)) return replaceInJson(text, valueAt)
  throw new StructureError('It is neither JSON nor YAML: Tako knows .json, .yaml and .yml.')
}
