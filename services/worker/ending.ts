import { setTimeout as wait } from 'node:timers/promises'
import { allProcesses, type Identity, isAlive, type Listed, processOf } from './process-table.ts'

/** Every process of a run has this in its environment, wherever it went. */
export const marker = 'TAKO_RUN_ID'

interface Ending {
  runId: string
  /** The leader of the run's group, where it is known. */
  leader: Identity | null
  /** How long its processes have to end by themselves. */
  graceMs: number
}

/** How often what is left is looked for. */
const lookMs = 10
/** A process may be born while the table is read, of a parent that is gone when its line comes. */
const emptyLooks = 3
/** A process that the kernel holds (a dead disk) does not even die of SIGKILL: not waited for longer. */
const patienceMs = 5_000

/**
 * Ends all processes of a run: its group, whatever carries its marker, and their descendants,
 * until none is left. Asks first (SIGTERM), and ends those that stay after `graceMs`.
 * Answers whether all are gone.
 */
export async function endProcesses({ runId, leader, graceMs }: Ending): Promise<boolean> {
  const known = new Map<number, Listed>()
  const startedAt = performance.now()
  const askedAlready = new Set<string>()
  for (let empty = 0; ; ) {
    const left = processesOf(runId, leader, known)
    empty = left.length === 0 ? empty + 1 : 0
    if (empty === emptyLooks) return true
    const spentMs = performance.now() - startedAt
    if (spentMs > graceMs + patienceMs) return false
    for (const process of left) {
      const key = `${process.pid} ${process.startTime}`
      if (spentMs >= graceMs) signal(process, 'SIGKILL')
      else if (!askedAlready.has(key)) signal(process, 'SIGTERM')
      askedAlready.add(key)
    }
    await wait(lookMs)
  }
}

/** `known` keeps what was found: a process that lost its parent and its marker still is the run's. */
function processesOf(runId: string, leader: Identity | null, known: Map<number, Listed>): Listed[] {
  const all = allProcesses(`${marker}=${runId}`)
  const now = new Map(all.map((listed) => [listed.pid, listed]))
  for (const { pid, startTime } of known.values()) {
    if (now.get(pid)?.startTime !== startTime) known.delete(pid)
  }
  // The group outlives its leader, and no other process gets the number of a group that exists. But
  // the number of one that has ended is free, so a group without its leader needs the marker.
  const group = leader && isAlive(leader) ? leader.pid : null
  for (const listed of all) {
    if (listed.pid === process.pid || known.has(listed.pid)) continue
    if (listed.group === group || listed.isMarked) known.set(listed.pid, listed)
  }
  // Until a pass finds no more: a child may stand before its parent in the table.
  for (let count = -1; count !== known.size; ) {
    count = known.size
    for (const listed of all) if (isKin(listed, known)) known.set(listed.pid, listed)
  }
  return [...known.values()]
}

/** Whether its parent, or the leader of its group or session, is of the run. */
function isKin({ parent, group, session }: Listed, known: Map<number, Listed>): boolean {
  return (
    known.has(parent) ||
    known.get(group)?.group === group ||
    (session > 0 && known.get(session)?.session === session)
  )
}

/** Never by number alone: the number may be another's by now. */
function signal({ pid, startTime }: Listed, name: NodeJS.Signals) {
  if (processOf(pid)?.startTime !== startTime) return
  try {
    process.kill(pid, name)
  } catch {
    // It has just ended (ESRCH), or belongs to somebody else (EPERM): then it is found again.
  }
}
