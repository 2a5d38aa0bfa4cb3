/** A worker's way to start scripts: by a small process that forks in its place. */
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { FromLauncher, Launch, ToLauncher } from './launcher.ts'
import type { Identity } from './process-table.ts'

const entry = join(import.meta.dirname, 'launch.ts')

/** A script that was started here. */
export interface Script {
  /** null when it had ended before it could be looked at. */
  leader: Identity | null
  /** Why its record could not be written; null when it is there. */
  recordFault: NodeJS.ErrnoException | null
  /** Its exit code, null where a signal has ended it; 'not known' when nobody is there who could tell. */
  ended: Promise<number | null | 'not known'>
}

export interface Launcher {
  /** Fails where no process can be started. */
  start(launch: Launch): Promise<Script>
  /** Nothing is started any more; what was goes on. */
  close(): void
}

interface Expected {
  started(news: FromLauncher): void
  ended(code: number | null | 'not known'): void
}

/** One process that starts scripts, and what is still to be heard of it: by the numbers of the scripts. */
interface Process {
  child: ChildProcess
  expected: Map<number, Expected>
}

/** `environment` is what all scripts have. The process is there from the first script on, and again when it has died. */
export function launcherWith(environment: Record<string, string>): Launcher {
  let current: Process | null = null
  let last = 0

  function processNow(): Process {
    current ??= begun()
    return current
  }

  function begun(): Process {
    const expected = new Map<number, Expected>()
    const next = fork(entry, {
      // Nothing of the worker's own comes to it.
      env: {},
      execArgv: ['--max-semi-space-size=1'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    // It goes when the worker does, and does not keep it.
    next.unref()
    next.channel?.unref()
    const it = { child: next, expected }
    next.on('message', (news: FromLauncher) => hear(expected, news))
    const gone = () => {
      if (current === it) current = null
      next.removeAllListeners('message')
      for (const [number, { started, ended }] of expected) {
        expected.delete(number)
        started({ number, startFault: 'The process that starts scripts has ended.' })
        ended('not known')
      }
    }
    next.once('exit', gone)
    // Each message that does not reach it any more is an error of its own.
    next.on('error', gone)
    next.send({ environment } satisfies ToLauncher)
    return it
  }

  function hear(expected: Process['expected'], news: FromLauncher) {
    const who = expected.get(news.number)
    if (!who) return
    if (!('code' in news)) who.started(news)
    if ('leader' in news) return
    expected.delete(news.number)
    who.ended('code' in news ? news.code : 'not known')
  }

  return {
    async start(launch) {
      const number = ++last
      const started = Promise.withResolvers<FromLauncher>()
      const ended = Promise.withResolvers<number | null | 'not known'>()
      const { child, expected } = processNow()
      expected.set(number, { started: started.resolve, ended: ended.resolve })
      child.send({ number, launch } satisfies ToLauncher)
      const news = await started.promise
      if ('startFault' in news) throw new Error(news.startFault)
      if (!('leader' in news)) throw new Error('A script has ended that was not started.')
      const { leader, recordFault } = news
      return {
        leader,
        recordFault:
          recordFault && Object.assign(new Error(recordFault.message), codeOf(recordFault)),
        ended: ended.promise,
      }
    },

    close() {
      current?.child.disconnect()
      current = null
    },
  }
}

const codeOf = ({ code }: { code: string | null }) => (code === null ? {} : { code })
