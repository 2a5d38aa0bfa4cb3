import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { findModules, type Modules, neededBy } from './modules.ts'
import { documentOf } from './page.ts'

/** All that the web UI consists of, at one moment. */
export interface Assets {
  /** Part of every address: it changes when any of the files does, so each may be kept for ever. */
  version: string
  /** From an address below the version to its file. */
  files: Map<string, string>
  /** index.html with its import map, and the policy that allows this map. */
  page: { html: string; policy: string }
}

/** Files from packages that no module names: fonts, and the theme of the elements. */
const packageFiles = [
  '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  '@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2',
  '@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2',
]

/** What the first view needs, so that the browser asks for all of it at once. */
const firstModules = ['app.js', 'pages/sign-in.js', 'pages/dashboard.js']

/** Reads the folder of a Tako: `public/`, and what it uses of `node_modules/`. */
export function readAssets(root: string): Assets {
  const own = filesBelow(join(root, 'public'))
  const entries = own.filter((path) => path.endsWith('.js') && path !== 'theme.js')
  const modules = findModules(root, entries)
  const files = new Map(modules.files)
  for (const path of own) files.set(path, join(root, 'public', path))
  for (const path of packageFiles) files.set(`npm/${path}`, join(root, 'node_modules', path))
  for (const path of ['index.html', 'tsconfig.json']) files.delete(path)

  const version = digestOf([...files].map(([path, file]) => path + readFileSync(file, 'base64')))
  const template = readFileSync(join(root, 'public', 'index.html'), 'utf8')
  const page = documentOf(template, {
    base: `/assets/${version}/`,
    imports: modules.imports,
    scopes: modules.scopes,
    preloads: preloadsOf(modules),
  })
  return { version, files, page }
}

/** Changes when a file of `public/` is saved, so that it is seen without a restart. */
export function fingerprintOf(root: string): string {
  const folder = join(root, 'public')
  return filesBelow(folder)
    .map((path) => `${path}:${statSync(join(folder, path)).mtimeMs}`)
    .join('\n')
}

/** The type that a file is sent as, and whether it gets smaller by compression. */
export function typeOf(path: string): { type: string; isText: boolean } {
  const type = types[extname(path)] ?? 'application/octet-stream'
  return { type, isText: type.includes('charset') || type === 'image/svg+xml' }
}

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

function preloadsOf(modules: Modules): string[] {
  const present = firstModules.filter((address) => modules.files.has(address))
  return [...new Set(present.flatMap((address) => neededBy(modules, address)))]
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort()
}

function digestOf(texts: string[]): string {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(text)
  return hash.digest('base64url').slice(0, 12)
}
