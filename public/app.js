import { html, LitElement, nothing } from 'lit'
import { html as staticHtml, unsafeStatic } from 'lit/static-html.js'
import { api } from './api.js'
import { missing, noSpace } from './components/not-found.js'
import './components/tako-problem.js'
import './components/tako-shell.js'
import { focusHeading } from './focus-heading.js'
import { closeLive, onChange, onConnection } from './live.js'
import { NAVIGATED, navigate, startNavigation } from './navigation.js'
import { pageOfOldAddress } from './old-addresses.js'
import { isAdministrator } from './permissions.js'
import { routeOf } from './routes.js'
import { getMe } from './session.js'

/** @typedef {import('./api.js').Resource} Resource */

const LAST_SPACE = 'last-space'
/** The pages of the whole server look as if they were in no space. @type {Resource} */
const NO_SPACE = { Id: '', Name: 'Server', Slug: 'configuration' }

/** Knows who is signed in and which space is shown, and puts the page of the address into the frame. */
class TakoApp extends LitElement {
  static properties = {
    me: { state: true },
    error: { state: true },
    found: { state: true },
    isMissing: { state: true },
    running: { state: true },
    lostSince: { state: true },
    server: { state: true },
    isOutdated: { state: true },
  }

  constructor() {
    super()
    /** @type {import('./permissions.js').Me | undefined} */
    this.me = undefined
    /** @type {Error | undefined} */
    this.error = undefined
    /** The page that is shown, once its module is there. @type {ReturnType<typeof routeOf>} */
    this.found = undefined
    this.isMissing = false
    /** How many tasks run in the space. @type {number | undefined} */
    this.running = undefined
    /** @type {Date | undefined} */
    this.lostSince = undefined
    /** @type {{ version: string, nodes: number } | undefined} */
    this.server = undefined
    /** Whether the server has other files than this tab. */
    this.isOutdated = false
  }

  #followed = ''
  #unfollow = () => {}
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #counting
  #shownPath = ''
  /** @type {Promise<typeof import('./shortcuts.js')> | undefined} */
  #shortcuts

  createRenderRoot() {
    return this
  }

  connectedCallback() {
    super.connectedCallback()
    addEventListener(NAVIGATED, () => void this.#arrive())
    addEventListener('tako-signed-out', () => void this.#toSignIn())
    addEventListener('unhandledrejection', (event) => this.#onRejection(event))
    addEventListener('tako-signed-in', () => void this.#signedIn())
    addEventListener('tako-spaces-changed', async (event) => {
      await this.#refresh()
      if (event instanceof CustomEvent) event.detail()
    })
    addEventListener('keydown', (event) => void this.#onKey(event))
    this.addEventListener('heading', (event) => {
      this.#nameTab(/** @type {CustomEvent<string>} */ (event).detail)
    })
    onConnection((since) => {
      this.lostSince = since
    })
    startNavigation()
    void this.#start()
  }

  /** @returns {Promise<void>} */
  async #start() {
    this.error = undefined
    if (location.pathname.startsWith('/sign-in')) return this.#arrive()
    // Meanwhile; if it fails, the arrival asks again, and tells.
    routeOf(location.pathname)
      ?.route.load()
      .catch(() => {})
    try {
      this.me = await getMe()
    } catch (error) {
      if (isStatus(error, 401)) return this.#toSignIn()
      this.error = /** @type {Error} */ (error)
      return
    }
    await this.#arrive()
    void this.#about()
  }

  async #signedIn() {
    this.me = await getMe()
    const to = new URLSearchParams(location.search).get('to') ?? '/'
    // Only a page of this server: an address in a link must not lead elsewhere.
    await navigate(/^\/(?![/\\])/.test(to) ? to : '/', { replace: true })
    void this.#about()
  }

  async #toSignIn() {
    const { pathname, search, hash } = location
    const to = pathname + search + hash
    const query = to === '/' ? '' : `?to=${encodeURIComponent(to)}`
    if (pathname !== '/sign-in') await navigate(`/sign-in${query}`, { replace: true })
    // Who would lose what he has typed may stay, and sign in elsewhere.
    if (location.pathname !== '/sign-in') return
    this.me = undefined
    this.#leaveSpace()
  }

  #leaveSpace() {
    closeLive()
    this.#unfollow()
    this.#followed = ''
  }

  /** The spaces and permissions may be others now. */
  async #refresh() {
    if (this.me) this.me = await getMe()
  }

