import { html, LitElement, nothing } from 'lit'
import { ansi } from './ansi.js'
import { icon } from './icons.js'
import { isShown, LogBook } from './log-book.js'
import { durationText, stateOfActivity } from './states.js'
import { ROW, styles } from './tako-log.styles.js'

/**
 * @typedef {import('./log-book.js').LogSource} LogSource
 * @typedef {import('./log-book.js').LogLine} LogLine
 * @typedef {import('./log-book.js').Level} Level
 * @typedef {import('./log-sections.js').Section} Section
 * @typedef {import('./log-sections.js').Activity} Activity
 * @typedef {{ section: Section, start: number, rows: number, isOpen: boolean }} Block
 *   A section on the page: its heading is row `start`, then come its `rows`.
 * @typedef {{ from: number, to: number }} Lines
 */

const BEYOND = 20
// The heading that stays at the top is so much higher than a row.
const LEAD = 6
// Browsers draw nothing far beyond this height; a longer log is scrolled by a scale.
const TALLEST = 500_000 * ROW
const FRAME_MS = 100
const SAY_MS = 10_000
const SMALL = 500

/**
 * A log of any length: only the rows in view are in the page.
 * Events: `level-changed`, `find-changed` and `lines-chosen`, with the new value as detail.
 */
export class TakoLog extends LitElement {
  static properties = {
    source: { attribute: false },
    activities: { attribute: false },
    only: {
      attribute: false,
      hasChanged: (/** @type {unknown} */ ids, /** @type {unknown} */ before) =>
        String(ids) !== String(before),
    },
    level: {},
    term: {},
    target: { attribute: false },
    rawHref: {},
    isRunning: { type: Boolean },
    says: {},
    now: { type: Number },
    hasTimes: { state: true },
    isFollowing: { state: true },
    first: { state: true },
    found: { state: true },
    current: { state: true },
    behind: { state: true },
    fault: { state: true },
    said: { state: true },
  }

  static styles = styles

  constructor() {
    super()
    /** @type {LogSource | null} */
    this.source = null
    /** @type {Activity[]} */
    this.activities = []
    /** @type {string[] | null} ids of the activities to show, null: all */
    this.only = null
    /** @type {Level} */
    this.level = 'all'
    this.term = ''
    /** @type {Lines | null} the lines that the address names */
    this.target = null
    this.rawHref = ''
    this.isRunning = false
    /** A sentence for screen readers: what the task does now. */
    this.says = ''
    /** A new value has the times of what runs drawn anew. */
    this.now = 0
    this.hasTimes = matchMedia('(min-width: 721px)').matches
    this.isFollowing = false
    this.first = 0
    /** @type {import('./log-book.js').Found | null} */
    this.found = null
    /** @type {number | null} the line of the hit that is shown */
    this.current = null
    this.behind = 0
    /** @type {unknown} */
    this.fault = null
    this.said = ''
    /** @type {Map<string, boolean>} what the reader opened or closed */
    this.choices = new Map()
    /** @type {Set<string>} what ran while it was watched stays open */
    this.seenRunning = new Set()
    /** @type {LogBook | null} */
    this.book = null
    /** @type {Block[]} */
    this.blocks = []
    this.rows = 0
    /** @type {Lines | null} */
    this.shownTarget = null
    /** The section whose end is to be shown at first, or ''. */
    this.ending = ''
    this.searchedFor = ''
    this.isWalkWanted = false
    this.saidAt = 0
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.frame = undefined
  }

