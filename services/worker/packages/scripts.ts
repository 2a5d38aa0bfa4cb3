import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { valueIn, withVariables } from '#domain/literal-values.ts'
import { isRunnable, scriptFor } from '#domain/script.ts'
import { endLine, outputSince, sizesOf } from './heard.ts'
import type { Job } from './job.ts'
import { say } from './say.ts'

export interface ScriptToRun {
  syntax: string
  body: string
  /** Where the body is already; without it, the body is written to a file that goes again. */
  file?: string
  parameters?: string
  /** Where it begins. */
  folder: string
  /** For messages: 'The script', 'The Deploy script of the step'. */
  what: string
}

/** A script has failed, and said why or not. */
export class ScriptError extends Error {
  /** Never 0. */
  readonly exitCode: number
  constructor(reason: string, exitCode = 1) {
    super(reason)
    this.name = 'ScriptError'
    this.exitCode = exitCode
  }
}

export type Scripts = ReturnType<typeof scriptsOf>

/**
 * Runs scripts of a job one after the other: each sees what those before it have set.
 * `has` says whether a program is on the path.
 */
export function scriptsOf({ folder, spec }: Job, has: (program: string) => boolean) {
  let variables = spec.variables
  let count = 0

  return {
    variables: () => variables,
    set(added: Record<string, string>) {
      variables = withVariables(variables, added)
    },

    /** Runs one to its end; a ScriptError when it fails. */
    async run({ syntax, what, folder: begins, ...source }: ScriptToRun): Promise<void> {
      if (!isRunnable(syntax)) throw new ScriptError(`Tako has no way to run ${syntax} scripts.`)
      const own = join(folder, 'scripts', `${++count}`)
      const script = scriptFor(syntax, { ...source, folder: own, variables })
      if (!has(script.needs))
        throw new ScriptError(
          `${what} needs ${script.needs}, which is not on the path of the worker: install it there, or choose another worker.`,
        )
      mkdirSync(own, { recursive: true, mode: 0o700 })
      for (const { name, content, mode } of script.files)
        writeFileSync(join(own, name), content, { mode })
      const before = sizesOf(folder)
      try {
        const end = await ended(script.command, script.args, begins)
        endLine(folder)
        say.plainLevels()
        const { outputs, failure } = await outputSince(folder, before)
        const action = valueIn(variables, 'Octopus.Action.Name')
        for (const [name, value] of Object.entries(outputs))
          variables = withVariables(variables, {
            [name]: value,
            [`Octopus.Action[${action}].Output.${name}`]: value,
          })
        if (end) throw new ScriptError(failure ?? `${what} ${end.how}.`, end.exitCode)
      } finally {
        // It holds all variables.
        rmSync(own, { recursive: true, force: true })
      }
    },
  }
}

interface BadEnd {
  /** 'exited with code 3' */
  how: string
  exitCode: number
}

/** Resolves when it has ended: null when it went well. */
function ended(command: string, args: string[], cwd: string): Promise<BadEnd | null> {
  return new Promise((resolve, reject) => {
    // In the group and session of the driver, so whoever ends the run ends it too.
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      if (code === 0) resolve(null)
      else if (code === null) resolve({ how: `was ended by ${signal}`, exitCode: 1 })
      else resolve({ how: `exited with code ${code}`, exitCode: code })
    })
  })
}
