import { setTimeout as wait } from 'node:timers/promises'
import mongoose, { type Connection } from 'mongoose'
import { config } from '#config'
import { isStoreAway } from './away.ts'
import { connectEmbedded } from './embedded/driver.ts'

/** So long a start waits before it looks again for a database that is away, in ms. */
const RETRY_MS = 1_000

let connecting: Promise<Connection> | undefined
let users = 0

/**
 * A database on the one connection of this process, which opens for its first user
 * and closes after its last. What comes back knows no models but those its user adds.
 */
export async function openStore(name: string): Promise<Connection> {
  users += 1
  connecting ??= connectTo({ url: config.databaseUrl, home: config.home })
  const opening = connecting
  try {
    const connection = await opening
    return connection.useDb(name)
  } catch (error) {
    // Who comes next tries again: what is in the way now may be gone by then.
    users -= 1
    if (connecting === opening) connecting = undefined
    throw error
  }
}

/** The same for a start, which waits until the database is there. `tell` hears why it is not, once a try. */
export async function openStoreWhenThere(
  name: string,
  tell: (reason: string) => void,
): Promise<Connection> {
  for (;;) {
    try {
      return await openStore(name)
    } catch (error) {
      if (!isStoreAway(error)) throw error
      tell((error as Error).message)
      await wait(RETRY_MS)
    }
  }
}

export async function closeStore(): Promise<void> {
  users -= 1
  if (users > 0 || !connecting) return
  const connection = connecting
  // Before the wait, so that who opens meanwhile gets a connection of its own.
  connecting = undefined
  await (await connection).close()
}

/** A connection to the MongoDB at `url`, or without one to the embedded store in the folder `home`. */
export async function connectTo({
  url,
  home,
}: {
  url?: string | undefined
  home: string
}): Promise<Connection> {
  if (!url) return connectEmbedded(home)
  return mongoose.createConnection(url, optionsFor(url)).asPromise()
}

/** What somebody wants who waits for an answer, in ms; what the address says itself comes first. */
const PATIENCE = {
  serverSelectionTimeoutMS: 3_000,
  connectTimeoutMS: 3_000,
  // A database that has stopped without a word is noticed by this, and then what waits for it fails.
  heartbeatFrequencyMS: 2_000,
  waitQueueTimeoutMS: 5_000,
}

function optionsFor(url: string): mongoose.ConnectOptions {
  const given = new Set([...new URLSearchParams(url.split('?')[1] ?? '').keys()].map(lower))
  const patience = Object.entries(PATIENCE).filter(([name]) => !given.has(lower(name)))
  // Without buffering: it waits ten seconds more for what is away.
  return { ...Object.fromEntries(patience), bufferCommands: false }
}

const lower = (text: string) => text.toLowerCase()
