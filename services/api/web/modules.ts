import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

/** What the browser may load, as one look at the sources finds it. */
export interface Modules {
  /** The import map's entries: from a bare name to the address of a file. */
  imports: Record<string, string>
  /** The entries that hold only for the importers below an address. */
  scopes: Record<string, Record<string, string>>
  /** From an address, such as 'app.js' or 'npm/lit/index.js', to its file. */
  files: Map<string, string>
  /** What each module loads before it runs, by addresses. */
  needs: Map<string, string[]>
}

// Modules are compiler output or our own formatted code: an import begins a line, or follows a ';' or a '}'.
const staticImport =
  /(?:^|[;}\s])(?:import|export)\s*(?:[\w$*{}\s,]+?\bfrom\s*)?["']([^"'\n]+)["']/g
const dynamicImport = /\bimport\(\s*["']([^"'\n]+)["']\s*\)/g

/**
 * Follows all imports from the modules of the web UI into node_modules. What is not found this way is not served.
 * `root` holds `public/` and `node_modules/`, `entries` are addresses below `public/`.
 */
export function findModules(root: string, entries: string[]): Modules {
  const modules: Modules = { imports: {}, scopes: {}, files: new Map(), needs: new Map() }
  const waiting = [...entries]
  for (const address of entries) modules.files.set(address, join(root, 'public', address))

  for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
    const file = modules.files.get(address) ?? ''
    const text = readFileSync(file, 'utf8')
    const needs: string[] = []
    const add = (name: string, needed: boolean) => {
      const target = targetOf(root, file, name)
      if (target === undefined) return
      const place = addressOf(root, target)
      if (needed) needs.push(place)
      if (!name.startsWith('.')) map(modules, address, name, place)
      if (modules.files.has(place)) return
      modules.files.set(place, target)
      waiting.push(place)
    }
    for (const [, name = ''] of text.matchAll(staticImport)) add(name, true)
    for (const [, name = ''] of text.matchAll(dynamicImport)) add(name, false)
    modules.needs.set(address, needs)
  }
  return modules
}

/** The addresses that a module needs before it runs, its own among them, the nearest first. */
export function neededBy(modules: Modules, address: string): string[] {
  const found = new Set([address])
  for (const place of found) for (const next of modules.needs.get(place) ?? []) found.add(next)
  return [...found]
}

/** Two versions of one package are told apart by who imports them. */
function map({ imports, scopes }: Modules, importer: string, name: string, place: string) {
  imports[name] ??= place
  if (imports[name] === place) return
  const scope = importer.slice(0, importer.lastIndexOf('/') + 1)
  scopes[scope] = { ...scopes[scope], [name]: place }
}

/** The file that an import means, or undefined when it is none of ours, as in a comment or a string. */
function targetOf(root: string, importer: string, name: string): string | undefined {
  const target = name.startsWith('.') ? join(dirname(importer), name) : packageFile(importer, name)
  const isInside = target?.startsWith(root + sep) === true && existsSync(target)
  return isInside && /\.m?js$/.test(target) ? target : undefined
}

/** `public/app.js` is at 'app.js', `node_modules/lit/index.js` at 'npm/lit/index.js'. */
function addressOf(root: string, file: string): string {
  const path = relative(root, file).split(sep).join('/')
  return path.startsWith('public/') ? path.slice(7) : path.replace(/^node_modules\//, 'npm/')
}

/** Looks for a package as Node does: in the node_modules of each folder above the importer. */
function packageFile(importer: string, name: string): string | undefined {
  const [, id = '', rest = ''] = /^((?:@[^/]+\/)?[^/]+)(\/.+)?$/.exec(name) ?? []
  for (let folder = dirname(importer); ; folder = dirname(folder)) {
    const home = join(folder, 'node_modules', id)
    if (existsSync(join(home, 'package.json'))) return exportOf(home, `.${rest}`)
    if (folder === dirname(folder)) return undefined
  }
}

type Target = string | null | { [condition: string]: Target }

const conditions = ['browser', 'import', 'module', 'default']

function exportOf(home: string, path: string): string | undefined {
  const { exports, module, main } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  if (exports === undefined) return join(home, path === '.' ? (module ?? main ?? 'index.js') : path)
  const isOne = typeof exports === 'string' || !Object.keys(exports)[0]?.startsWith('.')
  const table: Record<string, Target> = isOne ? { '.': exports } : exports
  const [file, part] = entryOf(table, path)
  return file === undefined ? undefined : join(home, file.replace('*', part))
}

/** The entry for a path and what its star stands for: './x/y.js' by './x/*' is 'y.js'. */
function entryOf(table: Record<string, Target>, path: string): [string | undefined, string] {
  if (table[path] !== undefined) return [chosen(table[path]), '']
  for (const [pattern, target] of Object.entries(table)) {
    const [head = '', tail] = pattern.split('*')
    if (tail === undefined || !path.startsWith(head) || !path.endsWith(tail)) continue
    return [chosen(target), path.slice(head.length, path.length - tail.length)]
  }
  return [undefined, '']
}

function chosen(target: Target): string | undefined {
  if (target === null || typeof target === 'string') return target ?? undefined
  const condition = conditions.find((name) => target[name] !== undefined)
  return condition && chosen(target[condition] ?? null)
}
