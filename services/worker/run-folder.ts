/**
 * What a run keeps on disk, `<workFolder>/runs/<runId>/`:
 *
 *   run.json      who it is: its process, and when it was started; there from just after the start
 *   out, err      what the script prints: files, so it goes on when its worker has died
 *   exit          its exit code and a line end, written by its own shell when it has ended
 *   stopped       why it is being ended: 'cancelled' or 'timedOut'; there before the first signal
 *   term          of the lease that it is under; not there while that is the first
 *   sent          which bytes of out and err went into which batch of its log (`run-log.ts`)
 *   work/, tmp/   its working folder, and its TMPDIR
 *
 * and the script's own files, the only ones with secrets, until it has ended.
 */
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Identity } from './process-table.ts'

/** What is known of a run that has been started. */
export interface RunRecord {
  /** null when the script's process had ended before it could be looked at. */
  leader: Identity | null
  /** Epoch ms. */
  startedAt: number
  /** Lines of the log before the script's own. */
  preface: string
  /** A sentence that says why there is no script, null when there is one. */
  startError: string | null
}

export type StopReason = 'cancelled' | 'timedOut'

const kept = new Set(['run.json', 'out', 'err', 'exit', 'stopped', 'term', 'sent', 'work', 'tmp'])

export type RunFolder = ReturnType<typeof runFolder>

/** The folder of a run, whether it is there or not. */
export function runFolder(path: string) {
  const file = (name: string) => join(path, name)
  return {
    path,
    workFolder: file('work'),
    temporaryFolder: file('tmp'),
    outputs: { out: file('out'), err: file('err') },
    recordFile: file('run.json'),

    exists: () => existsSync(path),
    /** Before its output files are there, a run has certainly not been started. */
    mayBeStarted: () => existsSync(file('err')),

    make(files: { name: string; content: string; mode: number }[]) {
      for (const folder of [path, file('work'), file('tmp')]) {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
      }
      for (const { name, content, mode } of files) writeFileSync(file(name), content, { mode })
    },

    /** `out` and `err` are appended to by the script and read by its worker, `sent` is the worker's own. */
    openFiles: () => ({
      sent: openFile(file('sent')),
      out: openFile(file('out')),
      err: openFile(file('err')),
    }),

    writeRecord: (record: RunRecord) => writeFileSync(file('run.json'), JSON.stringify(record)),
    readRecord: (): RunRecord | null => JSON.parse(textOf(file('run.json')) || 'null'),

    /** null while there is none, or it is only half there. */
    exitCode(): number | null {
      const text = textOf(file('exit'))
      return text.endsWith('\n') ? Number(text) : null
    },
    /** Its shell has begun to write the code, and could not: the disk was full. */
    isExitTorn: () => existsSync(file('exit')) && !textOf(file('exit')).endsWith('\n'),
    endedAt(): number | null {
      const stat = statSync(file('exit'), { throwIfNoEntry: false })
      return stat ? Math.round(stat.mtimeMs) : null
    },

    stop: (reason: StopReason) => writeFileSync(file('stopped'), reason),
    stopReason: (): StopReason | null => (textOf(file('stopped')) || null) as StopReason | null,

    writeTerm: (term: number) => writeFileSync(file('term'), `${term}\n`),
    term(): number {
      const text = textOf(file('term'))
      return text.endsWith('\n') ? Number(text) : 1
    },

    /** The script has been read to its end: what is left of it is only its secrets. */
    removeScript() {
      for (const name of readdirSync(path)) {
        if (!kept.has(name)) rmSync(file(name), { recursive: true, force: true })
      }
    },
    removeAtOnce: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }),
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  }
}

const openFile = (path: string) => openSync(path, 'a+', 0o600)

/** '' when there is no such file. */
function textOf(path: string): string {
  if (!existsSync(path)) return ''
  return readFileSync(path, 'utf8')
}
