/** The REPL as a person has it, in a process of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { until } from './until.ts'

const ENTRY = join(import.meta.dirname, '../../bin/tako.ts')
const PROMPT = /mol \$ $/

export interface TestRepl {
  /** Types a line, and answers what comes until the next prompt, or until it says `what`. */
  type(line: string, what?: RegExp): Promise<string>
  /** Leaves it, as with Ctrl-D; answers the exit code. */
  leave(): Promise<number>
  /** Ends it, if it is still there, and takes its folder away. */
  remove(): Promise<void>
}

/** Starts it in a folder of its own, and waits for the first prompt. */
export async function startRepl(env: Record<string, string> = {}): Promise<TestRepl> {
  const home = mkdtempSync(join(tmpdir(), 'tako-repl-'))
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [ENTRY, 'repl'], {
    // What was typed is kept in HOME.
    env: { PATH, HOME: home, TAKO_HOME: home, PORT: '0', ADMIN_PASSWORD: 'Password01!', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const gone = once(child, 'exit')
  let said = ''
  const hear = (chunk: Buffer) => {
    said += chunk
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const prompt = (what = PROMPT) =>
    until(
      () => {
        if (child.exitCode !== null) throw new Error(`It has ended: ${said}`)
        return what.test(stripVTControlCharacters(said))
      },
      'the REPL waits for a line',
      30_000,
    ).catch((error) => {
      throw new Error(`${error.message} It said: ${said}`)
    })
  await prompt()

  return {
    async type(line, what) {
      said = ''
      child.stdin.write(`${line}\n`)
      await prompt(what)
      return stripVTControlCharacters(said)
    },
    async leave() {
      child.stdin.end()
      const [code] = await gone
      return code
    },
    async remove() {
      child.kill('SIGKILL')
      if (child.exitCode === null) await gone
      rmSync(home, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
