import diff from 'microdiff'

/** One change of a resource, as the audit trail keeps it. `path` is like '/Phases/0/Name'. */
export interface Difference {
  op: 'add' | 'remove' | 'replace'
  path: string
  before?: unknown
  after?: unknown
}

type Resource = Record<string, unknown>

/** What stands in the audit trail for a secret, whatever it is. */
export const secretText = '********'

const alwaysSecret = ['NewValue', 'Password', 'ApiKey']
// They change with every change, or are made for each answer.
const noise = ['Links', 'LastModifiedOn', 'LastModifiedBy']

/**
 * What has changed between two states of a resource; null is one that is not there. Secrets,
 * which are sealed values and the fields named in `secretFields`, show only that they changed.
 */
export function differencesOf(
  before: Resource | null,
  after: Resource | null,
  secretFields: readonly string[] = [],
): Difference[] {
  const secrets = new Set([...alwaysSecret, ...secretFields])
  const changes = diff(prepared(before, secrets), prepared(after, secrets))
  return changes.map((change) => {
    const path = change.path
      .map((part) => `/${String(part).replace(/~/g, '~0').replace(/\//g, '~1')}`)
      .join('')
    if (change.type === 'CREATE') return { op: 'add', path, after: shown(change.value) }
    if (change.type === 'REMOVE') return { op: 'remove', path, before: shown(change.oldValue) }
    return { op: 'replace', path, before: shown(change.oldValue), after: shown(change.value) }
  })
}

const marker = '\u0000secret:'

function prepared(resource: Resource | null, secrets: ReadonlySet<string>): Resource {
  const fields = Object.entries(resource ?? {}).filter(
    // The number of the change; a release's own version is a text, and stays.
    ([key, value]) => !noise.includes(key) && !(key === 'Version' && typeof value === 'number'),
  )
  return marked(Object.fromEntries(fields), secrets) as Resource
}

/** The same without internal fields, and each secret as one text, so that two can be compared. */
function marked(value: unknown, secrets: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => marked(item, secrets))
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'object' || value === null) return value
  if ('_sealed' in value) return marker + JSON.stringify(value._sealed)
  const fields = Object.entries(value).filter(([key]) => !key.startsWith('_'))
  return Object.fromEntries(
    fields.map(([key, inner]) => [
      key,
      secrets.has(key) && inner !== null && inner !== undefined
        ? marker + JSON.stringify(inner)
        : marked(inner, secrets),
    ]),
  )
}

function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown)
  if (typeof value === 'string') return value.startsWith(marker) ? secretText : value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shown(inner)]))
}
