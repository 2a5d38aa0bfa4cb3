import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Outcomes, RunSpec, Wish } from '#bus/orders.ts'
import { createBatchSender } from './batch-sender.ts'
import { bringArtifacts } from './bringing.ts'
import { createClaims } from './claims.ts'
import { endProcesses } from './ending.ts'
import type { Epochs } from './epochs.ts'
import { diskFull, isDiskFull, writeReason } from './full-disk.ts'
import { launcherWith } from './launching.ts'
import type { Outlet, SealedBatch } from './outlet.ts'
import { isAlive } from './process-table.ts'
import { lackOfRoom } from './room.ts'
import { followRun, type Run } from './run.ts'
import { type RunFolder, runFolder } from './run-folder.ts'
import { lostRun } from './run-result.ts'
import { reopenRun, startRun } from './run-start.ts'
import type { WorkerSettings } from './settings.ts'

type Answer = Outcomes['run']
type RunWish = Extract<Wish, { do: 'run' }> & { ask: string }
type RunOf = Pick<RunWish, 'runId' | 'term'>
type Why = Extract<Answer, { state: 'refused' }>['why']
type Opened = Run | { why: Why; reason: string }

const ANOTHERS = 'Another scheduler has the run by now.'

interface Surroundings {
  settings: WorkerSettings
  epochs: Epochs
  outlet: Outlet
  /** What runs is different from before. */
  changed(): void
}

export type Runs = ReturnType<typeof createRuns>

