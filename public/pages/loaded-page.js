import { Task, TaskStatus } from '@lit/task'
import { html, LitElement, nothing } from 'lit'
import '../components/tako-problem.js'
import { onChange } from '../live.js'

/**
 * A page that shows what it has loaded, keeps it while it loads anew, and loads anew when the server says that
 * something has changed. Heirs give `keys`, `load`, `content`, and `isTouched`.
 * @template Data
 */
export class LoadedPage extends LitElement {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    space: { attribute: false },
    params: { attribute: false },
    query: { attribute: false },
    me: { attribute: false },
  }

  /** @type {Data | undefined} */
  data
  /** What `data` was loaded for. */
  #shownKeys = ''
  /** @type {(() => void) | undefined} */
  #stopListening
  #listensTo = ''
  #told = ''
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #reloading
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #clock

  /** How often to load anew what no change tells of, such as a load, in ms; 0: never. */
  refreshMs = 0

  constructor() {
    super()
    // The app gives these before the page is drawn.
    /** @type {import('../api.js').Resource} */
    this.space = /** @type {any} */ (undefined)
    /** @type {Record<string, string>} parts of the address */
    this.params = {}
    this.query = new URLSearchParams()
    /** @type {import('../permissions.js').Me | undefined} */
    this.me = undefined
  }

  loading = new Task(this, {
    args: () => [this.space?.Id, ...this.keys()],
    task: async (keys, { signal }) => {
      const key = JSON.stringify(keys)
      if (key !== this.#shownKeys) this.data = undefined
      const data = await this.load(signal)
      if (signal.aborted) return
      this.#shownKeys = key
      this.data = data
      this.loaded(data)
    },
  })

  createRenderRoot() {
    return this
  }

  connectedCallback() {
    super.connectedCallback()
    this.#listen()
    if (this.refreshMs) this.#clock = setInterval(() => this.#refresh(), this.refreshMs)
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.#stopListening?.()
    this.#listensTo = ''
    clearTimeout(this.#reloading)
    clearInterval(this.#clock)
  }

  /** Nobody sees a hidden tab, and a slow answer is waited for. */
  #refresh() {
    if (!document.hidden && this.loading.status !== TaskStatus.PENDING) void this.reload()
  }

  /** @param {Map<string, unknown>} _changes */
  willUpdate(_changes) {
    this.#listen()
  }

  updated() {
    const heading = this.data === undefined ? '' : this.heading(this.data)
    if (!heading || heading === this.#told) return
    this.#told = heading
    this.dispatchEvent(new CustomEvent('heading', { detail: heading, bubbles: true }))
  }

  /** What the tab of the browser is called: the heading, if the page says nothing else. @param {Data} _data */
  heading(_data) {
    return this.querySelector('h1')?.textContent?.trim() ?? ''
  }

  render() {
    if (this.data !== undefined) return this.content(this.data)
    if (this.loading.status === TaskStatus.ERROR) {
      return html`<div class="page"><h1 class="visually-hidden">This page could not be shown</h1>
        <tako-problem .error=${this.loading.error} @retry=${() => this.reload()}></tako-problem></div>`
    }
    return html`<div class="page loading" aria-busy="true">${this.shape()}</div>`
  }

  /** What failed while loading anew, above what is shown. */
  problem() {
    if (this.data === undefined || this.loading.status !== TaskStatus.ERROR) return nothing
    return html`<tako-problem .error=${this.loading.error} @retry=${() => this.reload()}></tako-problem>`
  }

  /** Loads again what is shown. */
  reload() {
    return this.loading.run()
  }

  /** @returns {unknown[]} what the loaded data depends on, besides the space */
  keys() {
    return Object.values(this.params ?? {})
  }

  /**
   * @param {AbortSignal} _signal
   * @returns {Promise<Data>}
   */
  async load(_signal) {
    throw new Error('A page must say what it loads.')
  }

  /** @param {Data} _data */
  loaded(_data) {}

  /** @param {Data} _data @returns {unknown} */
  content(_data) {
    return nothing
  }

  /** Grey bars in the shape of what comes. @returns {unknown} */
  shape() {
    return html`<i class="bone title"></i><i class="bone"></i><i class="bone"></i><i class="bone"></i>`
  }

  /** @param {import('../live.js').Change} _change @returns {boolean} whether what is shown may be old now */
  isTouched(_change) {
    return false
  }

  #listen() {
    if (!this.space || this.#listensTo === this.space.Id || !this.isConnected) return
    this.#stopListening?.()
    this.#listensTo = this.space.Id
    this.#stopListening = onChange(this.space.Id, (change) => {
      if (change.Kind !== 'gap' && !this.isTouched(change)) return
      // Changes come in swarms; one loading answers them all.
      clearTimeout(this.#reloading)
      this.#reloading = setTimeout(() => void this.reload(), 150)
    })
  }
}
