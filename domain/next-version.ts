import { substitute } from './substitute.ts'
import { compareVersions, versionVariables } from './version.ts'

/** What a project numbers its releases by, unless it says otherwise. */
export const defaultTemplate =
  '#{Octopus.Version.LastMajor}.#{Octopus.Version.LastMinor}.#{Octopus.Version.NextPatch}'

export interface NextVersionFor {
  template: string
  /** The latest version of the project; null without releases. */
  last: string | null
  lastInChannel?: string | null
  channelName?: string
  /** All versions of the project, for masks such as '2.1.i'. */
  versions?: readonly string[]
  /** The project's own variables. */
  lookup?: (name: string) => string | undefined
  now: Date
}

/** The version that a template gives to the next release: '1.0.3' after '1.0.2', by default. */
export function nextVersion(about: NextVersionFor): string {
  const { template, last, versions, lookup, now } = about
  const { lastInChannel = null, channelName = '' } = about
  const variables = new Map<string, string>()
  const add = (prefix: string, values: Record<string, string>) => {
    for (const [name, value] of Object.entries(values))
      variables.set(`${prefix}${name}`.toLowerCase(), value)
  }
  add('Octopus.Version.', versionVariables(last))
  add('Octopus.Version.Channel.', versionVariables(lastInChannel))
  add(`Octopus.Version.Channel[${channelName}].`, versionVariables(lastInChannel))
  add('Octopus.Release.Channel.', { Name: channelName })
  add('Octopus.', timeVariables(now))
  const text = substitute(template, (name) => variables.get(name.toLowerCase()) ?? lookup?.(name))
  return resolveMask(text.trim(), versions ?? (last === null ? [] : [last]))
}

function timeVariables(now: Date): Record<string, string> {
  const dayOfYear =
    (Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()) -
      Date.UTC(now.getUTCFullYear(), 0, 0)) /
    86_400_000
  const parts = {
    'Date.Year': now.getUTCFullYear(),
    'Date.Month': now.getUTCMonth() + 1,
    'Date.Day': now.getUTCDate(),
    'Date.DayOfYear': dayOfYear,
    'Time.Hour': now.getUTCHours(),
    'Time.Minute': now.getUTCMinutes(),
    'Time.Second': now.getUTCSeconds(),
  }
  return Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, `${value}`]))
}

const mask = /^(?:\d+|[ic])(?:\.(?:\d+|[ic])){1,3}(?:-[0-9a-z.-]*)?(?:\+[0-9a-z.-]*)?$/i

/** Whether a version or a template has letters that stand for numbers: '2.1.i'. */
export const isMask = (text: string): boolean => mask.test(text) && partsOf(text).some(isLetter)

/**
 * Puts numbers in place of a mask's letters, by the latest version that has its fixed parts:
 * `i` is one more, `c` the same; after an `i` all begin again at 0. '2.1.c.i' after '2.1.4.7' is '2.1.4.8'.
 */
export function resolveMask(text: string, versions: readonly string[]): string {
  const parts = partsOf(text)
  if (!isMask(text)) return text
  const latest = versions
    .filter((version) => matches(parts, partsOf(version)))
    .toSorted(compareVersions)
    .at(-1)
  const before = latest === undefined ? [] : partsOf(latest)
  let hasGrown = false
  const resolved = parts.map((part, index) => {
    if (!isLetter(part)) return part
    const number = before[index]
    const isIncrement = part.toLowerCase() === 'i'
    if (number === undefined || hasGrown) return '0'
    hasGrown = isIncrement
    return isIncrement ? `${BigInt(number) + 1n}` : number
  })
  return resolved.join('')
}

/** '1.0-beta' is '1', '.', '0', '-', 'beta': separators have their own places. */
const partsOf = (version: string): string[] => version.split(/([.+-])/)

const isLetter = (part: string) => /^[ic]$/i.test(part)

function matches(mask: readonly string[], version: readonly string[]): boolean {
  return mask.every((part, index) => {
    const other = version[index]
    if (other === undefined) return false
    const isNumber = /^\d+$/.test(other)
    if (isLetter(part)) return isNumber
    return isNumber && /^\d+$/.test(part)
      ? BigInt(part) === BigInt(other)
      : part.toLowerCase() === other.toLowerCase()
  })
}
