import { foldName } from './name.ts'
import type { UsedPackage } from './package-references.ts'

/** A version that a command says for some packages: 'Acme.Web:1.0', 'Deploy:Tools:1.0', '*:1.0'. */
export interface PackageOverride {
  /** As it was written, for messages. */
  text: string
  /** The name of a step, or the id of a package; '' for any. */
  owner: string
  /** The name of a reference; '' for any, and first of all the one without a name. */
  reference: string
  version: string
}

/**
 * Reads a version as a command says it: names, then the version, separated by ':', '/' or '='. After
 * a backslash these are part of a name. A text says what is wrong with it.
 */
export function packageOverrideOf(text: string): PackageOverride | string {
  const parts = partsOf(text).map((part) => part.trim())
  const version = parts.pop()
  if (!version || parts.length === 0 || parts.length > 2) {
    return `'${text}' names no package and version: write 'Package:Version', 'Step:Version' or 'Step:Reference:Version'.`
  }
  const [owner = '', reference = ''] = parts.map((part) => (part === '*' ? '' : part))
  return { text, owner, reference, version }
}

function partsOf(text: string): string[] {
  const parts = ['']
  let isEscaped = false
  for (const sign of text) {
    const isSpecial = /[:/=\\]/.test(sign)
    if (isSpecial && !isEscaped) {
      if (sign === '\\') isEscaped = true
      else parts.push('')
      continue
    }
    // A backslash before anything else is only a backslash.
    parts.push(parts.pop() + (isEscaped && !isSpecial ? `\\${sign}` : sign))
    isEscaped = false
  }
  return isEscaped ? [...parts.slice(0, -1), `${parts.at(-1)}\\`] : parts
}

/**
 * The override that holds for a package: the one that says most exactly which it is. Of two alike
 * the last counts, as it does on a command line.
 */
export function overrideFor(
  used: UsedPackage,
  overrides: readonly PackageOverride[],
): PackageOverride | undefined {
  const ranks = overrides.map((override) => rankOf(used, override))
  const best = Math.max(0, ...ranks)
  return best === 0 ? undefined : overrides[ranks.lastIndexOf(best)]
}

/** The overrides that are about none of these packages, and not about all. */
export const unusedOverrides = (
  overrides: readonly PackageOverride[],
  packages: readonly UsedPackage[],
): PackageOverride[] =>
  overrides.filter(
    (override) => !isForAll(override) && !packages.some((used) => rankOf(used, override) > 0),
  )

const isForAll = ({ owner, reference }: PackageOverride) => owner === '' && reference === ''

/** How exactly an override says that it is about a package; 0 when it is not. */
function rankOf(used: UsedPackage, override: PackageOverride): number {
  if (isForAll(override)) return 1
  const { owner, reference } = override
  const called = (name: string) => foldName(used.reference.Name) === foldName(name)
  if (owner === '') return called(reference) ? 8 : 0
  const isStep = [used.action, used.step].some(({ Name }) => foldName(Name) === foldName(owner))
  const isPackage = foldName(used.reference.PackageId) === foldName(owner)
  if (isStep || isPackage) {
    if (called(reference)) return isStep ? 10 : 9
    if (reference === '') return isStep ? 5 : 4
  }
  // A name alone may be a reference's, and some say it before the step or the package.
  if (reference === '') return called(owner) ? 3 : 0
  return called(owner) && rankOf(used, { ...override, owner: reference, reference: '' }) > 0 ? 2 : 0
}
