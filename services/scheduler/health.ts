import type { Execution } from './execution.ts'
import { pause } from './execution.ts'
import { insist } from './insist.ts'
import { BUILT_IN, type WorkersBus } from './workers-bus.ts'

/** How long the check waits for the worker to come, in ms. */
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

/** Asks the built-in worker what it can run, and says so in the log. */
export function healthCheck(workers: WorkersBus) {
  return async (execution: Execution): Promise<void> => {
    const { log, cancel, leave } = execution
    const deadline = Date.now() + PATIENCE_MS
    while (!workers.isThere(BUILT_IN) && Date.now() < deadline && !cancel.aborted && !leave.aborted)
      await Promise.race([workers.comes(REST_MS), pause(REST_MS, cancel, leave)])
    if (leave.aborted) throw leave.reason
    if (cancel.aborted) return execution.finish('Canceled', {})
    if (!workers.isThere(BUILT_IN)) {
      const error = 'The built-in worker did not start. The log of the server says why.'
      await log.say('', 'f', error)
      return execution.finish('Failed', { error })
    }
    const report = await insist(() => workers.describe(BUILT_IN), leave)
    await log.say(
      '',
      'i',
      `The built-in worker answers: version ${report.version} on ${report.operatingSystem}, ${report.architecture}.`,
    )
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
    await execution.finish('Success', { hasWarnings: hasWarnings || isLow })
  }
}
