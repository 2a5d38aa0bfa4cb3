#!/usr/bin/env node
/**
 * The command: `tako start`, `tako worker` and `tako repl`.
 * Only here does Tako print, and handle the signals of its process.
 */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { config } from '#config'
import type { Running } from './server.ts'

// From the second start on, a third less work. Where the folder cannot be written, nothing is lost.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/tako'))

const [command = 'start'] = process.argv.slice(2)

switch (command) {
  case 'start':
    await start()
    break
  case 'repl':
    await repl()
    break
  case 'worker':
    await work()
    break
  default:
    refuse(`There is no command '${command}'. Say start, worker or repl.`)
}

// What a command needs is loaded by it alone: the worker is started again while work waits for it.

async function start() {
  const { startServer } = await import('./server.ts')
  const server = await startServer({ loggers: true, waiting: tellWaiting() }).catch(refuse)
  stopOnSignals(server)
  print(`Tako listens on ${server.address}`)
  print(`Its data is in ${config.home}`)
  if (server.firstAdministrator) {
    const { username, password } = server.firstAdministrator
    print(`Sign in as ${username} with the password ${password} (shown only this once)`)
  }
}

/** Says why the start waits: at once, when the reason is another, and each minute. */
function tellWaiting() {
  let said = { reason: '', at: 0 }
  return (reason: string) => {
    const at = Date.now()
    if (reason === said.reason && at - said.at < 60_000) return
    said = { reason, at }
    process.stderr.write(`The database does not answer (${reason}): waiting for it.\n`)
  }
}

async function repl() {
  const { runRepl } = await import('./repl.ts')
  const isForWorkers = process.argv.slice(3).includes('--workers')
  await runRepl({ isForWorkers, stopOnSignals, refuse })
}

/** A worker on a machine of its own; or the built-in one, which its server has forked. */
async function work() {
  if (process.channel) {
    const { startBuiltIn } = await import('../services/worker/built-in.ts')
    return startBuiltIn(process)
  }
  const { runWorker } = await import('./worker.ts')
  await runWorker(process.argv.slice(3), { print, refuse, stopOnSignals })
}

/** Stops in order at the first signal; the second one does not wait. */
function stopOnSignals(running: Running) {
  let isStopping = false
  const stop = async () => {
    if (isStopping) process.exit(1)
    isStopping = true
    await running.stop()
    process.exit(0)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

function print(line: string) {
  process.stdout.write(`${line}\n`)
}

/** One line that says what to set right. */
function refuse(reason: unknown): never {
  const text = reason instanceof Error ? reason.message : String(reason)
  process.stderr.write(`${text}\n`)
  process.exit(1)
}
