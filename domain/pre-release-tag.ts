import { RE2JS } from 're2js'
import { preReleaseOf } from './version.ts'

/** The longest pattern that is read, in characters. */
export const LONGEST_TAG = 500

/**
 * Tells whether what follows the numbers of a version, 'beta.1+build.5' of '1.0-beta.1+build.5', fits a
 * pattern: '^beta', '^(?!beta).+', or '^$' for nothing at all. Null when it is no pattern. Read by RE2:
 * whatever a user writes, it takes no time to speak of.
 */
export function preReleaseTagOf(pattern: string): ((version: string) => boolean) | null {
  if (pattern === '') return () => true
  if (pattern.length > LONGEST_TAG) return null
  const conditions = conditionsOf(pattern)
  try {
    const compiled = conditions.map(({ source, isWanted }) => {
      const re = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE)
      return (text: string) => re.matcher(text).find() === isWanted
    })
    return (version) => {
      const text = suffixOf(version)
      return compiled.every((fits) => fits(text))
    }
  } catch {
    // What is wrong with it, in the words of a library, helps nobody: it is no pattern.
    return null
  }
}

function suffixOf(version: string): string {
  const metadata = version.indexOf('+')
  return preReleaseOf(version) + (metadata < 0 ? '' : version.slice(metadata))
}

interface Condition {
  source: string
  isWanted: boolean
}

/**
 * RE2 does not look ahead, and people exclude by it: '^(?!beta).+'. At the beginning of a pattern a
 * look ahead is a condition of its own, so there it is taken apart.
 */
function conditionsOf(pattern: string): Condition[] {
  const conditions: Condition[] = []
  let rest = pattern.startsWith('^') ? pattern.slice(1) : ''
  for (let end = endOfLook(rest); end > 0; end = endOfLook(rest)) {
    const isWanted = rest.startsWith('(?=')
    conditions.push({ source: `^(?:${rest.slice(3, end - 1)})`, isWanted })
    rest = rest.slice(end)
  }
  // Of several alternatives the look ahead would be about the first alone.
  if (conditions.length === 0 || hasAlternatives(rest)) return [{ source: pattern, isWanted: true }]
  return [...conditions, { source: `^(?:${rest})`, isWanted: true }]
}

/** Where the look ahead ends with which a pattern begins; 0 when it begins with none. */
function endOfLook(pattern: string): number {
  if (!/^\(\?[=!]/.test(pattern)) return 0
  const end = signsOf(pattern).find(({ sign, depth }) => sign === ')' && depth === 0)
  return end ? end.at + 1 : 0
}

const hasAlternatives = (pattern: string): boolean =>
  signsOf(pattern).some(({ sign, depth }) => sign === '|' && depth === 0)

/** The signs that structure a pattern, with the number of groups that are open after each. */
function signsOf(pattern: string): { sign: string; at: number; depth: number }[] {
  let depth = 0
  let isInClass = false
  return [...pattern.matchAll(/\\.|[()[\]|]/gs)].flatMap(({ 0: sign, index: at }) => {
    if (isInClass) {
      // The first sign of a class may be a bracket that does not close it.
      const isFirst = /\[\^?$/.test(pattern.slice(0, at))
      if (sign === ']' && !isFirst) isInClass = false
      return []
    }
    if (sign === '[') isInClass = true
    if (sign === '(') depth += 1
    if (sign === ')') depth -= 1
    return [{ sign, at, depth }]
  })
}
