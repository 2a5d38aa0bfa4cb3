/** Which of the server nodes this process is, and that no other process is the same. */
import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { Model } from 'mongoose'
import { config } from '#config'
import { slugOf } from '#domain/slug.ts'
import type { NodeHolder, StoredNode } from './node.model.ts'

/** This node, on every start under this name the same. */
export const thisNode = `OctopusServerNodes-${slugOf(config.node) || 'node'}`

/** So often a node says that it lives, in ms. */
export const SEEN_EACH_MS = 5_000
/** A node that lives has said so within this, in ms. */
const WATCH_MS = SEEN_EACH_MS + 2_000
const LOOK_EACH_MS = 250
const DUPLICATE_KEY = 11_000

type Nodes = Model<StoredNode>

const me: NodeHolder = { token: randomUUID(), place: placeOfProcesses(), pid: process.pid }

/**
 * Makes this process the one of its name. Where another may have it still, it is watched for a while:
 * one that has died says nothing more. Fails when one lives.
 */
export async function takeNode(nodes: Nodes): Promise<void> {
  for (;;) {
    const seen = await nodes.findById(thisNode).lean<StoredNode>()
    const holder = seen?._holder
    if (seen && holder && !isGone(holder) && (await goesOn(nodes, seen, holder)))
      throw new Error(
        `Another server that runs has the name '${config.node}': set TAKO_NODE to a name of its own for this one.`,
      )
    if (await occupy(nodes, seen)) return
  }
}

/** Says that this node lives. Answers false when another process has taken its name meanwhile. */
export async function renewNode(nodes: Nodes): Promise<boolean> {
  const { matchedCount } = await nodes.updateOne(mine, { $set: { LastSeen: now() } })
  if (matchedCount > 0) return true
  // Somebody may have removed it, as one that had gone.
  return (await nodes.countDocuments({ _id: thisNode })) === 0 && occupy(nodes, null)
}

/** At its stop: another may have the name at once. */
export const leaveNode = (nodes: Nodes) => nodes.updateOne(mine, { $unset: { _holder: 1 } })

const mine = { _id: thisNode, '_holder.token': me.token }
const now = () => new Date().toISOString()

/** Takes the name, if things are still as they were seen. */
async function occupy(nodes: Nodes, seen: StoredNode | null): Promise<boolean> {
  const fields = { Name: config.node, LastSeen: now(), _holder: me }
  if (seen) {
    const asSeen = seen._holder ? { '_holder.token': seen._holder.token } : { _holder: null }
    return (await nodes.updateOne({ _id: thisNode, ...asSeen }, { $set: fields })).matchedCount > 0
  }
  try {
    await nodes.create({ _id: thisNode, ...fields })
    return true
  } catch (error) {
    if ((error as { code?: number }).code === DUPLICATE_KEY) return false
    throw error
  }
}

/** Whether somebody says that he lives, while he is watched. */
async function goesOn(nodes: Nodes, seen: StoredNode, holder: NodeHolder): Promise<boolean> {
  for (let left = WATCH_MS; left > 0; left -= LOOK_EACH_MS) {
    await wait(LOOK_EACH_MS)
    const then = await nodes.findById(thisNode).lean<StoredNode>()
    if (!then?._holder) return false
    if (then.LastSeen !== seen.LastSeen || then._holder.token !== holder.token) return true
  }
  return false
}

/** Whether a process has certainly ended: then nobody needs to wait for it. */
function isGone({ place, pid }: NodeHolder): boolean {
  // The embedded store has let in this process: no other has it open.
  if (!config.databaseUrl) return true
  if (place === null || place !== me.place) return false
  if (pid === process.pid) return true
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

/** What those have in common who see the same processes; null where that cannot be known. */
function placeOfProcesses(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${hostname()} ${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    // Not Linux: then a start after a crash watches for a moment.
    return null
  }
}
