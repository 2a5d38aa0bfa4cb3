import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const manifest = join(import.meta.dirname, '..', 'package.json')

/** The version of Tako itself, such as '0.1.0'. */
export const VERSION: string = JSON.parse(readFileSync(manifest, 'utf8')).version
