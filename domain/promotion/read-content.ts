import { documentNames } from '#domain/bundle/content-digest.ts'
import { BundleError } from '#domain/bundle/errors.ts'
import type { Secret } from '#domain/bundle/secrets.ts'
import type { BundleContent, ProcessDoc } from './content.ts'
import { checkContent, documentOf } from './content-shape.ts'
import { secretsByPath } from './secret-paths.ts'

/** What a bundle says, checked. */
export interface ReadContent {
  content: BundleContent
  secrets: Secret[]
}

/**
 * The parsed documents and the secrets of a bundle, once all of it is known to be as it should. Throws
 * `InvalidContent`, `SecretsMismatch` or `UnsupportedStepType`.
 * @param actionTypes - the kinds of steps that this server can run
 */
export function readContent(
  {
    documents,
    secrets,
  }: { documents: Record<keyof BundleContent, unknown>; secrets: readonly Secret[] },
  actionTypes: readonly string[],
): ReadContent {
  const read = documentNames.map((name) => [name, documentOf(name, documents[name])] as const)
  const content = Object.fromEntries(read) as unknown as BundleContent // One of each name.
  checkContent(content)
  secretsByPath(content, secrets)
  const types = unknownTypes(content.process, actionTypes)
  if (types.length > 0)
    throw new BundleError(
      'UnsupportedStepType',
      `This server cannot run steps of the kind ${types.map((type) => `'${type}'`).join(', ')}.`,
      { data: { types } },
    )
  return { content, secrets: [...secrets] }
}

/** Kinds of steps that would run, and that this server cannot run. */
function unknownTypes({ steps }: ProcessDoc, actionTypes: readonly string[]): string[] {
  const types = steps.flatMap((step) =>
    step.actions.filter(({ isDisabled }) => !isDisabled).map(({ type }) => type),
  )
  return [...new Set(types.filter((type) => !actionTypes.includes(type)))]
}
