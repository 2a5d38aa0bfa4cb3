import { createHash } from 'node:crypto'

export interface Parts {
  /** Where the files are, ending with '/'. */
  base: string
  imports: Record<string, string>
  scopes: Record<string, Record<string, string>>
  /** Modules to ask for at once. */
  preloads: string[]
}

/** Fills the places of index.html (`%base%`, `%importmap%`, `%preloads%`), and writes the policy that fits. */
export function documentOf(template: string, { base, imports, scopes, preloads }: Parts) {
  const map = JSON.stringify({
    imports: below(base, imports),
    scopes: Object.fromEntries(
      Object.entries(scopes).map(([scope, names]) => [base + scope, below(base, names)]),
    ),
  })
  const links = preloads.map((path) => `<link rel="modulepreload" href="${base}${path}">`)
  // A '$' in a text that replaces would be read as a reference: hence the functions.
  const html = template
    .replaceAll('%base%', () => base)
    .replace('%importmap%', () => map)
    .replace('%preloads%', () => links.join('\n  '))
  return { html, policy: policyFor(map) }
}

/** Elements and editors put their styles into the document: 'unsafe-inline' is for those alone. */
function policyFor(map: string): string {
  const digest = createHash('sha256').update(map).digest('base64')
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${digest}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

const below = (base: string, names: Record<string, string>) =>
  Object.fromEntries(Object.entries(names).map(([name, path]) => [name, base + path]))
