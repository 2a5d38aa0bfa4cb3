import { createHash } from 'node:crypto'

type Kind = 'step' | 'action' | 'package' | 'variable' | 'template'

/**
 * The id in the target of a thing of a bundle, in the form of a UUID. It is the same for each
 * revision and release of the project, so what is said by id of one holds for the next.
 */
export function localId(kind: Kind, projectId: string, sourceId: string): string {
  const digest = createHash('sha256').update(JSON.stringify([kind, projectId, sourceId]))
  const hex = digest.digest('hex')
  return [0, 8, 12, 16, 20].map((at, n, all) => hex.slice(at, all[n + 1] ?? 32)).join('-')
}
