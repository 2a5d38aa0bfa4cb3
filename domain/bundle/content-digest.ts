import { createHash, createHmac } from 'node:crypto'
import { jsonBytes } from './json.ts'
import type { Secret } from './secrets.ts'

/** The JSON texts of a bundle, in the order in which they stand in it. */
export const documentNames = [
  'release',
  'project',
  'process',
  'variables',
  'templates',
  'packages',
  'history',
] as const

export type DocumentName = (typeof documentNames)[number]

/** Their parsed values. */
export type Documents = Record<DocumentName, unknown>

/** What a bundle holds, but for packages. */
export interface BundleContents {
  documents: Documents
  /** Texts of script modules. */
  modules: string[]
  secrets: Secret[]
}

/**
 * Equal for equal content: over all that decides how the release is deployed, so not over the history.
 * The secrets count keyed, so that nobody learns from it whether a guessed value is right.
 * @param secretsKey - the source's own for this, 32 bytes, never told to anybody
 * @returns 64 hexadecimal digits in lower case
 */
export function contentDigestOf(contents: BundleContents, secretsKey: Uint8Array): string {
  const counted = smallFilesOf(contents).filter(({ name }) => name !== 'history.json')
  const lines = counted.map(({ name, bytes }) => `${name} ${sha256Of(bytes)}\n`)
  if (contents.secrets.length > 0)
    lines.push(`secrets.jwe ${secretsDigestOf(contents.secrets, secretsKey)}\n`)
  return sha256Of(lines.join(''))
}

/** The files of a bundle that are neither signed facts, nor secret, nor packages. */
export function smallFilesOf({ documents, modules }: Omit<BundleContents, 'secrets'>) {
  const texts = documentNames.map((name) => ({
    name: `${name}.json`,
    bytes: jsonBytes(documents[name]),
  }))
  const scripts = [...new Set(modules)]
    .map((module) => Buffer.from(module))
    .map((bytes) => ({ name: `modules/${sha256Of(bytes)}`, bytes }))
  return [...texts, ...scripts.toSorted((a, b) => (a.name < b.name ? -1 : 1))]
}

function secretsDigestOf(secrets: Secret[], key: Uint8Array): string {
  const pairs = secrets.map(({ path, value }) => [path, value] as const)
  const sorted = pairs.toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHmac('sha256', key).update(JSON.stringify(sorted)).digest('hex')
}

/** 64 hexadecimal digits in lower case. */
export const sha256Of = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex')
