/** Who a worker is, and whom it works for: `worker.json` in its folder, readable by its user alone. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import {
  fingerprintOf,
  newKeys,
  type Party,
  type PrivateKeys,
  type PublicKeys,
  partyOf,
} from '#bus/messages.ts'

interface Kept {
  keys: PrivateKeys
  /** The last one that was in use. */
  epoch: number
  /** null before it was registered. */
  id: string | null
  /** Whether it may work for the server: it has been approved. */
  isApproved: boolean
  /** What the server has shown when the worker came to it first; null before that. */
  server: { keys: PublicKeys; bus: string } | null
}

export interface Identity {
  party: Party
  kept(): Readonly<Kept>
  /** It is on the disk when this returns. */
  keep(changes: Partial<Omit<Kept, 'keys'>>): void
  /** Remembers the server's keys, or fails with a sentence when it has shown others before. */
  pin(server: { keys: PublicKeys; bus: string; url: string }): Promise<void>
}

/** Reads who the worker of this folder is. The first time, it makes its keys. */
export async function openIdentity(folder: string): Promise<Identity> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'worker.json')
  let now = existsSync(path) ? read(path) : await created(folder, path)
  const party = await partyOf(now.keys)

  function keep(changes: Partial<Kept>) {
    const next = { ...now, ...changes }
    write(folder, path, next)
    now = next
  }

  return {
    party,
    kept: () => now,
    keep,

    async pin({ keys, bus, url }) {
      if (now.server) {
        const known = await fingerprintOf(now.server.keys)
        const shown = await fingerprintOf(keys)
        if (known !== shown) throw new Error(otherKeys({ url, path, known, shown }))
        if (now.server.bus === bus) return
      }
      keep({ server: { keys: now.server?.keys ?? keys, bus } })
    },
  }
}

async function created(folder: string, path: string): Promise<Kept> {
  const keys = await newKeys()
  const kept = { keys, epoch: 0, id: null, isApproved: false, server: null }
  write(folder, path, kept)
  return kept
}

function read(path: string): Kept {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const text = `The file ${path} cannot be read. Without it this worker is another one: remove it, and approve the worker anew.`
    throw new Error(text, { cause })
  }
}

/** Whole or not at all, and there also after a power failure: an epoch must not be used twice. */
function write(folder: string, path: string, kept: Kept) {
  const draft = `${path}.new`
  writeFileSync(draft, JSON.stringify(kept), { mode: 0o600, flush: true })
  renameSync(draft, path)
  const directory = openSync(folder, 'r')
  fsyncSync(directory)
  closeSync(directory)
}

interface Others {
  url: string
  path: string
  known: string
  shown: string
}

const otherKeys = ({ url, path, known, shown }: Others) =>
  `The server at ${url} shows other keys than when this worker joined it: the fingerprint was ${known} and is ${shown}. Somebody may stand between. If the server was set up anew, remove ${path} and approve the worker once more.`
