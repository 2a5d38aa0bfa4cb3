/** Asks workers what they can run, and says so in the log of a task. */
import type { WorkerReport } from '#bus/orders.ts'
import type { Directory, Known } from './directory.ts'
import { type Execution, pause } from './execution.ts'
import { insist } from './insist.ts'
import { BUILT_IN } from './workers-bus.ts'

/** How long the check waits for a worker to answer, in ms. */
const PATIENCE_MS = 30_000
const REST_MS = 500
const GIBIBYTE = 2 ** 30
/** Below this, scripts soon have no place to write to. */
const LOW_DISK_BYTES = GIBIBYTE
/** What steps of each kind need; only bash is there for sure. */
const NEEDED_FOR: Record<string, string> = {
  bash: 'Bash steps',
  python3: 'Python steps',
  pwsh: 'PowerShell steps',
  dotnet: 'C# steps',
}

interface Asked {
  directory: Directory
  describe(worker: string): Promise<WorkerReport>
  /** The workers that a task's arguments name, of its space. */
  named(task: Execution['task']): Promise<{ workers: Known[]; silent: string[] }>
  /** Has what was heard stored, also of those that Tako does not speak to. */
  judge(task: Execution['task']): Promise<unknown>
}

type Verdict = 'healthy' | 'has warnings' | 'unavailable'

/** Checks the workers that the task names, or the built-in one when it names none. */
export function healthCheck({ directory, describe, named, judge }: Asked) {
  return async (execution: Execution): Promise<void> => {
    const { task, log, cancel, leave } = execution
    const { workers, silent } = await insist(() => named(task), leave)
    const asked = task.SpaceId === null || workers.length + silent.length === 0
    const verdicts: Verdict[] = asked ? [await checkBuiltIn()] : []
    for (const name of silent) {
      await log.say(
        '',
        'e',
        `${name}: Tako does not speak to it. Join a machine with 'npm run worker'.`,
      )
      verdicts.push('unavailable')
    }
    verdicts.push(...(await Promise.all(workers.map((worker) => check(worker.Name, worker.Id)))))
    if (leave.aborted) throw leave.reason
    if (cancel.aborted) return execution.finish('Canceled', {})
    if (!asked) await insist(() => judge(task), leave)
    if (!verdicts.includes('unavailable'))
      return execution.finish('Success', { hasWarnings: verdicts.includes('has warnings') })
    const error = asked
      ? 'The built-in worker did not start. The log of the server says why.'
      : 'Not every worker has answered.'
    await log.say('', 'f', error)
    return execution.finish('Failed', { error })

    async function checkBuiltIn(): Promise<Verdict> {
      const deadline = Date.now() + PATIENCE_MS
      while (!directory.builtIn() && Date.now() < deadline && !cancel.aborted && !leave.aborted)
        await pause(REST_MS, cancel, leave)
      const worker = directory.builtIn()
      return worker ? check(`The ${BUILT_IN} worker`, worker.Id) : 'unavailable'
    }

    async function check(name: string, id: string): Promise<Verdict> {
      const deadline = Date.now() + PATIENCE_MS
      for (;;) {
        try {
          return await sayWhatItCan(execution, name, await describe(id))
        } catch (error) {
          if (cancel.aborted || leave.aborted) return 'unavailable'
          if (Date.now() > deadline) {
            const reason = error instanceof Error ? error.message : String(error)
            await log.say('', 'e', `${name} does not answer: ${reason}`)
            return 'unavailable'
          }
          await pause(REST_MS, cancel, leave)
        }
      }
    }
  }
}

async function sayWhatItCan(
  { log }: Execution,
  name: string,
  report: WorkerReport,
): Promise<Verdict> {
  const { version, operatingSystem, architecture } = report
  const what = `version ${version} on ${operatingSystem}, ${architecture}`
  await log.say('', 'i', `${name} answers: ${what}.`)
  let hasWarnings = false
  for (const { name, version } of report.shells) {
    const steps = NEEDED_FOR[name] ?? 'nothing by itself'
    if (version !== null) await log.say('', 'i', `${name} ${version} is there, for ${steps}.`)
    else
      await log.say(
        '',
        name === 'bash' ? 'w' : 'i',
        `${name} is not on the path: ${steps} would fail here.`,
      )
    hasWarnings ||= version === null && name === 'bash'
  }
  const free = `${(report.freeDiskBytes / GIBIBYTE).toFixed(1)} GiB are free on its disk.`
  const isLow = report.freeDiskBytes < LOW_DISK_BYTES
  await log.say('', isLow ? 'w' : 'i', free)
  return hasWarnings || isLow ? 'has warnings' : 'healthy'
}

/** The workers that a task's arguments name, by themselves or by their pool. */
export async function workersNamed(
  { SpaceId, Arguments }: Execution['task'],
  directory: Directory,
): Promise<{ workers: Known[]; silent: string[] }> {
  const { WorkerPoolId: poolId, MachineIds = [] } = Arguments
  const ids = [MachineIds].flat().filter((id) => typeof id === 'string')
  const ofPool =
    typeof poolId === 'string' && SpaceId !== null
      ? (await directory.ofPool({ spaceId: SpaceId, poolId })).workers
      : []
  const found = await Promise.all(ids.map(async (id) => ({ id, known: await directory.known(id) })))
  const workers = found.flatMap(({ known }) =>
    known && known.SpaceId === SpaceId && !known.IsDisabled ? [known] : [],
  )
  const silent = found.filter(({ known }) => known === null).map(({ id }) => id)
  return { workers: [...ofPool.filter(({ IsDisabled }) => !IsDisabled), ...workers], silent }
}
