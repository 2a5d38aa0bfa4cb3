import { html, nothing } from 'lit'
import { counted, size } from '../format.js'

/**
 * A worker as the API has it. One that a client has written down, such as a Tentacle, has no fingerprint.
 * @typedef {Record<string, any> & { Id: string, Name: string, WorkerPoolIds: string[], IsDisabled: boolean, HealthStatus: string,
 *   StatusSummary?: string, Approval: 'Waiting' | 'Approved', Fingerprint: string | null, IsDraining: boolean, LastSeen: string | null,
 *   Slots: number | null, RunningCount: number, Running: { RunId: string, TaskId: string }[], FreeDiskBytes: number | null,
 *   Version: string | null, OperatingSystem: string, Shells: { Name: string, Version: string | null }[] }} Worker
 * @typedef {{ state: import('./tako-state.js').State, word: string }} Look
 */

/** Whether the worker has asked to join, and waits for somebody to compare its fingerprint. @param {Worker} worker */
export const isWaiting = ({ Approval }) => Approval === 'Waiting'

/** @type {Record<string, Look>} */
const HEALTH = {
  Healthy: { state: 'success', word: 'Healthy' },
  HasWarnings: { state: 'warnings', word: 'Has warnings' },
  Unhealthy: { state: 'failed', word: 'Unhealthy' },
  Unavailable: { state: 'failed', word: 'Not seen' },
  Unknown: { state: 'pending', word: 'Not known yet' },
}

/** How a worker is, as icon and word: what an operator has decided goes before what the machine says. @param {Worker} worker @returns {Look} */
export function lookOf(worker) {
  const { IsDisabled, IsDraining, HealthStatus, RunningCount } = worker
  if (isWaiting(worker)) return { state: 'waiting', word: 'Waits for approval' }
  if (IsDisabled) return { state: 'cancelled', word: 'Disabled' }
  if (HealthStatus === 'Unavailable' || HealthStatus === 'Unhealthy') {
    return /** @type {Look} */ (HEALTH[HealthStatus])
  }
  if (IsDraining) {
    return RunningCount > 0
      ? { state: 'executing', word: `Draining, ${RunningCount} left` }
      : { state: 'cancelled', word: 'Drained' }
  }
  return HEALTH[HealthStatus] ?? { state: 'pending', word: HealthStatus }
}

/** Whether it is one of Tako's own, which can be drained. @param {Worker} worker */
export const isOurs = ({ Fingerprint }) => Boolean(Fingerprint)

/** Whether it takes new work as far as one can see. @param {Worker} worker */
export const isReady = (worker) =>
  !isWaiting(worker) &&
  !worker.IsDisabled &&
  !worker.IsDraining &&
  ['Healthy', 'HasWarnings'].includes(worker.HealthStatus)

/** More ticks than this say less than a bar. */
const MOST_TICKS = 24

/** The slots of a worker, used ones filled, with the numbers beside. @param {Worker} worker */
export function slotsOf({ Slots, RunningCount, Name }) {
  if (!Slots) return html`<span class="quiet">not known</span>`
  const ticks =
    Slots <= MOST_TICKS
      ? html`<span class="slots" aria-hidden="true">${Array.from({ length: Slots }, (_, at) => html`<i class=${at < RunningCount ? 'used' : ''}></i>`)}</span>`
      : meter(RunningCount, Slots)
  return html`${ticks}<span class="number small" title="Slots of ${Name} in use">${RunningCount} of ${Slots}</span>`
}

/** A bar for how much of something is used. @param {number} used @param {number} all */
export const meter = (used, all) =>
  html`<span class="meter" aria-hidden="true"><i style="width:${all ? Math.min(100, (100 * used) / all) : 0}%"></i></span>`

/** The tasks that a worker has work of, each once. @param {Worker} worker */
export const tasksOf = ({ Running }) => [...new Set(Running.map(({ TaskId }) => TaskId))]

/** `38 GB`, or nothing when the worker has not said it. @param {Worker} worker */
export const diskOf = ({ FreeDiskBytes }) => (FreeDiskBytes === null ? '' : size(FreeDiskBytes))

/** The shells that it has, with their versions: `bash 5.2.15, python3 3.11.2`. @param {Worker} worker */
export const shellsOf = ({ Shells }) =>
  Shells.filter(({ Version }) => Version)
    .map(({ Name, Version }) => `${Name} ${Version}`)
    .join(', ')

/** The operating system, '' until the worker has said which. @param {Worker} worker */
export const systemOf = ({ OperatingSystem }) =>
  OperatingSystem === 'Unknown' ? '' : OperatingSystem

/** A fingerprint in groups of four, as the worker itself prints it. @param {string} text 40 hexadecimal digits @param {string} [kind] `large` where it is compared */
export function fingerprint(text, kind = '') {
  if (!text) return nothing
  const groups = text.match(/.{1,4}/g) ?? []
  // Read as one text, not as ten.
  return html`<code class="fingerprint ${kind}" role="img" aria-label=${groups.join(' ')}>${groups.map((group) => html`<span>${group}</span>`)}</code>`
}

/** What several workers have in common, in numbers. @param {Worker[]} workers */
export function figuresOf(workers) {
  const approved = workers.filter((worker) => !isWaiting(worker))
  const taking = approved.filter((worker) => isReady(worker))
  const sum = (/** @type {(worker: Worker) => number} */ part) =>
    approved.reduce((total, worker) => total + part(worker), 0)
  const looks = approved.map((worker) => lookOf(worker).state)
  return {
    workers: approved.length,
    waiting: workers.length - approved.length,
    ready: taking.length,
    // Of one that takes nothing new, only those count that are still in use.
    slots: sum((worker) => (isReady(worker) ? (worker.Slots ?? 0) : worker.RunningCount)),
    used: sum(({ RunningCount }) => RunningCount),
    failed: looks.filter((state) => state === 'failed').length,
    warned: looks.filter((state) => state === 'warnings').length,
  }
}

/** What a step that asks for this pool finds, in a few words. @param {Worker[]} workers of the pool @param {boolean} isDefault */
export function readinessOf(workers, isDefault) {
  if (workers.length === 0) {
    return isDefault
      ? 'No worker yet: the built-in worker of the server runs the steps.'
      : 'No worker yet: steps that ask for this pool wait, then fail.'
  }
  const ready = workers.filter(isReady).length
  if (ready === 0) return 'No worker ready: steps that ask for this pool wait, then fail'
  return `${ready} of ${counted(workers.length, 'worker')} ready`
}
