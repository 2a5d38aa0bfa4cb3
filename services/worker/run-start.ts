import type { RunSpec } from '#bus/orders.ts'
import { formatLine } from '#domain/log-line.ts'
import { isRunnable, scriptFor } from '#domain/script.ts'
import { driverFor, needsDriver } from './driver-start.ts'
import { endProcesses, marker } from './ending.ts'
import { environmentInformation } from './environment.ts'
import { diskFull, isDiskFull } from './full-disk.ts'
import type { Launcher, Script } from './launching.ts'
import type { RunFolder, RunRecord } from './run-folder.ts'
import type { WorkerSettings } from './settings.ts'
import { findProgram } from './shells.ts'

/** A run that is under way, whoever started it. */
export interface Started {
  record: RunRecord
  files: { out: number; err: number; sent: number }
  /** null when another worker has started it, or nobody could. */
  script: Pick<Script, 'ended'> | null
}

interface Start {
  runId: string
  spec: RunSpec
  folder: RunFolder
  settings: WorkerSettings
  launcher: Launcher
  /** Epoch ms. */
  now: number
}

/** Starts the script of a run in its folder. What prevents that is in the record, as a sentence. */
export async function startRun(start: Start): Promise<Started> {
  const { spec, folder, now } = start
  const { environment, name: worker } = start.settings
  const script = scriptOf(start)
  const lack = script
    ? lackOf(script.needs, start)
    : `Tako has no way to run ${spec.syntax} scripts.`
  folder.make(lack === null ? (script?.files ?? []) : [])
  const files = folder.openFiles()
  const preface = isInformed(spec)
    ? environmentInformation({ environment, worker, workFolder: folder.workFolder })
        .map((line) => formatLine(now, 'v', line))
        .join('')
    : ''
  const about = { startedAt: now, preface }
  if (!script || lack !== null) return notStarted({ ...about, startError: lack }, folder, files)
  const launched = await launch(start, script, about)
  if ('fault' in launched) {
    const startError = `The worker ${worker} could not start a process: ${launched.fault}`
    return notStarted({ ...about, startError }, folder, files)
  }
  const { leader, recordFault } = launched
  const record = { ...about, leader, startError: null }
  if (!recordFault) return { record, files, script: launched }
  // Without it nobody could find the script again: so it does not go on.
  void endProcesses({ runId: start.runId, leader, graceMs: 0 })
  const why = isDiskFull(recordFault)
    ? diskFull(worker)
    : `The worker ${worker} could not write down that it runs (${recordFault.message})`
  const startError = `${why}: the script was ended as soon as it was started.`
  return { record: { ...record, startError }, files, script: launched }
}

/** Or why no process can be started. */
async function launch(
  { runId, folder, launcher }: Start,
  { command, args }: { command: string; args: string[] },
  about: Pick<RunRecord, 'startedAt' | 'preface'>,
): Promise<Script | { fault: string }> {
  const environment = { TERM: 'dumb', TMPDIR: folder.temporaryFolder, [marker]: runId }
  const { workFolder, outputs, recordFile: record } = folder
  try {
    return await launcher.start({
      ...{ command, args, workFolder, environment, record, ...outputs },
      about: { ...about, startError: null },
    })
  } catch (error) {
    // If it was heard, what it has begun must not go on.
    await endProcesses({ runId, leader: null, graceMs: 0 })
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}

function notStarted(
  about: Omit<RunRecord, 'leader'>,
  folder: RunFolder,
  files: Started['files'],
): Started {
  const record = { ...about, leader: null }
  folder.writeRecord(record)
  return { record, files, script: null }
}

/** A run that a worker before this one has started, or was about to. */
export function reopenRun(folder: RunFolder, now: number): Started {
  const unknown = { leader: null, startedAt: now, preface: '', startError: null }
  return { record: folder.readRecord() ?? unknown, files: folder.openFiles(), script: null }
}

/** null where there is no way to run it. */
function scriptOf({ folder, ...start }: Start) {
  const { spec } = start
  if (needsDriver(spec)) return driverFor(start, folder)
  return isRunnable(spec.syntax) ? scriptFor(spec.syntax, { ...spec, folder: folder.path }) : null
}

/** The driver needs no program but the worker's own, and looks for those of its scripts itself. */
function lackOf(program: string | null, { settings: { name, environment } }: Start): string | null {
  if (program === null || findProgram(program, environment.PATH ?? '')) return null
  return `${program} is not on the path of the worker ${name}: install it there, or choose another worker.`
}

function isInformed({ variables }: RunSpec): boolean {
  const suppressed = 'octopus.action.script.suppressenvironmentlogging'
  const name = Object.keys(variables).find((name) => name.toLowerCase() === suppressed)
  return !/^true$/i.test(variables[name ?? ''] ?? '')
}
