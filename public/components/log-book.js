import { isWithin, noteLine, sectionsOf } from './log-sections.js'

/**
 * @typedef {import('./log-sections.js').Section} Section
 * @typedef {import('./log-sections.js').Activity} Activity
 * @typedef {{ Number: number, OccurredAt: string, Category: string, MessageText: string,
 *   Activity: string }} LogLine
 * @typedef {'all' | 'normal' | 'problems'} Level
 * @typedef {{ from?: number, tail?: number, take?: number, activity?: string, level?: Level }} Range
 * @typedef {{ Total: number, Items: LogLine[], Next: number | null }} LogPage
 * @typedef {{ Count: number, Numbers: number[], IsTruncated: boolean }} Found
 * @typedef {{ page: (range: Range) => Promise<LogPage>,
 *   search: (query: { text: string, level: Level, activity?: string }) => Promise<Found> }} LogSource
 *   Where a log's lines come from; what it gives is never changed by the log.
 * @typedef {{ lines: Map<number, LogLine>, isLoading: boolean, askAgainAt: number }} Chunk
 * @typedef {{ head: LogLine[], next: number | null, tail: LogLine[], isLoading: boolean,
 *   askAgainAt: number }} Listing Lines whose numbers have gaps: the first ones, and the last ones.
 */

/** Lines that are fetched and dropped together. */
export const CHUNK = 1000
const CHUNKS_KEPT = 100
const TAIL = 500
const TAIL_KEPT = 20_000
const PAUSE_MS = 1000

/** The lines of a log of any length, of which only those near what is read are in memory. */
export class LogBook {
  /**
   * @param {LogSource} source
   * @param {() => void} changed called when lines or sections have changed
   * @param {(error: unknown) => void} failed
   */
  constructor(source, changed, failed) {
    this.source = source
    this.changed = changed
    this.failed = failed
    /** @type {Section[]} */
    this.sections = []
    /** @type {Level} */
    this.level = 'all'
    this.total = 0
    /** @type {Map<number, Chunk>} */
    this.chunks = new Map()
    /** @type {Map<string, Listing>} */
    this.listings = new Map()
    /** @type {Set<number>} */
    this.wanted = new Set()
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined
  }

  /** @param {Activity[]} activities */
  setActivities(activities) {
    const apart = this.sections.filter((section) => section.isApart).map(({ id }) => id)
    this.sections = sectionsOf(activities, this.sections)
    for (const section of this.sections) if (apart.includes(section.id)) section.isApart = true
    this.total = Math.max(this.total, ...this.sections.map(({ last }) => last))
  }

  /** @param {Level} level */
  setLevel(level) {
    this.level = level
  }

  /**
   * How many rows a section has when it is open.
   * @param {Section} section
   */
  rowsOf(section) {
    if (this.#isDirect(section)) return section.count
    const { head, next, tail } = this.#listing(section)
    return head.length + (next === null ? 0 : 1) + tail.length
  }

  /**
   * A row of an open section: the line, or null while it is not here yet.
   * @param {Section} section
   * @param {number} at from 0
   * @returns {LogLine | null}
   */
  row(section, at) {
    if (this.#isDirect(section)) return this.line(section.first + at)
    const listing = this.#listing(section)
    if (at < listing.head.length) return listing.head[at] ?? null
    if (listing.next === null) return listing.tail[at - listing.head.length] ?? null
    if (at === listing.head.length) {
      void this.#readOn(section, listing)
      return null
    }
    return listing.tail[at - listing.head.length - 1] ?? null
  }

  /**
   * A line by its number, or null when it is not here yet; it is then fetched.
   * @param {number} number
   */
  line(number) {
    const key = Math.floor((number - 1) / CHUNK)
    const chunk = this.chunks.get(key)
    const line = chunk?.lines.get(number)
    if (chunk && line) {
      // The order of a Map is the order of setting: what was read last is dropped last.
      this.chunks.delete(key)
      this.chunks.set(key, chunk)
      return line
    }
    this.wanted.add(key)
    this.timer ??= setTimeout(() => this.#loadWanted(), 40)
    return null
  }

  /**
   * Where a line stands: its section and the row in it; null when it is not in this view.
   * @param {number} number
   * @returns {Promise<{ section: Section, at: number } | null>}
   */
  async find(number) {
    const section = await this.#sectionOf(number)
    if (!section) return null
    if (this.#isDirect(section)) return { section, at: number - section.first }
    const listing = this.#listing(section)
    if (listing.next !== null && !listing.isLoading) await this.#readOn(section, listing)
    while (listing.next !== null && listing.next <= number && !this.#isIn(listing.tail, number)) {
      const before = listing.next
      await this.#readOn(section, listing)
      if (listing.next === before) return null
    }
    const inHead = listing.head.findIndex((line) => line.Number >= number)
    if (inHead >= 0) return { section, at: inHead }
    const inTail = listing.tail.findIndex((line) => line.Number >= number)
    const gap = listing.next === null ? 0 : 1
    return inTail < 0 ? null : { section, at: listing.head.length + gap + inTail }
  }

  /**
   * Lines that a running task has just written.
   * @param {LogLine[]} lines
   */
  append(lines) {
    for (const line of lines) {
      this.total = Math.max(this.total, line.Number)
      noteLine(this.sections, line)
      this.#keep(line)
      for (const level of /** @type {Level[]} */ (['all', 'normal', 'problems'])) {
        const listing = this.listings.get(keyOf(line.Activity, level))
        if (listing && isShown(line, level)) addTo(listing, line)
      }
    }
    this.#dropOld()
  }

  #isDirect(/** @type {Section} */ section) {
    return this.level === 'all' && !section.isApart
  }

  /** @param {Section} section @returns {Listing} */
  #listing(section) {
    const key = keyOf(section.id, this.level)
    const known = this.listings.get(key)
    if (known) return known
    /** @type {Listing} */
    const listing = { head: [], next: section.first, tail: [], isLoading: false, askAgainAt: 0 }
    this.listings.set(key, listing)
    return listing
  }

  async #readOn(/** @type {Section} */ section, /** @type {Listing} */ listing) {
    if (listing.isLoading || listing.next === null || Date.now() < listing.askAgainAt) return
    listing.isLoading = true
    try {
      const what = { activity: section.id, level: this.level }
      if (listing.head.length === 0 && listing.tail.length === 0) {
        const end = await this.source.page({ tail: TAIL, ...what })
        if (end.Items.length < TAIL) {
          listing.head = merged(end.Items, listing.tail)
          listing.tail = []
          listing.next = null
          return
        }
        listing.tail = merged(end.Items, listing.tail)
      }
      const page = await this.source.page({ from: listing.next, take: 2 * CHUNK, ...what })
      const first = listing.tail[0]?.Number ?? Number.POSITIVE_INFINITY
      listing.head.push(...page.Items.filter((line) => line.Number < first))
      if (page.Next === null || page.Next >= first) {
        listing.head.push(...listing.tail)
        listing.tail = []
        listing.next = null
      } else {
        listing.next = page.Next
      }
    } catch (error) {
      listing.askAgainAt = Date.now() + PAUSE_MS
      this.failed(error)
    } finally {
      listing.isLoading = false
      this.changed()
    }
  }

  #loadWanted() {
    this.timer = undefined
    // What was passed by quickly is no longer wanted: the next drawing asks for what is in view.
    const keys = [...this.wanted].slice(-4)
    this.wanted.clear()
    for (const key of keys) void this.#load(key)
  }