  connectedCallback() {
    super.connectedCallback()
    addEventListener('keydown', this.#key)
    this.resizes = new ResizeObserver(() => this.requestUpdate())
    this.resizes.observe(this)
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    removeEventListener('keydown', this.#key)
    this.resizes?.disconnect()
    clearTimeout(this.frame)
    clearTimeout(this.searching)
    clearTimeout(this.saying)
  }

  /** @param {LogLine[]} lines that a running task has just written */
  addLines(lines) {
    if (!this.book) return
    const isNew = (/** @type {LogLine} */ line) =>
      line.Number > (this.book?.total ?? 0) &&
      isShown(line, this.level) &&
      this.only?.includes(line.Activity) !== false
    if (!this.isFollowing) this.behind += lines.filter(isNew).length
    this.book.append(lines)
    this.#redraw()
  }

  willUpdate(/** @type {Map<string, unknown>} */ changes) {
    if (changes.has('source') && this.source) {
      this.book = new LogBook(
        this.source,
        () => this.#redraw(),
        (error) => {
          this.fault = error
        },
      )
      this.isFollowing = this.isRunning && !this.target
    }
    if (changes.has('isRunning') && changes.get('isRunning') === false && this.isRunning) {
      this.isFollowing = !this.target
    }
    if (changes.has('source') || changes.has('activities')) {
      this.book?.setActivities(this.activities)
      for (const { id, status } of this.book?.sections ?? []) {
        if (status === 'Running') this.seenRunning.add(id)
      }
    }
    if (changes.has('source')) this.#beginAtEnd()
    if (changes.has('level')) this.book?.setLevel(this.level)
    if (changes.has('only') && changes.get('only') !== undefined) this.first = 0
    if (changes.has('term') || changes.has('level') || changes.has('only')) this.#search()
    if (changes.has('says')) this.#say()
    this.#place()
  }

  updated(/** @type {Map<string, unknown>} */ changes) {
    const view = this.#view
    if (!view) return
    this.style.setProperty('--width', `${view.clientWidth}px`)
    if (changes.has('only') && changes.get('only') !== undefined) view.scrollTop = 0
    if (this.isFollowing) view.scrollTop = view.scrollHeight
    if (this.target && this.target !== this.shownTarget && this.blocks.length > 0) {
      this.shownTarget = this.target
      void this.#show(this.target.from)
    }
    const ending = this.blocks.find(({ section }) => section.id === this.ending)
    if (ending) {
      this.ending = ''
      void this.#toRow(ending.start + ending.rows + 2 - this.#rowsInView())
    }
    // In the next frame, so that a drawing can never ask for the next one without end.
    requestAnimationFrame(() => {
      this.first = this.#firstRow()
    })
  }

  render() {
    const height = Math.min(this.rows * ROW + 12, TALLEST)
    const from = Math.max(0, this.first - BEYOND)
    const until = Math.min(this.rows, this.first + this.#rowsInView() + BEYOND)
    const top = LEAD + this.#topOf(this.first) - (this.first - from) * ROW
    const stuck = this.#blockAt(this.first)
    return html`
      ${this.#bar()}
      ${this.fault ? this.#faultBar() : nothing}
      <div class="view" tabindex="0" role="region" aria-label="Log lines" @scroll=${this.#scrolled}>
        <div class="all" style="height:${height}px">
          ${stuck ? html`<div class="stuck">${this.#heading(stuck)}</div>` : nothing}
          <div class="rows" style="top:${top}px">${this.#drawn(from, until)}</div>
        </div>
        ${this.rows === 0 ? html`<p class="says">${this.#emptyText()}</p>` : nothing}
      </div>
      ${
        this.isRunning && !this.isFollowing && this.behind > 0
          ? html`<button class="new" @click=${this.#follow}>${this.behind.toLocaleString('en')} new ${this.behind === 1 ? 'line' : 'lines'}</button>`
          : nothing
      }
      <p class="visually-hidden" aria-live="polite">${this.said}</p>`
  }

  #bar() {
    return html`
      <div class="bar" role="toolbar" aria-label="Log">
        <div class="find">
          ${icon('search')}
          <input type="search" placeholder="Search the log" aria-label="Search the log"
            .value=${this.term}
            @input=${(/** @type {InputEvent & { target: HTMLInputElement }} */ event) => this.#tell('find-changed', event.target.value)}
            @keydown=${this.#findKey}>
          ${this.#findResult()}
        </div>
        <select aria-label="Lines to show" @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => this.#tell('level-changed', event.target.value)}>
          <option value="all" ?selected=${this.level === 'all'}>All lines</option>
          <option value="normal" ?selected=${this.level === 'normal'}>Without verbose</option>
          <option value="problems" ?selected=${this.level === 'problems'}>Warnings and errors</option>
        </select>
        <span class="push"></span>
        <button class="toggle times" aria-pressed=${this.hasTimes} @click=${this.#keys.t}>${icon('clock')}Times</button>
        ${this.rawHref ? html`<a class="toggle" href=${this.rawHref} target="_blank" rel="noopener" data-native>${icon('download')}Raw</a>` : nothing}
        <button class="toggle" aria-pressed=${this.isFollowing} @click=${() => (this.isFollowing ? this.#stopFollowing() : this.#follow())}>${icon('arrow')}Follow</button>
      </div>`
  }

  #findResult() {
    if (!this.term) return html`<kbd aria-hidden="true">/</kbd>`
    if (!this.found) return nothing
    const { Count, Numbers } = this.found
    const at = this.current === null ? -1 : Numbers.indexOf(this.current)
    const text =
      Count === 0
        ? 'No line'
        : at >= 0
          ? `${at + 1} of ${count(Count)}`
          : `${count(Count)} ${Count === 1 ? 'line' : 'lines'}`
    return html`
      <output>${text}</output>
      <button class="up" aria-label="Previous hit" @click=${() => this.#walk(-1)}>${icon('down')}</button>
      <button aria-label="Next hit" @click=${() => this.#walk(1)}>${icon('down')}</button>`
  }

  #faultBar() {
    const message = this.fault instanceof Error ? this.fault.message : 'The log could not be read.'
    return html`<p class="fault" role="alert" style="margin:0">${icon('failed')}${message}
      <button @click=${() => {
        this.fault = null
        this.#redraw()
      }}>Try again</button></p>`
  }

  #emptyText() {
    if (this.level !== 'all' && (this.book?.total ?? 0) > 0) return 'No line of this kind.'
    return this.isRunning ? 'No line yet.' : 'Nothing was written to this log.'
  }

  #drawn(/** @type {number} */ from, /** @type {number} */ until) {
    const drawn = []
    let block = this.#blockIndex(from)
    for (let row = from; row < until; row++) {
      const here = this.blocks[block]
      if (!here) break
      drawn.push(row === here.start ? this.#heading(here) : this.#line(here, row - here.start - 1))
      if (row === here.start + here.rows) block++
    }
    return drawn
  }

  #heading(/** @type {Block} */ { section, isOpen }) {
    const state = stateOfActivity(section.status)
    const took = durationText(section.started, section.ended ?? undefined)
    return html`
      <button class="section" aria-expanded=${isOpen} @click=${() => this.#toggle(section, !isOpen)}>
        ${icon(isOpen ? 'down' : 'right')}<span style="color:var(--${colours[state] ?? state});display:contents">${icon(state === 'remote' ? 'chain' : state)}</span>
        ${section.title}<small>${count(section.count)} ${section.count === 1 ? 'line' : 'lines'}${took ? ` · ${took}` : ''}</small>
      </button>`
  }

  #line(/** @type {Block} */ { section }, /** @type {number} */ at) {
    const line = this.book?.row(section, at)
    if (!line) return html`<div class="line away"><span></span></div>`
    const { Number: number, Category: category } = line
    const isTarget = this.target && number >= this.target.from && number <= this.target.to
    const classes = `line ${category}${isTarget ? ' target' : ''}${number === this.current ? ' current' : ''}`
    const spoken = spokenCategories[category]
    return html`
      <div class=${classes}>
        <a href="#L${number}" aria-label="Link to line ${number}" @click=${(/** @type {MouseEvent} */ event) => this.#choose(event, number)}>${number}</a>
        ${this.hasTimes ? html`<time datetime=${line.OccurredAt}>${clock(line.OccurredAt)}</time>` : nothing}
        <span>${spoken ? html`<span class="visually-hidden">${spoken}: </span>` : nothing}${ansi(line.MessageText, (text) => this.#marked(text))}</span>
      </div>`
  }

  /** @param {string} text @returns {unknown} */
  #marked(text) {
    if (!this.term) return text
    const at = text.toLowerCase().indexOf(this.term.toLowerCase())
    if (at < 0) return text
    const end = at + this.term.length
    return html`${text.slice(0, at)}<mark>${text.slice(at, end)}</mark>${this.#marked(text.slice(end))}`
  }

  // Where each section begins, as rows.
  #place() {
    let start = 0
    this.blocks = []
    for (const section of this.book?.sections ?? []) {
      if (this.only && !this.only.includes(section.id)) continue
      const isOpen = this.#isOpen(section)
      const rows = isOpen ? (this.book?.rowsOf(section) ?? 0) : 0
      if (this.level === 'problems' && isOpen && rows === 0) continue
      this.blocks.push({ section, start, rows, isOpen })
      start += rows + 1
    }
    this.rows = start
  }

  // Who opens a long log that is over wants its end: that of the step that failed, else of the last one.
  #beginAtEnd() {
    const { sections = [], total = 0 } = this.book ?? {}
    if (this.isRunning || this.target || total <= SMALL) return
    const here = sections.filter(({ id }) => !this.only || this.only.includes(id))
    const last = here.findLast(({ status }) => status === 'Failed') ?? here.at(-1)
    if (!last) return
    this.choices.set(last.id, true)
    this.ending = last.id
  }

  #isOpen(/** @type {Section} */ section) {
    const choice = this.choices.get(section.id)
    if (choice !== undefined) return choice
    if (this.only || this.level === 'problems' || (this.book?.total ?? 0) <= SMALL) return true
    return section.status === 'Failed' || this.seenRunning.has(section.id)
  }

  #toggle(/** @type {Section} */ section, /** @type {boolean} */ isOpen) {
    this.#stopFollowing()
    this.choices.set(section.id, isOpen)
    const block = this.blocks.find((other) => other.section.id === section.id)
    this.requestUpdate()
    // Closed from its heading at the top edge, the section is left at its heading.
    if (block && !isOpen && block.start < this.first) void this.#toRow(block.start)
  }

  #blockIndex(/** @type {number} */ row) {
    return this.blocks.findLastIndex((block) => block.start <= row)
  }

  #blockAt(/** @type {number} */ row) {
    return this.blocks[this.#blockIndex(row)]
  }

  get #view() {
    return this.renderRoot.querySelector('.view')
  }

  #rowsInView() {
    return Math.ceil((this.#view?.clientHeight ?? 600) / ROW)
  }

  // Long logs: the scroll position is a share of the whole.
  #scale() {
    const height = this.rows * ROW + 12
    const view = this.#view?.clientHeight ?? 0
    return height <= TALLEST ? 1 : (height - view) / (TALLEST - view)
  }

  #firstRow() {
    const row = Math.floor(((this.#view?.scrollTop ?? 0) * this.#scale()) / ROW)
    return Math.max(0, Math.min(row, this.rows - 1))
  }

  #topOf(/** @type {number} */ row) {
    const scale = this.#scale()
    return scale === 1 ? row * ROW : (this.#view?.scrollTop ?? 0)
  }

  #scrolled() {
    const view = this.#view
    if (!view) return
    // Following itself ends at the last row, so being above it is the reader's doing.
    if (this.isFollowing && view.scrollTop + view.clientHeight < view.scrollHeight - 3 * ROW) {
      this.#stopFollowing()
    }
    this.first = this.#firstRow()
    if (this.#scale() !== 1) this.requestUpdate()
  }

  #follow() {
    this.isFollowing = true
    this.behind = 0
    const last = this.book?.sections.findLast(({ id }) => !this.only || this.only.includes(id))
    if (last && this.isRunning) this.choices.set(last.id, true)
  }

  #stopFollowing() {
    this.isFollowing = false
    this.behind = 0
  }

  async #show(/** @type {number} */ number) {
    this.isFollowing = false
    try {
      const place = await this.book?.find(number)
      if (!place) {
        if (this.level !== 'all') this.#tell('level-changed', 'all')
        return
      }
      this.choices.set(place.section.id, true)
      this.#place()
      const block = this.blocks.find(({ section }) => section.id === place.section.id)
      if (block) await this.#toRow(block.start + 1 + place.at - Math.floor(this.#rowsInView() / 3))
    } catch (error) {
      this.fault = error
    }
  }

  async #toRow(/** @type {number} */ row) {
    this.requestUpdate()
    await this.updateComplete
    const view = this.#view
    if (view) view.scrollTop = Math.max(0, (row * ROW) / this.#scale())
    this.first = this.#firstRow()
  }

  #search() {
    clearTimeout(this.searching)
    if (!this.term) {
      this.found = null
      this.current = null
      this.searchedFor = ''
      return
    }
    this.searching = setTimeout(async () => {
      const query = { text: this.term, level: this.level }
      try {
        const found = await this.source?.search(query)
        if (!found || query.text !== this.term) return
        const isNew = this.searchedFor !== this.term
        this.searchedFor = this.term
        this.found = found
        if (isNew) this.current = null
        if (this.isWalkWanted) this.#walk(1)
        this.isWalkWanted = false
      } catch (error) {
        this.fault = error
      }
    }, 250)
  }

