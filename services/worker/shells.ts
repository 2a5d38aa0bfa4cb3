import { execFile } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What Tako's scripts may need. A POSIX shell has no way to ask for its version. */
const programs: { name: string; args: string[] }[] = [
  { name: 'bash', args: ['--version'] },
  { name: 'sh', args: ['-c', 'echo POSIX'] },
  { name: 'python3', args: ['--version'] },
  { name: 'pwsh', args: ['--version'] },
  { name: 'dotnet', args: ['--version'] },
]

/** Where a program is on the path, null when it is not. */
export function findProgram(name: string, path: string): string | null {
  const places = path.split(delimiter).filter((folder) => folder !== '')
  return places.map((folder) => join(folder, name)).find(isProgram) ?? null
}

/** Where each of them is, null where it is not. */
export const findPrograms = (path: string): (string | null)[] =>
  programs.map(({ name }) => findProgram(name, path))

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    // Not there, or not to be started by us: the next place may have it.
    return false
  }
}

export interface Shell {
  name: string
  /** null where it is not on the path, or does not start. */
  version: string | null
}

/** Which interpreters there are, found out by starting each. */
export function shellsOf(environment: Record<string, string>): Promise<Shell[]> {
  return Promise.all(
    programs.map(async ({ name, args }) => ({
      name,
      version: findProgram(name, environment.PATH ?? '')
        ? await versionOf(name, args, environment)
        : null,
    })),
  )
}

async function versionOf(name: string, args: string[], env: Record<string, string>) {
  try {
    const { stdout, stderr } = await run(name, args, { env, timeout: 20_000 })
    const [first = ''] = (stdout || stderr).trim().split('\n')
    return /\d+(\.\d+)+/.exec(first)?.[0] ?? first
  } catch {
    // On the path and not able to start is as good as not there; the run itself will say why.
    return null
  }
}
