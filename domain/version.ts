/** A version in parts: '1.2.3.4-beta.1+build5'. Numbers may have leading zeros and any length. */
interface Parsed {
  numbers: [bigint, bigint, bigint, bigint]
  suffix: string
  metadata: string
}

const grammar =
  /^(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9a-z.-]+))?(?:\+([0-9a-z.-]+))?$/i
const legal = /^[\p{L}\p{N}][\p{L}\p{N}._+~-]*$/u
const lengthMax = 349

/** What is wrong with a text as a version, as a sentence; null when nothing is. */
export function faultOfVersion(text: string): string | null {
  if (text === '') return 'A release needs a version.'
  if (text.length > lengthMax) return `A version has at most ${lengthMax} characters.`
  return legal.test(text)
    ? null
    : `The version '${text}' has illegal characters: use letters, digits and . - _ + ~ after a letter or digit.`
}

/** null for a text that is no version, which is allowed and sorts below every version. */
function parsed(text: string): Parsed | null {
  const [, a, b, c, d, suffix = '', metadata = ''] = grammar.exec(text) ?? []
  if (a === undefined) return null
  const numbers: Parsed['numbers'] = [BigInt(a), BigInt(b ?? 0), BigInt(c ?? 0), BigInt(d ?? 0)]
  return { numbers, suffix, metadata }
}

/** Whether it is numbers, perhaps with a suffix: a package's version must be, so that it can be compared. */
export const isPackageVersion = (text: string): boolean => grammar.test(text)

/** What comes after the numbers of a version: 'beta.1' of '1.0-beta.1'; '' of a release. */
export const preReleaseOf = (text: string): string => parsed(text)?.suffix ?? ''

/**
 * A text that sorts as the version does, character by character, so that an index of a store has
 * versions in their order. Numbers are told with their length before them, and a release has a sign
 * that is higher than any suffix.
 */
export function versionOrder(text: string): string {
  const version = parsed(text)
  if (!version) return ''
  const numbers = version.numbers.map(orderOfNumber).join('')
  if (version.suffix === '') return `${numbers}~`
  const parts = version.suffix
    .toLowerCase()
    .split('.')
    .map((part) => (isNumber(part) ? `0${orderOfNumber(BigInt(part))}` : `1${part}`))
  // A blank is lower than all that a part may have, so what ends sooner comes first.
  return `${numbers}${parts.map((part) => `${part} `).join('')}`
}

/** Sorts as the number: '0011' is 1, '00210' is 10. */
const orderOfNumber = (number: bigint): string =>
  `${String(`${number}`.length).padStart(3, '0')}${number}`

/** The same for versions that count as one, for a unique index: '1.0' and '01.0.0' are both '1.0.0.0'. */
export function versionKey(text: string): string {
  const version = parsed(text)
  if (!version) return text.normalize('NFKC').toLowerCase()
  const suffix = version.suffix
    .split('.')
    .map((part) => (isNumber(part) ? `${BigInt(part)}` : part))
  return [
    version.numbers.join('.'),
    version.suffix && `-${suffix.join('.')}`,
    version.metadata && `+${version.metadata}`,
  ]
    .join('')
    .toLowerCase()
}

/** 1.0 is 1.0.0. */
export const isSameVersion = (a: string, b: string): boolean => versionKey(a) === versionKey(b)

/** Less than 0 when `a` comes before `b`. Build metadata does not count. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parsed(a), parsed(b)]
  if (!left || !right) return left ? 1 : right ? -1 : compareTexts(versionKey(a), versionKey(b))
  for (const [index, number] of left.numbers.entries()) {
    const other = right.numbers[index] ?? 0n
    if (number !== other) return number < other ? -1 : 1
  }
  return compareSuffixes(left.suffix, right.suffix)
}

/** The highest of some versions; undefined when there is none. */
export const latestOf = (versions: readonly string[]): string | undefined =>
  versions.toSorted(compareVersions).at(-1)

/** A version without a suffix is the release, and higher than what came before it. */
function compareSuffixes(a: string, b: string): number {
  if (a === '' || b === '') return Number(a === '') - Number(b === '')
  const [left, right] = [a.split('.'), b.split('.')]
  for (const [index, part] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    const order = compareParts(part, other)
    if (order !== 0) return order
  }
  return left.length < right.length ? -1 : 0
}

function compareParts(a: string, b: string): number {
  if (isNumber(a) && isNumber(b)) {
    const [left, right] = [BigInt(a), BigInt(b)]
    return left === right ? 0 : left < right ? -1 : 1
  }
  // Numbers come before words.
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1
  return compareTexts(a.toLowerCase(), b.toLowerCase())
}

const isNumber = (text: string) => /^\d+$/.test(text)
const compareTexts = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1)

/**
 * The parts of a version by the names that templates use after `Octopus.Version.`: LastMajor,
 * NextPatch, LastSuffix and so on. Without a version, as if the last had been 0.0.0.
 */
export function versionVariables(version: string | null): Record<string, string> {
  const { numbers, suffix } = parsed(version ?? '') ?? { numbers: [0n, 0n, 0n, 0n], suffix: '' }
  const [major = 0n, minor = 0n, patch = 0n, revision = 0n] = numbers
  const parts = { Major: major, Minor: minor, Patch: patch, Build: patch, Revision: revision }
  const entries = Object.entries(parts).flatMap(([name, number]) => [
    [`Last${name}`, `${number}`],
    [`Next${name}`, `${number + 1n}`],
  ])
  const nextSuffix = suffix.replace(/\d+$/, (digits) => `${BigInt(digits) + 1n}`)
  return { ...Object.fromEntries(entries), LastSuffix: suffix, NextSuffix: nextSuffix }
}