  #walk(/** @type {1 | -1} */ direction) {
    const numbers = this.found?.Numbers ?? []
    const here = this.current ?? this.#numberInView()
    const next =
      direction === 1
        ? (numbers.find((number) => (this.current === null ? number >= here : number > here)) ??
          numbers[0])
        : (numbers.findLast((number) => number < here) ?? numbers.at(-1))
    if (next === undefined) return
    this.current = next
    void this.#show(next)
  }

  #numberInView() {
    const block = this.#blockAt(this.first)
    const at = block ? Math.max(0, this.first - block.start - 1) : 0
    if (!block) return 1
    return (block.rows > 0 && this.book?.row(block.section, at)?.Number) || block.section.first
  }

  async #toProblem(/** @type {1 | -1} */ direction) {
    const { Items } = (await this.source?.page({ from: 1, take: 2000, level: 'problems' })) ?? {
      Items: [],
    }
    const here = this.current ?? this.#numberInView()
    const next =
      direction === 1
        ? Items.find((line) => line.Number > here)
        : Items.findLast((line) => line.Number < here)
    if (!next) return
    this.current = next.Number
    await this.#show(next.Number)
  }

  #toSection(/** @type {1 | -1} */ direction) {
    this.#stopFollowing()
    const at = this.#blockIndex(this.first)
    const here = this.blocks[at]
    const isBelowHeading = here && this.first > here.start
    const block = this.blocks[direction === 1 ? at + 1 : isBelowHeading ? at : at - 1]
    if (block) void this.#toRow(block.start)
  }

  #choose(/** @type {MouseEvent} */ event, /** @type {number} */ number) {
    event.preventDefault()
    const other = event.shiftKey && this.target ? this.target.from : number
    const lines = { from: Math.min(number, other), to: Math.max(number, other) }
    this.shownTarget = lines
    this.target = lines
    this.#stopFollowing()
    this.#tell('lines-chosen', lines)
  }

  #findKey(/** @type {KeyboardEvent & { target: HTMLInputElement }} */ event) {
    // Who is quicker than the search goes to the first hit when it is there.
    if (event.key === 'Enter' && this.searchedFor !== this.term) this.isWalkWanted = true
    else if (event.key === 'Enter') this.#walk(event.shiftKey ? -1 : 1)
    if (event.key === 'Escape') {
      this.#tell('find-changed', '')
      event.target.blur()
    }
  }

  #key = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return
    const act = this.#keys[event.key]
    if (!act || document.querySelector('wa-dialog[open], wa-drawer[open]')) return
    event.preventDefault()
    act()
  }

  /** @type {Record<string, () => unknown>} */
  #keys = {
    '/': () => this.renderRoot.querySelector('input')?.focus(),
    n: () => this.#walk(1),
    N: () => this.#walk(-1),
    f: () => (this.isFollowing ? this.#stopFollowing() : this.#follow()),
    t: () => {
      this.hasTimes = !this.hasTimes
    },
    e: () => this.#toProblem(1),
    E: () => this.#toProblem(-1),
    ']': () => this.#toSection(1),
    '[': () => this.#toSection(-1),
  }

  // Screen readers hear a change of step, and not more than one sentence in ten seconds.
  #say() {
    clearTimeout(this.saying)
    const wait = Math.max(0, this.saidAt + SAY_MS - Date.now())
    this.saying = setTimeout(() => {
      this.saidAt = Date.now()
      this.said = this.says
    }, wait)
  }

  #redraw() {
    this.frame ??= setTimeout(
      () => {
        this.frame = undefined
        this.requestUpdate()
      },
      this.isRunning ? FRAME_MS : 16,
    )
  }

  #tell(/** @type {string} */ name, /** @type {unknown} */ detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }))
  }
}

/** @type {Record<string, string>} */
const colours = { warnings: 'success', skipped: 'cancelled', pending: 'cancelled' }
/** @type {Record<string, string>} */
const spokenCategories = { Warning: 'Warning', Error: 'Error', Fatal: 'Error', Alert: 'Warning' }

const count = (/** @type {number} */ number) => number.toLocaleString('en')

const clockFormat = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
})
const clock = (/** @type {string} */ at) => clockFormat.format(new Date(at))

function isTyping(/** @type {KeyboardEvent} */ event) {
  const at = event.composedPath()[0]
  return (
    at instanceof HTMLElement &&
    (at.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(at.tagName))
  )
}

customElements.define('tako-log', TakoLog)
