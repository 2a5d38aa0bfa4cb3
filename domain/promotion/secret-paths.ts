/** Where in the documents of a bundle a secret belongs. Each part is escaped as in an address. */
import { BundleError } from '#domain/bundle/errors.ts'
import type { Secret } from '#domain/bundle/secrets.ts'
import type { BundleContent } from './content.ts'

// A half of a surrogate pair, which JSON can hold, cannot be escaped.
const pathOf = (...parts: string[]) =>
  parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/')

/** 'variables/<id>' */
export const variablePath = (id: string): string => pathOf('variables', id)

/** 'process/<step>/<property>' for a step's own, 'process/<step>/<action>/<property>' for an action's, by their ids. */
export const propertyPath = (step: string, action: string | null, property: string): string =>
  action === null ? pathOf('process', step, property) : pathOf('process', step, action, property)

/** Where the content says that a secret stands, in its order. */
export const secretPathsOf = ({
  process,
  variables,
}: Pick<BundleContent, 'process' | 'variables'>): string[] => [
  ...process.steps.flatMap((step) => [
    ...step.secretProperties.map((property) => propertyPath(step.id, null, property)),
    ...step.actions.flatMap((action) =>
      action.secretProperties.map((property) => propertyPath(step.id, action.id, property)),
    ),
  ]),
  ...variables.variables.filter(({ kind }) => kind === 'secret').map(({ id }) => variablePath(id)),
]

/** The secrets by their paths. Refuses what has no place in the content, or has two values; a secret may be empty. */
export function secretsByPath(
  content: Pick<BundleContent, 'process' | 'variables'>,
  secrets: readonly Secret[],
): Map<string, string> {
  const places = new Set(secretPathsOf(content))
  const found = new Map<string, string>()
  for (const { path, value } of secrets) {
    if (!places.has(path) || found.has(path))
      throw new BundleError(
        'SecretsMismatch',
        `The secret '${path}' ${found.has(path) ? 'comes twice' : 'has no place in the bundle'}.`,
        { data: { path } },
      )
    found.set(path, value)
  }
  return found
}
