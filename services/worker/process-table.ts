/** The processes of this machine: from /proc where there is one, else from `ps`. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** A process that cannot be mistaken for a later one with its number. */
export interface Identity {
  pid: number
  /** As the system writes it; the same for as long as the process lives. */
  startTime: string
  /** Which start of the machine `startTime` belongs to. */
  boot: string
}

export interface Listed extends Identity {
  parent: number
  group: number
  session: number
}

/** On a machine where processes come all the time, somebody new always is there. */
const mostLooks = 20

const hasProc = existsSync('/proc/self/stat')
const boot = hasProc ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : ''

/** The process that has this number now; null when there is none, or it is dead and not yet buried. */
export function processOf(pid: number): Listed | null {
  return hasProc ? fromProc(pid) : (fromPs().find((listed) => listed.pid === pid) ?? null)
}

/** Who a process is, to be kept. */
export function identityOf(pid: number): Identity | null {
  const listed = processOf(pid)
  return listed && { pid, startTime: listed.startTime, boot: listed.boot }
}

export function isAlive(identity: Identity): boolean {
  const now = identity.boot === boot ? processOf(identity.pid) : null
  return now?.startTime === identity.startTime
}

/** A process in the table, and whether it was started with the entry that was asked for. */
export interface Marked extends Listed {
  isMarked: boolean
}

/**
 * All processes, and which of them have this in their environment ('NAME=value'). Looks again until
 * nobody new is there: one that forks and ends while the table is read must not slip through.
 */
export function allProcesses(entry: string): Marked[] {
  if (!hasProc) return fromPs().map((listed) => ({ ...listed, isMarked: false }))
  const seen = new Set<number>()
  const found: Marked[] = []
  let count = -1
  for (let look = 0; look < mostLooks && count !== seen.size; look++) {
    count = seen.size
    for (const name of readdirSync('/proc')) {
      const pid = Number(name)
      if (!Number.isInteger(pid) || seen.has(pid)) continue
      seen.add(pid)
      const listed = fromProc(pid)
      if (listed) found.push({ ...listed, isMarked: hasInEnvironment(pid, entry) })
    }
  }
  return found
}

function hasInEnvironment(pid: number, entry: string): boolean {
  const environment = readProc(`${pid}/environ`)
  return environment !== null && `\0${environment}`.includes(`\0${entry}\0`)
}

function fromProc(pid: number): Listed | null {
  const stat = readProc(`${pid}/stat`)
  // The name in brackets may have spaces and brackets itself: the fields are counted after it.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') return null
  const [parent, group, session] = fields.slice(1, 4).map(Number)
  return {
    pid,
    parent: parent ?? 0,
    group: group ?? 0,
    session: session ?? 0,
    startTime: fields[19] ?? '',
    boot,
  }
}

/** null when the process has gone, or is somebody else's. */
function readProc(path: string): string | null {
  try {
    return readFileSync(`/proc/${path}`, 'latin1')
  } catch {
    // Processes end while the table is read: that is no fault.
    return null
  }
}

function fromPs(): Listed[] {
  const columns = 'pid=,ppid=,pgid=,state=,lstart='
  const rows = execFileSync('ps', ['-A', '-o', columns], { encoding: 'utf8' }).split('\n')
  return rows.flatMap((row) => {
    const [pid, parent, group, state, ...start] = row.trim().split(/\s+/)
    if (!state || state.startsWith('Z')) return []
    const startTime = start.join(' ')
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        session: 0,
        startTime,
        boot,
      },
    ]
  })
}
