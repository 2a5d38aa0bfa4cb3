import { type ChildProcess, spawn } from 'node:child_process'

interface Start {
  command: string
  args: string[]
  workFolder: string
  environment: Record<string, string>
  /** Open files for what it prints. */
  files: { out: number; err: number }
}

/** The script's shell: it is there to write down how the script has ended, whoever is still alive then. */
const wrapper = '"$@"; code=$?; echo $code > ../exit; exit $code'

/**
 * Starts a script in a session, so a process group, of its own. It depends on nothing of its
 * worker: its output goes to files, and its exit code too.
 */
export function startScript({
  command,
  args,
  workFolder,
  environment,
  files,
}: Start): ChildProcess {
  const child = spawn('/bin/sh', ['-c', wrapper, 'sh', command, ...args], {
    cwd: workFolder,
    env: environment,
    detached: true,
    stdio: ['ignore', files.out, files.err],
  })
  child.unref()
  return child
}
