import { html, nothing } from 'lit'
import { api } from '../api.js'
import { button } from '../components/form.js'
import { icon } from '../components/icons.js'
import { FILTERS, gapOf, lookOfImport, titleOf } from '../components/import-look.js'
import { receiptsToCarry } from '../components/receipts-to-carry.js'
import '../components/tako-state.js'
import '../components/tako-time.js'
import '../components/tako-upload.js'
import { counted } from '../format.js'
import { holdLeaving, setQuery } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { refusal } from '../permissions.js'
import { styles } from './incoming.styles.js'
import { LoadedPage } from './loaded-page.js'
import { Uploads } from './uploading.js'
import { styles as uploadStyles } from './uploading.styles.js'

pageStyles('tako-page-incoming', styles)
pageStyles('tako-page-incoming', uploadStyles)

/**
 * @typedef {import('../components/import-look.js').Import} Import
 * @typedef {import('../api.js').Page<Import> & { receipts: import('../components/receipts-to-carry.js').Summary[] }} Data
 */

const PAGE = 50

/**
 * Bundles that have come from other spaces, and where their files are dropped.
 * @extends {LoadedPage<Data>}
 */
class TakoPageIncoming extends LoadedPage {
  static properties = { isOver: { state: true } }

  constructor() {
    super()
    /** Whether a file is held over the page. */
    this.isOver = false
    /** @type {Uploads | undefined} */
    this.uploads = undefined
  }

