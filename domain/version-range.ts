import { isPackageVersion, versionOrder } from './version.ts'

/** Between which versions a version must be, in the form of `versionOrder`. */
export interface VersionRange {
  from?: Bound
  to?: Bound
}

interface Bound {
  order: string
  isIncluded: boolean
}

const grammar = /^([[(])([^,]*)(?:(,)([^,]*))?([\])])$/

/** Reads a range as NuGet writes it: '[1.0,2.0)', '(,1.5]', '[1.0]', and '1.0' for 1.0 or more. Null: it is none. */
export function versionRangeOf(text: string): VersionRange | null {
  const range = text.replaceAll(/\s/g, '')
  if (range === '') return {}
  if (isPackageVersion(range)) return { from: { order: versionOrder(range), isIncluded: true } }
  const [, opens, first = '', comma, second = '', closes] = grammar.exec(range) ?? []
  if (opens === undefined) return null
  if (comma === undefined) {
    const isExact = opens === '[' && closes === ']' && isPackageVersion(first)
    if (!isExact) return null
    const bound = { order: versionOrder(first), isIncluded: true }
    return { from: bound, to: bound }
  }
  if (![first, second].every((version) => version === '' || isPackageVersion(version))) return null
  if (first === '' && second === '') return null
  return {
    ...(first !== '' && { from: { order: versionOrder(first), isIncluded: opens === '[' } }),
    ...(second !== '' && { to: { order: versionOrder(second), isIncluded: closes === ']' } }),
  }
}
