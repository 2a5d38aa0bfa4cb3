/** What the embedded store holds, as another reader of its file sees it. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { config } from '#config'
import { until } from './until.ts'

/** Told from the requests themselves, or written by Tako at any time: the audit trail, the nodes, their jobs. */
const volatile = new Set(['events', 'servernodes', 'jobs'])

export interface StoreWatch {
  /** A hash over all documents but the volatile ones. */
  hash(): string
  /** Resolves when all that follows from earlier changes has been done. */
  settled(): Promise<unknown>
  /** The ids of documents that have come, gone or changed since the last hash that was taken here. */
  differences(): string[]
  close(): void
}

/** Watches the database of a server of this process. It reads only what has been committed. */
export function watchStore(namespace: string): StoreWatch {
  const database = new DatabaseSync(join(config.home, 'tako.sqlite'), { readOnly: true })
  const version = database.prepare('PRAGMA data_version')
  const names = database.prepare('SELECT name FROM tako_collections ORDER BY name')
  let seen: unknown
  let last = ''
  let before = new Map<string, string>()
  let documents = new Map<string, string>()

  function read() {
    const now = version.get()?.data_version
    if (now === seen) return
    seen = now
    before = documents
    documents = new Map()
    const all = createHash('sha1')
    for (const { name } of names.all()) {
      const collection = String(name).slice(namespace.length + 1)
      if (!String(name).startsWith(`${namespace}.`) || volatile.has(collection)) continue
      for (const { _id, doc } of database.prepare(`SELECT _id, doc FROM "${name}"`).iterate()) {
        all.update(`${collection} ${_id} ${doc}\n`)
        documents.set(`${collection} ${_id}`, String(doc))
      }
    }
    last = all.digest('hex')
  }

  const isSettled = () => {
    read()
    return [...documents.values()].every(
      (doc) => !doc.includes('"_follow":["') && !doc.includes('"_work":true'),
    )
  }

  return {
    hash() {
      read()
      return last
    },

    settled: () => until(isSettled, 'all consequences are drawn'),

    differences: () =>
      [...new Set([...before.keys(), ...documents.keys()])]
        .filter((key) => before.get(key) !== documents.get(key))
        .map(
          (key) => `${key}: ${before.get(key) ?? 'nothing'} → ${documents.get(key) ?? 'nothing'}`,
        ),

    close: () => database.close(),
  }
}
