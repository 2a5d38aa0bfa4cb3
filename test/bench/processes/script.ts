import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'

/** Runs a script as a worker of BullMQ would be made to: in a folder of its own, its output in a file. */
export async function runScript(script: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const log = await open(join(folder, 'log'), 'w')
  try {
    const child = spawn('bash', ['-c', script], {
      cwd: folder,
      stdio: ['ignore', log.fd, log.fd],
    })
    const [code] = await once(child, 'exit')
    if (code !== 0) throw new Error(`The script ended with ${code}.`)
  } finally {
    await log.close()
  }
}