  async #load(/** @type {number} */ key) {
    const chunk = this.chunks.get(key) ?? emptyChunk()
    if (chunk.isLoading || Date.now() < chunk.askAgainAt) return
    this.chunks.set(key, chunk)
    chunk.isLoading = true
    const size = chunk.lines.size
    try {
      const page = await this.source.page({ from: key * CHUNK + 1, take: CHUNK })
      for (const line of page.Items) {
        this.#keep(line)
        this.#check(line)
      }
      this.total = Math.max(this.total, page.Total)
    } catch (error) {
      this.failed(error)
    } finally {
      chunk.isLoading = false
      // A line that is counted and not yet written is not asked for without a pause.
      if (chunk.lines.size === size) chunk.askAgainAt = Date.now() + PAUSE_MS
      this.#dropOld()
      this.changed()
    }
  }

  #keep(/** @type {LogLine} */ line) {
    const key = Math.floor((line.Number - 1) / CHUNK)
    const chunk = this.chunks.get(key) ?? emptyChunk()
    chunk.lines.set(line.Number, line)
    this.chunks.set(key, chunk)
  }

  // A section that holds a line of another is one whose lines must be read by its name.
  #check(/** @type {LogLine} */ line) {
    for (const section of this.sections) {
      if (section.id !== line.Activity && isWithin(line.Number, section)) section.isApart = true
    }
  }

  #dropOld() {
    for (const key of this.chunks.keys()) {
      if (this.chunks.size <= CHUNKS_KEPT) return
      this.chunks.delete(key)
    }
  }

  async #sectionOf(/** @type {number} */ number) {
    const direct = this.sections.find((section) => !section.isApart && isWithin(number, section))
    if (direct) return direct
    const { Items } = await this.source.page({ from: number, take: 1 })
    const line = Items[0]
    return this.sections.find((section) => section.id === line?.Activity)
  }

  #isIn(/** @type {LogLine[]} */ lines, /** @type {number} */ number) {
    return lines.length > 0 && number >= (lines[0]?.Number ?? 0)
  }
}

/** @returns {Chunk} */
const emptyChunk = () => ({ lines: new Map(), isLoading: false, askAgainAt: 0 })

const keyOf = (/** @type {string} */ activity, /** @type {Level} */ level) => `${level} ${activity}`

/** @param {LogLine[]} lines @param {LogLine[]} later */
function merged(lines, later) {
  const last = lines.at(-1)?.Number ?? 0
  return [...lines, ...later.filter((line) => line.Number > last)]
}

// A listing that has not been read yet takes nothing: reading it will find the line.
function addTo(/** @type {Listing} */ listing, /** @type {LogLine} */ line) {
  const lines = listing.next === null ? listing.head : listing.tail
  if (listing.next !== null && lines.length === 0 && !listing.isLoading) return
  if (line.Number <= (lines.at(-1)?.Number ?? 0)) return
  lines.push(line)
  if (listing.next !== null && lines.length > TAIL_KEPT) lines.splice(0, lines.length - TAIL_KEPT)
}

const QUIET = ['Trace', 'Verbose']
const PROBLEMS = ['Warning', 'Error', 'Fatal', 'Alert']

/**
 * Whether a line is among those of a level: without the quiet ones, or only problems.
 * @param {{ Category: string }} line
 * @param {Level} level
 */
export function isShown(line, level) {
  if (level === 'normal') return !QUIET.includes(line.Category)
  return level === 'all' || PROBLEMS.includes(line.Category)
}
