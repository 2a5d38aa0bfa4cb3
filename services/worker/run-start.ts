import type { ChildProcess } from 'node:child_process'
import type { RunSpec } from '#bus/orders.ts'
import { formatLine } from '#domain/log-line.ts'
import { isRunnable, scriptFor } from '#domain/script.ts'
import { driverFor, needsDriver } from './driver-start.ts'
import { endProcesses, marker } from './ending.ts'
import { environmentInformation } from './environment.ts'
import { diskFull, isDiskFull } from './full-disk.ts'
import { identityOf } from './process-table.ts'
import type { RunFolder, RunRecord } from './run-folder.ts'
import { startScript } from './script-process.ts'
import type { WorkerSettings } from './settings.ts'
import { findProgram } from './shells.ts'

/** A run that is under way, whoever started it. */
export interface Started {
  record: RunRecord
  files: { out: number; err: number; sent: number }
  /** null when another worker has started it, or nobody could. */
  child: ChildProcess | null
}

interface Start {
  runId: string
  spec: RunSpec
  folder: RunFolder
  settings: WorkerSettings
  /** Epoch ms. */
  now: number
}

/** Starts the script of a run in its folder. What prevents that is in the record, as a sentence. */
export function startRun(start: Start): Started {
  const { spec, folder, now } = start
  const { environment, name: worker } = start.settings
  const script = scriptOf(start)
  const lack = script
    ? lackOf(script.needs, start)
    : `Tako has no way to run ${spec.syntax} scripts.`
  folder.make(lack === null ? (script?.files ?? []) : [])
  const files = folder.openFiles()
  const child =
    script && lack === null ? startScript({ ...script, ...placeOf(start), files }) : null
  // Told by an event too, which would end the worker if nobody listened.
  child?.on('error', () => {})
  const record = {
    leader: child?.pid ? identityOf(child.pid) : null,
    startedAt: now,
    preface: isInformed(spec)
      ? environmentInformation({ environment, worker, workFolder: folder.workFolder })
          .map((line) => formatLine(now, 'v', line))
          .join('')
      : '',
    startError: lack ?? (child?.pid ? null : `The worker ${worker} could not start a process.`),
  }
  try {
    folder.writeRecord(record)
  } catch (error) {
    if (!isDiskFull(error)) throw error
    // Without it nobody could find the script again: so it does not go on.
    void endProcesses({ runId: start.runId, leader: record.leader, graceMs: 0 })
    record.startError = `${diskFull(worker)}: the script was ended as soon as it was started.`
  }
  return { record, files, child: child?.pid ? child : null }
}

/** A run that a worker before this one has started, or was about to. */
export function reopenRun(folder: RunFolder, now: number): Started {
  const unknown = { leader: null, startedAt: now, preface: '', startError: null }
  return { record: folder.readRecord() ?? unknown, files: folder.openFiles(), child: null }
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

const placeOf = ({ runId, folder, settings }: Start) => ({
  workFolder: folder.workFolder,
  environment: {
    ...settings.environment,
    TERM: 'dumb',
    TMPDIR: folder.temporaryFolder,
    [marker]: runId,
  },
})

function isInformed({ variables }: RunSpec): boolean {
  const suppressed = 'octopus.action.script.suppressenvironmentlogging'
  const name = Object.keys(variables).find((name) => name.toLowerCase() === suppressed)
  return !/^true$/i.test(variables[name ?? ''] ?? '')
}