  async #about() {
    const [root, nodes] = await Promise.all([
      api.get('/api'),
      isAdministrator(this.me) ? api.get('/octopusservernodes') : undefined,
    ])
    this.server = { version: root.TakoVersion ?? root.Version, nodes: nodes?.TotalResults ?? 1 }
  }

  /** @returns {Promise<void>} */
  async #arrive() {
    const { pathname, hash } = location
    const page = pageOfOldAddress(pathname, hash)
    if (page !== undefined) return navigate(page, { replace: true })
    if (!this.me && pathname !== '/sign-in') return this.#start()
    if (pathname === '/') return this.#toFirstSpace()
    const found = routeOf(pathname)
    this.isMissing = !found
    if (!found) return
    try {
      await found.route.load()
    } catch (error) {
      // The files of this address are gone: the server has others now.
      if (navigator.onLine && sessionStorage.getItem('reloaded') !== pathname) {
        sessionStorage.setItem('reloaded', pathname)
        location.reload()
        return
      }
      this.error = new Error('This page could not be loaded. The server may have been updated.', {
        cause: error,
      })
      return
    }
    sessionStorage.removeItem('reloaded')
    if (location.pathname !== pathname) return
    this.error = undefined
    this.found = found
    this.#follow()
  }

  #toFirstSpace() {
    const { spaces = [] } = this.me ?? {}
    const last = localStorage.getItem(LAST_SPACE)
    const space =
      spaces.find(({ Id }) => Id === last) ?? spaces.find(({ IsDefault }) => IsDefault) ?? spaces[0]
    if (space) return navigate(`/${space.Slug}`, { replace: true })
    if (isAdministrator(this.me)) return navigate('/configuration/spaces', { replace: true })
    this.found = undefined
    this.isMissing = false
  }

  /** The space of the address, by slug or id. */
  get #space() {
    const wanted = this.found?.params.space
    const { spaces = [] } = this.me ?? {}
    if (wanted) {
      const lower = wanted.toLowerCase()
      return spaces.find(({ Id, Slug }) => Id === wanted || Slug?.toLowerCase() === lower)
    }
    return undefined
  }

  /** The space that links lead to: that of the page, or the last one. */
  get #home() {
    const { spaces = [] } = this.me ?? {}
    const last = localStorage.getItem(LAST_SPACE)
    return (
      this.#space ??
      spaces.find(({ Id }) => Id === last) ??
      spaces.find(({ IsDefault }) => IsDefault) ??
      spaces[0]
    )
  }

  /** Counts what runs in the space, and again whenever a task changes. */
  #follow() {
    const space = this.#home
    if (this.#space) localStorage.setItem(LAST_SPACE, this.#space.Id)
    if (!space || !this.me || this.#followed === space.Id) return
    this.#unfollow()
    this.#followed = space.Id
    this.running = undefined
    void this.#count(space)
    this.#unfollow = onChange(space.Id, ({ Kind }) => {
      if (Kind === 'Space') void this.#refresh()
      if (Kind !== 'ServerTask' && Kind !== 'gap') return
      clearTimeout(this.#counting)
      this.#counting = setTimeout(() => void this.#count(space), 300)
    })
  }

  /** @param {Resource} space */
  async #count(space) {
    const page = await api
      .space(space)
      .get('/tasks?states=Executing,Cancelling&hasPendingInterruptions=false&take=1')
      .catch(() => undefined) // A number beside the point: its absence is its own message.
    this.running = page?.TotalResults
  }

  /**
   * What is loaded when it is wanted may be gone: a server with other files answers now.
   * @param {PromiseRejectionEvent} event
   */
  #onRejection({ reason }) {
    if (reason instanceof TypeError && /module/.test(reason.message)) this.isOutdated = true
  }

  /** @param {KeyboardEvent} event */
  async #onKey(event) {
    if (!this.me) return
    if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
      event.preventDefault()
      await this.#openPalette()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const target = event.composedPath()[0]
    if (target instanceof Element && target.closest('input, textarea, select, [contenteditable]')) {
      return
    }
    // One promise for all keys: two of their own need not come back in the order in which they were pressed.
    this.#shortcuts ??= import('./shortcuts.js')
    const { shortcut } = await this.#shortcuts
    shortcut(event.key, this.#home?.Slug ?? '')
  }

  async #openPalette() {
    await import('./pages/palette.js')
    if (document.querySelector('tako-palette')) return
    const palette = /** @type {import('./pages/palette.js').TakoPalette} */ (
      document.createElement('tako-palette')
    )
    palette.space = this.#home ?? NO_SPACE
    if (this.me) palette.me = this.me
    document.body.append(palette)
  }

  /** @param {string} heading */
  #nameTab(heading) {
    const place = this.#space ? ` · ${this.#space.Name}` : ''
    document.title = `${heading}${place} · Tako`
  }

  updated() {
    // On another page, the reader begins at its top, with its heading.
    const path = location.pathname
    if (!this.found || this.#shownPath === path) return
    const isFirst = this.#shownPath === ''
    this.#shownPath = path
    if (isFirst || location.hash) return
    scrollTo(0, 0)
    const page = this.querySelector('.page-slot')?.firstElementChild
    if (page instanceof LitElement) void page.updateComplete.then(() => focusHeading(page))
  }

  render() {
    if (this.error && !this.me) return this.#failed(this.error)
    if (location.pathname === '/sign-in') {
      return this.found?.route.tag === 'tako-page-sign-in'
        ? html`<tako-page-sign-in .query=${new URLSearchParams(location.search)}></tako-page-sign-in>`
        : nothing
    }
    const { me } = this
    if (!me) return nothing
    return html`
      <tako-shell .me=${me} .space=${this.#home} .area=${this.found?.route.area ?? ''} .place=${this.found?.route.part ?? ''}
        .running=${this.running} .lostSince=${this.lostSince} .server=${this.server} .isInSpace=${Boolean(this.#space)}
        @palette=${() => this.#openPalette()} @sign-out=${() => this.#signOut()}>
        ${this.isOutdated ? html`<p class="outdated" role="status">Tako was updated. <button class="button compact" type="button" @click=${() => location.reload()}>Reload</button></p>` : nothing}
        <main class="page-slot" id="page" tabindex="-1">${this.#page(me)}</main>
      </tako-shell>`
  }

  /** @param {import('./permissions.js').Me} me */
  #page(me) {
    if (this.error) return this.#failed(this.error)
    const { found } = this
    if (this.isMissing) return missing('There is no page at this address.')
    if (!found) return me.spaces.length ? nothing : noSpace
    const { route, params } = found
    if (params.space && !this.#space) {
      return missing(`There is no space ‘${params.space}’, or you may not see it.`)
    }
    const query = new URLSearchParams(location.search)
    const tag = unsafeStatic(route.tag)
    return staticHtml`<${tag} .space=${this.#space ?? NO_SPACE} .params=${rest(params)} .query=${query} .me=${me}></${tag}>`
  }

  /** @param {Error} error */
  #failed(error) {
    return html`<div class="page"><tako-problem .error=${error} @retry=${() => this.#start()}></tako-problem></div>`
  }

  async #signOut() {
    await api.post('/users/logout')
    this.me = undefined
    this.#leaveSpace()
    await navigate('/sign-in')
  }
}

/** @param {unknown} error @param {number} status */
const isStatus = (error, status) =>
  error instanceof Error && 'status' in error && error.status === status

/** What a page gets of its address: the space it gets as a whole. @param {Record<string, string>} params */
function rest({ space: _, ...params }) {
  return params
}

customElements.define('tako-app', TakoApp)
