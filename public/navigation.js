/** Says in a sentence what would be lost by leaving, or undefined when nothing would. @typedef {() => string | undefined} Guard */

/** @type {Set<Guard>} */
const guards = new Set()
let shown = location.pathname + location.search

/** Sent to `window` after the address has changed. */
export const NAVIGATED = 'tako-navigated'

/**
 * Goes to a page of Tako, without asking the server for the document again.
 * @param {string} path with its query: `/harbour/tasks?state=Failed`
 * @param {{ replace?: boolean }} [options] `replace` leaves no entry in the history
 */
export async function navigate(path, { replace = false } = {}) {
  if (pathOf(path) !== location.pathname && !(await mayLeave())) return
  history[replace ? 'replaceState' : 'pushState'](null, '', path)
  announce()
}

/**
 * Keeps what a page shows in its address: `setQuery({ state: 'Failed', skip: '' })`. Empty removes.
 * @param {Record<string, string | undefined>} changes
 */
export function setQuery(changes) {
  const query = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value)
    else query.delete(name)
  }
  const text = query.toString()
  history.replaceState(null, '', location.pathname + (text ? `?${text}` : '') + location.hash)
  announce()
}

/**
 * Asks before a page with unsaved changes is left, until the returned function is called.
 * @param {Guard} guard
 * @returns {() => void}
 */
export function holdLeaving(guard) {
  guards.add(guard)
  return () => {
    guards.delete(guard)
  }
}

/** Follows links of Tako and the browser's own buttons. Called once, by the app. */
export function startNavigation() {
  addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.composedPath().find((part) => part instanceof HTMLAnchorElement)
    if (!link || link.target || link.hasAttribute('download')) return
    if (link.origin !== location.origin || link.pathname.startsWith('/api')) return
    // A place on the page that is shown is the browser's own affair.
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return
    event.preventDefault()
    void navigate(link.pathname + link.search + link.hash)
  })
  addEventListener('popstate', async () => {
    const wanted = location.pathname + location.search + location.hash
    if (pathOf(wanted) !== pathOf(shown) && lossOf()) {
      history.pushState(null, '', shown)
      if (!(await mayLeave())) return
      history.replaceState(null, '', wanted)
    }
    announce()
  })
  addEventListener('beforeunload', (event) => {
    if (lossOf()) event.preventDefault()
  })
}

function announce() {
  shown = location.pathname + location.search
  dispatchEvent(new Event(NAVIGATED))
}

/** @param {string} path */
const pathOf = (path) => new URL(path, location.origin).pathname

const lossOf = () => [...guards].map((guard) => guard()).find(Boolean)

async function mayLeave() {
  const loss = lossOf()
  if (!loss) return true
  const { ask } = await import('./components/tako-ask.js')
  const isSure = await ask({ title: 'Leave without saving?', text: loss, verb: 'Leave' })
  if (isSure) guards.clear()
  return isSure
}