/** The runs of a worker: those under way, and those whose result nobody has taken yet. */
export function createRuns({ settings, epochs, outlet, changed }: Surroundings) {
  const { name, slots, graceMs } = settings
  const root = join(settings.workFolder, 'runs')
  mkdirSync(root, { recursive: true, mode: 0o700 })
  const runs = new Map<string, Run>()
  const claims = createClaims()
  const sender = createBatchSender(outlet.failed)
  const launcher = launcherWith(settings.environment)
  /** Those that are being started: nothing of them is in `runs` or `claims` yet. */
  const opening = new Map<string, Promise<Opened>>()
  const leaving = Promise.withResolvers<null>()
  const shuttingDown = `The worker ${name} is shutting down.`
  let leaves = false

  const folderOf = (runId: string) => runFolder(join(root, runId))
  for (const runId of readdirSync(root)) claims.found(runId, folderOf(runId))

  /** Also those that a worker before this one has left, and nobody has asked for again yet. */
  const running = () => {
    const claimed = claims.ids().filter((runId) => {
      const run = runs.get(runId)
      return run ? !run.isOver() : isUnderWay(folderOf(runId))
    })
    return [...new Set([...opening.keys(), ...claimed])]
  }

  /** Starts a run, or goes on with what a worker before this one has left. */
  async function open(runId: string, spec: RunSpec): Promise<Run> {
    const folder = folderOf(runId)
    const now = Date.now()
    const started = folder.mayBeStarted()
      ? reopenRun(folder, now)
      : await startRun({ runId, spec, folder, settings, launcher, now })
    return followRun(
      {
        ...{ runId, spec, folder, sender, graceMs, worker: name },
        seal: (batch) => outlet.seal(runId, batch),
        send: (seq, text) => record({ runId, seq, text }),
        tellProgress: (progress) =>
          outlet.progress(claims.nodeOf(runId) ?? '', { ...progress, runId }),
        bring: (artifacts, signal) => bringArtifacts({ runId, spec, settings, signal }, artifacts),
        tellOver: changed,
      },
      started,
    )
  }

  async function record(batch: SealedBatch) {
    const { runId } = batch
    const ack = await outlet.record(claims.nodeOf(runId) ?? '', batch)
    // Whoever had the run before cannot say what its log has by now.
    if (ack.term < claims.termOf(runId)) throw new Error('An acknowledgement came too late.')
    return ack.state
  }

  /** Why a run cannot be started now. */
  function lack(spec: RunSpec): { why: Why; reason: string } | null {
    if (leaves) return { why: 'draining', reason: shuttingDown }
    if (running().length >= slots)
      return { why: 'full', reason: `All ${slots} slots of the worker ${name} are taken.` }
    const reason = lackOfRoom(settings, spec.variables)
    return reason === null ? null : { why: 'disk', reason }
  }

  /** The run is new here. Once it was said that nothing of it is here, it must not start any more. */
  async function start({ runId, spec, ask }: RunWish & { spec: RunSpec }): Promise<Opened> {
    const again = 'The worker has had this run, or has said that it will not have it.'
    if (epochs.hasHad(runId) || epochs.hasHad(ask)) return { why: 'again', reason: again }
    const run = lack(spec) ?? (await tryOpen(runId, spec))
    if ('why' in run) epochs.remember(ask)
    return run
  }

  /** From here on until it is there, who asks for it gets the same. */
  function begin(wish: RunWish & { spec: RunSpec }): Promise<Opened> {
    const { runId, spec } = wish
    const begun = folderOf(runId).mayBeStarted() ? open(runId, spec) : start(wish)
    const opened = begun
      .then((run) => {
        if (!('why' in run)) runs.set(runId, run)
        return run
      })
      .finally(() => opening.delete(runId))
    opening.set(runId, opened)
    return opened
  }

  async function tryOpen(runId: string, spec: RunSpec): Promise<Opened> {
    try {
      return await open(runId, spec)
    } catch (error) {
      if (!isDiskFull(error)) throw error
      // The script was not started: before that, all of its files are there.
      folderOf(runId).removeAtOnce()
      return { why: 'disk', reason: `${diskFull(name)}.` }
    }
  }

  /** Fails when another scheduler has had the run since. */
  function heed(runId: string, folder: RunFolder, term: number) {
    if (claims.isLate(runId, term)) throw new Error(ANOTHERS)
    claims.heed(runId, folder, term)
  }

  /** Leaves what another scheduler has had since. */
  async function forget({ runId, term }: RunOf): Promise<boolean> {
    if (opening.has(runId)) return false
    const run = runs.get(runId)
    const folder = folderOf(runId)
    if (claims.isLate(runId, term)) return false
    claims.heed(runId, folder, term)
    const isRunning = run ? !run.isOver() : folder.exists() && isUnderWay(folder)
    if (isRunning) return false
    epochs.remember(runId)
    if (!folder.exists()) {
      claims.drop(runId)
      return false
    }
    run?.abandon()
    await run?.end(60_000)
    runs.delete(runId)
    claims.drop(runId)
    await folder.remove()
    return true
  }

  return {
    running,
    unclaimed: claims.unclaimed,
    /** Why nothing new is taken, whatever it is; null when it is. Slots have no part in this. */
    refuses: () => (leaves ? shuttingDown : lackOfRoom(settings)),
    /** Batches under way may be lost: they go at once again. */
    hurry: () => sender.hurry(),

    /** See `bus/orders.ts`. */
    async run(wish: RunWish): Promise<Answer> {
      const { runId, spec, waitMs, replyTo, term } = wish
      if (claims.isLate(runId, term)) return refused('again', ANOTHERS)
      const starting = opening.get(runId)
      // Without a pause where there is nothing to wait for: two that ask at once begin it once.
      let run: Opened | undefined = starting ? await starting : runs.get(runId)
      const folder = folderOf(runId)
      if (!run && spec === null) {
        if (folder.mayBeStarted())
          return refused('again', 'The worker has started anew, and needs the script once more.')
        epochs.remember(runId)
        // The folder has gone, its processes need not have.
        await endProcesses({ runId, leader: null, graceMs: 0 })
        return { state: 'ended', result: lostRun(runId, Date.now()), rest: null }
      }
      if (!run && spec !== null) run = await begin({ ...wish, spec })
      if (!run) throw new Error(`The run ${runId} has vanished.`)
      if ('why' in run) return refused(run.why, run.reason)
      // While it was started, another may have asked for it.
      if (claims.isLate(runId, term)) return refused('again', ANOTHERS)
      const had = claims.claim(runId, folder, { node: replyTo, term })
      if (had === 'another') sender.hurry(runId)
      if (had === 'nobody') changed()
      const end = await Promise.race([run.end(waitMs), leaving.promise])
      claims.touch(runId)
      return end ? { state: 'ended', ...end } : { state: 'running' }
    },

    stop({ runId, term }: RunOf): boolean {
      const run = runs.get(runId)
      const folder = folderOf(runId)
      const opened = opening.get(runId)
      heed(runId, folder, term)
      // What goes wrong with its start is told to who has asked for that.
      if (opened) void opened.then(stopOpened, () => undefined)
      else if (run) run.stop('cancelled')
      else if (folder.mayBeStarted()) stopUnopened(runId, folder, graceMs)
      else epochs.remember(runId)
      return opened !== undefined || run !== undefined || folder.exists()
    },

    /** Answers those that were here. One whose script still runs stays. */
    async forget(all: RunOf[]): Promise<string[]> {
      const found = await Promise.all(
        all.map(async (one) => ((await forget(one)) ? [one.runId] : [])),
      )
      return found.flat()
    },

    /** Takes nothing new, and lets nobody wait; what runs goes on. */
    leave() {
      leaves = true
      leaving.resolve(null)
    },

    close: launcher.close,
  }
}

function stopOpened(run: Opened) {
  if (!('why' in run)) run.stop('cancelled')
}

const refused = (why: Why, reason: string): Answer => ({ state: 'refused', why, reason })

/** Left by a worker before this one, and not asked for again yet. Who asks then finds it stopped. */
function stopUnopened(runId: string, folder: RunFolder, graceMs: number) {
  if (folder.exitCode() !== null) return
  writeReason(folder, 'cancelled')
  const leader = folder.readRecord()?.leader ?? null
  void endProcesses({ runId, leader, graceMs })
}

/** Whether a script that no run goes with is still running. */
export function isUnderWay(folder: RunFolder): boolean {
  const leader = folder.readRecord()?.leader
  return folder.exitCode() === null && leader !== null && leader !== undefined && isAlive(leader)
}
