import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Space } from './bundles.ts'

type Kind = 'bundle' | 'pack' | 'receipts' | 'receipt' | 'envelope' | 'identity' | 'rotation'

/** A kept file that a reader must take, or refuse. */
export interface Vector {
  /** Below test/vectors/bundle. */
  file: string
  kind: Kind | 'rotations' | 'revocation'
  /** The code with which it is refused; null where it is taken. */
  code: string | null
  /** Who reads it, where it is not the one that it is for. */
  reader?: SpaceName
  /** Whom the reader trusts, where that is not its sender alone. */
  trusts?: SpaceName[]
  /** A bundle that has come to the reader before. */
  after?: string
  /** When it is read, where it is not the common time. */
  now?: string
}

export type SpaceName = 'dev' | 'prod' | 'stranger'

const folder = join(import.meta.dirname, '../vectors/bundle')

export const vectorBytes = (file: string): Buffer => readFileSync(join(folder, file))

export const readVectors = () =>
  JSON.parse(vectorBytes('vectors.json').toString()) as { now: string; vectors: Vector[] }

export const readSpaces = () =>
  JSON.parse(vectorBytes('spaces.json').toString()) as Record<
    SpaceName,
    Space & { shortForm: string }
  >
