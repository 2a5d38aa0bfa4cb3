import { RE2JS } from 're2js'
import { preReleaseOf } from './version.ts'

/** The longest pattern that is read, in characters. */
export const LONGEST_TAG = 500

/**
 * Tells whether the pre-release part of a version fits a pattern: '^beta', or '^$' for none at all.
 * Null when it is no pattern. Read by RE2: whatever a user writes, it takes no time to speak of.
 */
export function preReleaseTagOf(pattern: string): ((version: string) => boolean) | null {
  if (pattern === '') return () => true
  if (pattern.length > LONGEST_TAG) return null
  try {
    const compiled = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE)
    return (version) => compiled.matcher(preReleaseOf(version)).find()
  } catch {
    // What is wrong with it, in the words of a library, helps nobody: it is no pattern.
    return null
  }
}