  connectedCallback() {
    super.connectedCallback()
    this.addEventListener('dragover', this.#over)
    this.addEventListener('dragleave', this.#left)
    this.addEventListener('drop', this.#drop)
    this.release = holdLeaving(() =>
      this.uploads?.isBusy ? 'A file is being uploaded: it would be left unfinished.' : undefined,
    )
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.removeEventListener('dragover', this.#over)
    this.removeEventListener('dragleave', this.#left)
    this.removeEventListener('drop', this.#drop)
    this.release?.()
    for (const { key } of this.uploads?.sendings ?? []) this.uploads?.stop(key)
  }

  keys() {
    return [this.query.get('state') ?? '', this.query.get('show') ?? '']
  }

  /** @param {import('../live.js').Change} change */
  isTouched({ Kind }) {
    return Kind === 'Import'
  }

  get #api() {
    return api.space(this.space)
  }

  /** Why no file may be brought in, or ''. */
  get #why() {
    return refusal(this.me, this.space, 'PromotionImport')
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const states = FILTERS.find(([name]) => name === this.query.get('state'))?.[2] ?? []
    const take = Number(this.query.get('show')) || PAGE
    const of = states.map((one) => `&state=${one}`).join('')
    const [page, receipts] = await Promise.all([
      this.#api.get(`/imports?take=${take}${of}`, signal),
      this.#api.get('/receipts/summary', signal),
    ])
    return { ...page, receipts }
  }

  loaded() {
    this.uploads ??= new Uploads({
      api: this.#api,
      pathFor: () => '/bundles/import',
      changed: () => this.requestUpdate(),
      arrived: () => this.reload(),
      hrefOf: ({ Id }) => this.#hrefOf(Id),
    })
  }

  #hrefOf(/** @type {string} */ id) {
    return `/${this.space.Slug}/promotions/incoming/${id}`
  }

  /** @param {Data} page */
  content(page) {
    const state = this.query.get('state') ?? ''
    const isEmpty = page.TotalResults === 0 && !state
    return html`
      <div class="page incoming ${this.isOver ? 'over' : ''}">
        <header class="page-head">
          <div><h1>Incoming</h1><p>Releases of other spaces. None of them runs before somebody here has looked at it and imported it.</p></div>
          ${button({ label: 'Import file…', kind: 'primary', refusal: this.#why, onclick: () => this.#pick() })}
        </header>
        ${this.problem()}
        <tako-upload what="bundles or package packs" accept=".takobundle,.takopack" .hint=${html`They end in <code>.takobundle</code> and <code>.takopack</code>.`}
          .sendings=${this.uploads?.sendings ?? []} .refusal=${this.#why}
          @files-chosen=${(/** @type {CustomEvent<File[]>} */ event) => this.#add(event.detail)}
          @stopped=${(/** @type {CustomEvent<number>} */ event) => this.uploads?.stop(event.detail)}
          @cleared=${(/** @type {CustomEvent<number>} */ event) => this.uploads?.clear(event.detail)}></tako-upload>
        ${receiptsToCarry(page.receipts, (trustId) => this.#api.hrefOf(`/receipts/export?trustId=${trustId}`))}
        ${isEmpty ? this.#empty() : this.#list(page, state)}
      </div>`
  }

  #empty() {
    return html`
      <section class="panel empty-panel">
        <h2>Nothing has come yet.</h2>
        <p>What a space sends that this one trusts arrives here, over a connection or as a file, and waits for a review.</p>
      </section>`
  }

  /** @param {Data} page @param {string} state */
  #list(page, state) {
    const { Items, TotalResults } = page
    return html`
      <div class="row wrap toolbar">
        <label><span class="visually-hidden">Which imports</span><select class="input" @change=${(
          /** @type {Event & { target: HTMLSelectElement }} */ event,
        ) => setQuery({ state: event.target.value, show: '' })}>
          <option value="">All</option>${FILTERS.map(([name, words]) => html`<option value=${name} ?selected=${name === state}>${words}</option>`)}</select></label>
        <span class="quiet small">${counted(TotalResults, 'bundle')}</span>
      </div>
      ${
        Items.length === 0
          ? html`<p class="quiet">No bundle is in such a state. <button class="button bare compact" type="button" @click=${() => setQuery({ state: '' })}>Show all</button></p>`
          : html`<div class="panel">
              <table class="table cards">
                <caption class="visually-hidden">Bundles that have come, the newest first</caption>
                <thead><tr><th scope="col">Release</th><th scope="col">From</th><th scope="col">State</th><th scope="col">Number</th><th scope="col" class="right">Came</th></tr></thead>
                <tbody>${Items.map((one) => this.#row(one))}</tbody>
              </table>
              ${TotalResults > Items.length ? html`<div class="more-rows"><button class="button compact" type="button" @click=${() => setQuery({ show: String(Items.length + PAGE) })}>Show ${PAGE} more</button></div>` : nothing}
            </div>`
      }`
  }

  /** @param {Import} one */
  #row(one) {
    const { state, word } = lookOfImport(one.State)
    const gap = gapOf(one)
    return html`
      <tr>
        <th scope="row"><a href=${this.#hrefOf(one.Id)}>${titleOf(one)}</a>${one.Revision > 1 ? html`<small>Revision ${one.Revision}</small>` : nothing}</th>
        <td data-column="From">${one.RemoteSpace ? html`<span class="from">${icon('chain')}${one.RemoteSpace}</span>` : html`<span class="quiet">Nobody known</span>`}</td>
        <td data-column="State"><tako-state state=${state}>${word}</tako-state>${one.Code ? html`<small>${one.Code}</small>` : nothing}${one.Reason ? html`<small>${one.Reason}</small>` : nothing}</td>
        <td data-column="Number">${one.Sequence ? html`<span class="number">${one.Sequence}</span>${gap ? html`<small class="gap">${gap}</small>` : nothing}` : html`<span class="quiet">None</span>`}</td>
        <td data-column="Came" class="right"><tako-time .at=${one.Received} suffix="ago"></tako-time></td>
      </tr>`
  }

  #pick() {
    const upload = /** @type {import('../components/tako-upload.js').TakoUpload | null} */ (
      this.querySelector('tako-upload')
    )
    upload?.pick()
  }

  /** @param {File[]} files */
  #add(files) {
    this.isOver = false
    this.uploads?.add(files)
  }

  #over = (/** @type {DragEvent} */ event) => {
    if (this.#why || !event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    this.isOver = true
  }

  #left = (/** @type {DragEvent} */ event) => {
    // From one part of the page to another one does not leave it.
    if (event.relatedTarget instanceof Node && this.contains(event.relatedTarget)) return
    this.isOver = false
  }

  #drop = (/** @type {DragEvent} */ event) => {
    // The box above takes what is dropped into it.
    if (this.#why || event.defaultPrevented) return
    event.preventDefault()
    this.#add([...(event.dataTransfer?.files ?? [])])
  }
}

customElements.define('tako-page-incoming', TakoPageIncoming)
