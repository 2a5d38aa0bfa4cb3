import Router, { type FindResult, type HTTPVersion } from 'find-my-way'
import type { Method, Route } from './route.ts'

/** Where an address leads. */
export interface Found {
  route: Route
  params: Record<string, string | undefined>
  /** Id, slug or name of the space, as written; undefined where the address names none. */
  space: string | undefined
  /** The address within its space, as written. */
  rest: string
}

/** What a table of routes says of an address. */
export interface AddressBook {
  find(method: Method, path: string): Found | undefined
  /** The verbs that an address knows: none where no route is. */
  verbs(path: string): Method[]
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const

/**
 * Finds the route of an address. The forms `X`, `{space}/X` and `spaces/{space}/X` (after `/api/`)
 * are one route in the table: what begins like a route is one, anything else is a space.
 */
export function addressBook(routes: readonly Route[]): AddressBook {
  const router = Router({ caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: 400 })
  const firsts = new Set<string>()
  for (const route of routes) {
    router.on(route.method, `/${route.path}`, () => undefined, route)
    firsts.add(route.path.split('/')[0]?.toLowerCase() ?? '')
  }
  router.compile()

  const at = (method: Method, { rest, space }: Form): Found | undefined => {
    const found: FindResult<HTTPVersion.V1> | null = router.find(method, `/${rest}`)
    // What the table stores with a path is its route.
    const route = found?.store as Route | undefined
    if (!found || !route || (space !== undefined && route.scope === 'system')) return undefined
    return { route, params: found.params, space, rest }
  }

  return {
    find(method, path) {
      for (const form of formsOf(path, firsts)) {
        const found = at(method, form)
        if (found) return found
      }
      return undefined
    },

    verbs(path) {
      const forms = formsOf(path, firsts)
      return METHODS.filter((method) => forms.some((form) => at(method, form)))
    },
  }
}

interface Form {
  rest: string
  space: string | undefined
}

/** `path` is what follows '/api/', still encoded. */
function formsOf(path: string, firsts: Set<string>): Form[] {
  const [first = '', second, ...others] = path.split('/')
  const folded = first.toLowerCase()
  if (path === '') return [{ rest: '', space: undefined }]
  if (folded === '') return []
  if (folded === 'spaces' && second && others.length > 0 && others[0] !== '') {
    return [
      { rest: path, space: undefined },
      { rest: others.join('/'), space: decoded(second) },
    ]
  }
  if (firsts.has(folded)) return [{ rest: path, space: undefined }]
  const rest = second === undefined ? '' : [second, ...others].join('/')
  return [{ rest, space: decoded(first) }]
}

/** A segment with a broken escape stays as it is: no space is named so. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
