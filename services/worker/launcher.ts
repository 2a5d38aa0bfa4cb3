/**
 * The process that starts a worker's scripts. To start one is to fork, which copies what a process has
 * in memory: this one has next to nothing, where a worker has a hundred megabytes. What it has started
 * depends on it as little as on the worker, so when the worker goes it goes too.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { type Identity, identityOf } from './process-table.ts'
import type { RunRecord } from './run-folder.ts'

export interface Launch {
  command: string
  args: string[]
  workFolder: string
  /** Beside what all scripts of the worker have. */
  environment: Record<string, string>
  /** Files for what it prints, which are there. */
  out: string
  err: string
  /** The file that says who the script's process is, and what it says beside that. */
  record: string
  about: Omit<RunRecord, 'leader'>
}

/** To the launcher: first what all scripts have in their environment. */
export type ToLauncher =
  | { environment: Record<string, string> }
  | { number: number; launch: Launch }

/** From it: that a script was started, or why not, and when it has ended. */
export type FromLauncher = { number: number } & (
  | {
      /** null when it had ended before it could be looked at. */
      leader: Identity | null
      /** Why the record is not there; null when it is. */
      recordFault: { message: string; code: string | null } | null
    }
  | { startFault: string }
  | { code: number | null }
)

/** The script's shell: it is there to write down how the script has ended, whoever is still alive then. */
const wrapper = '"$@"; code=$?; echo $code > ../exit; exit $code'

/** As a process sees itself. */
interface Self {
  on(event: 'message', listener: (message: ToLauncher) => void): unknown
  on(event: 'disconnect' | 'SIGINT' | 'SIGTERM', listener: () => void): unknown
  send?(message: FromLauncher): unknown
  exit(code: number): never
}

/** Turns this process into the launcher of the worker that has forked it. */
export function beLauncher(self: Self): void {
  let common: Record<string, string> = {}
  self.on('disconnect', () => self.exit(0))
  // A terminal sends them to all: it is the worker who decides when to go.
  self.on('SIGINT', () => {})
  self.on('SIGTERM', () => {})
  self.on('message', (message) => {
    if ('environment' in message) {
      common = message.environment
      return
    }
    const { number, launch } = message
    try {
      start(launch, common, (news) => self.send?.({ number, ...news }))
    } catch (error) {
      self.send?.({ number, startFault: error instanceof Error ? error.message : String(error) })
    }
  })
}

type News<T> = T extends unknown ? Omit<T, 'number'> : never

function start(
  launch: Launch,
  common: Record<string, string>,
  tell: (news: News<FromLauncher>) => void,
) {
  const child = started(launch, common)
  const { pid } = child
  // Told by an event too, which would end this process if nobody listened.
  child.on('error', (error) => {
    if (pid === undefined) tell({ startFault: error.message })
  })
  if (pid === undefined) return
  const leader = identityOf(pid)
  tell({ leader, recordFault: faultOf(() => writeRecord(launch, leader)) })
  child.once('exit', (code) => tell({ code }))
}

function started(launch: Launch, common: Record<string, string>): ChildProcess {
  const { command, args, workFolder, environment, out, err } = launch
  const files = [openSync(out, 'a'), openSync(err, 'a')] as const
  try {
    return spawn('/bin/sh', ['-c', wrapper, 'sh', command, ...args], {
      cwd: workFolder,
      env: { ...common, ...environment },
      detached: true,
      stdio: ['ignore', ...files],
    })
  } finally {
    for (const file of files) closeSync(file)
  }
}

/** By who has started it: that nobody finds it again is not left to the worker, who may die meanwhile. */
const writeRecord = ({ record, about }: Launch, leader: Identity | null) =>
  writeFileSync(record, JSON.stringify({ leader, ...about } satisfies RunRecord))

function faultOf(work: () => void): { message: string; code: string | null } | null {
  try {
    work()
    return null
  } catch (error) {
    const { message, code = null } = error as NodeJS.ErrnoException
    return { message, code }
  }
}
