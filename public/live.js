import { stream } from './api.js'

/**
 * What the server says has changed; `{ Kind: 'gap' }` when something may have been missed.
 * @typedef {{ Kind: string, Id?: string, ProjectId?: string, EnvironmentId?: string, TaskId?: string }} Change
 */

const HIDDEN_LIMIT_MS = 5 * 60_000

/** @type {Map<(change: Change) => void, string>} */
const listeners = new Map()
/** @type {Set<(since: Date | undefined) => void>} */
const watchers = new Set()

let openSpace = ''
/** @type {(() => void) | undefined} */
let close
let wasConnected = false
/** @type {Date | undefined} */
let lostSince
/** @type {ReturnType<typeof setTimeout> | undefined} */
let hiddenTimer

/**
 * Tells of every change in a space until the returned function is called. A tab has one stream, that of the
 * space it shows.
 * @param {string} spaceId '' listens to whichever space is open
 * @param {(change: Change) => void} callback
 * @returns {() => void}
 */
export function onChange(spaceId, callback) {
  listeners.set(callback, spaceId)
  if (spaceId && openSpace !== spaceId) open(spaceId)
  return () => {
    listeners.delete(callback)
  }
}

/**
 * Tells since when the stream is lost, or undefined when it is there.
 * @param {(since: Date | undefined) => void} callback
 * @returns {() => void}
 */
export function onConnection(callback) {
  watchers.add(callback)
  return () => watchers.delete(callback)
}

/** Ends the stream, as when somebody signs out. */
export function closeLive() {
  close?.()
  close = undefined
  openSpace = ''
  setLost(undefined)
}

/** @param {string} spaceId */
function open(spaceId) {
  closeLive()
  openSpace = spaceId
  wasConnected = false
  close = stream(
    (lastId) =>
      `/${spaceId}/events/stream${lastId ? `?lastEventId=${encodeURIComponent(lastId)}` : ''}`,
    { changed: tell, gap: () => tell({ Kind: 'gap' }) },
    (isConnected) => {
      if (!isConnected) return setLost(lostSince ?? new Date())
      // What happened while the stream was lost is unknown.
      if (wasConnected) tell({ Kind: 'gap' })
      wasConnected = true
      setLost(undefined)
    },
  )
}

/** @param {Change} change */
function tell(change) {
  for (const [listener, spaceId] of listeners) {
    if (!spaceId || spaceId === openSpace) listener(change)
  }
}

/** @param {Date | undefined} since */
function setLost(since) {
  if (lostSince === since) return
  lostSince = since
  for (const watcher of watchers) watcher(since)
}

// A tab that nobody sees for long does not keep a stream open; it asks for everything when it is seen again.
document.addEventListener('visibilitychange', () => {
  clearTimeout(hiddenTimer)
  if (document.hidden) {
    hiddenTimer = setTimeout(() => {
      close?.()
      close = undefined
    }, HIDDEN_LIMIT_MS)
    return
  }
  if (!openSpace || close) return
  open(openSpace)
  tell({ Kind: 'gap' })
})
