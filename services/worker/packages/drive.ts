import { acquire } from './acquire.ts'
import type { Job } from './job.ts'
import { deployPackage } from './package-step.ts'
import { type Patience, reasonOf } from './persist.ts'
import { say } from './say.ts'
import { runScriptStep } from './script-step.ts'
import { ScriptError, scriptsOf } from './scripts.ts'

interface Driving {
  /** Whether a program is on the path. */
  has(program: string): boolean
  patience?: Patience
}

/** Does all of a run that has packages. Answers its exit code; why it is not 0 stands in the log. */
export async function drive(job: Job, { has, patience }: Driving): Promise<number> {
  try {
    const scripts = scriptsOf(job, has)
    const acquired = await acquire(job, patience)
    if (job.spec.deployment) await deployPackage(job, acquired, scripts, Date.now())
    else await runScriptStep(job, acquired, scripts)
    return 0
  } catch (error) {
    say.failure(reasonOf(error))
    return error instanceof ScriptError ? error.exitCode : 1
  }
}
