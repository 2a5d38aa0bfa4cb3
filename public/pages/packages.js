import { html, nothing } from 'lit'
import { api } from '../api.js'
import { button } from '../components/form.js'
import { icon } from '../components/icons.js'
import '../components/tako-copy-line.js'
import '../components/tako-time.js'
import '../components/tako-upload.js'
import { counted, size } from '../format.js'
import { holdLeaving, setQuery } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { may, refusal } from '../permissions.js'
import { LoadedPage } from './loaded-page.js'
import { styles } from './packages.styles.js'
import { Uploads } from './uploading.js'
import { styles as uploadStyles } from './uploading.styles.js'

pageStyles('tako-page-packages', styles)
pageStyles('tako-page-packages', uploadStyles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ page: import('../api.js').Page }} Data
 */

const PAGE = 50

/**
 * The packages of the built-in feed, each with its latest version, and where new ones are dropped.
 * @extends {LoadedPage<Data>}
 */
class TakoPagePackages extends LoadedPage {
  constructor() {
    super()
    /** @type {Uploads | undefined} */
    this.uploads = undefined
  }

  connectedCallback() {
    super.connectedCallback()
    this.release = holdLeaving(() =>
      this.uploads?.isBusy
        ? 'A package is being uploaded: it would be left unfinished.'
        : undefined,
    )
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.release?.()
    for (const { key } of this.uploads?.sendings ?? []) this.uploads?.stop(key)
  }

  keys() {
    return [this.query.get('find') ?? '', this.query.get('show') ?? '']
  }

  /** @param {import('../live.js').Change} change */
  isTouched({ Kind }) {
    return Kind === 'Package' || Kind === 'BuildInformation'
  }

  get #api() {
    return api.space(this.space)
  }

  get #base() {
    return `/${this.space.Slug}/library/packages`
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const filter = encodeURIComponent(this.query.get('find') ?? '')
    const take = Number(this.query.get('show')) || PAGE
    return {
      page: await this.#api.get(`/packages?latest=true&filter=${filter}&take=${take}`, signal),
    }
  }

  loaded() {
    this.uploads ??= new Uploads({
      api: this.#api,
      changed: () => this.requestUpdate(),
      pathFor: (mayOverwrite) =>
        `/packages/raw?overwriteMode=${mayOverwrite ? 'OverwriteExisting' : 'FailIfExists'}`,
      arrived: () => this.reload(),
      hrefOf: ({ PackageId }) => this.#hrefOf(PackageId),
      mayReplace: may(this.me, this.space, 'BuiltInFeedAdminister'),
    })
  }

  #hrefOf(/** @type {string} */ packageId) {
    return `${this.#base}/${encodeURIComponent(packageId)}`
  }

  /** @param {Data} data */
  content({ page }) {
    const why = refusal(this.me, this.space, 'BuiltInFeedPush')
    const find = this.query.get('find') ?? ''
    const isEmpty = page.Items.length === 0 && !find
    return html`
      <div class="page packages">
        <header class="page-head">
          <div><h1>Packages</h1><p>What steps unpack, deploy or run: files with a version, in the built-in feed of this space.</p></div>
          ${button({ label: 'Upload…', name: 'Upload packages', kind: 'primary', refusal: why, onclick: () => this.#pick() })}
        </header>
        ${this.problem()}
        <tako-upload .sendings=${this.uploads?.sendings ?? []} .refusal=${why}
          @files-chosen=${(/** @type {CustomEvent<File[]>} */ event) => this.uploads?.add(event.detail)}
          @stopped=${(/** @type {CustomEvent<number>} */ event) => this.uploads?.stop(event.detail)}
          @cleared=${(/** @type {CustomEvent<number>} */ event) => this.uploads?.clear(event.detail)}
          @replaced=${(/** @type {CustomEvent<number>} */ event) => void this.uploads?.replace(event.detail)}></tako-upload>
        ${isEmpty ? this.#empty() : this.#list(page, find)}
      </div>`
  }

  #pick() {
    const upload = /** @type {import('../components/tako-upload.js').TakoUpload | null} */ (
      this.querySelector('tako-upload')
    )
    upload?.pick()
  }

  #empty() {
    const address = `${location.origin}/api/${this.space.Id}/packages/raw`
    const command = `curl -H "X-Octopus-ApiKey: $API_KEY" -F file=@Acme.Web.1.0.0.zip ${address}`
    return html`
      <section class="panel empty-panel">
        <h2>No package yet.</h2>
        <p>A release freezes which version of each package its steps get. Upload one above, or push it from your build:</p>
        <tako-copy-line label="The command that pushes a package" .text=${command}></tako-copy-line>
      </section>`
  }

  /** @param {import('../api.js').Page} page @param {string} find */
  #list(page, find) {
    return html`
      <div class="row wrap toolbar">
        <label class="search"><span class="visually-hidden">Filter packages</span>${icon('search')}<input class="input" type="search" placeholder="Filter by id" .value=${find}
          @input=${(/** @type {Event & { target: HTMLInputElement }} */ event) => setQuery({ find: event.target.value, show: '' })}></label>
        <span class="quiet small">${counted(page.TotalResults, 'package')}</span>
      </div>
      ${
        page.Items.length === 0
          ? html`<p class="quiet">No package is called ‘${find}’. <button class="button bare compact" type="button" @click=${() => setQuery({ find: '' })}>Clear filter</button></p>`
          : this.#table(page)
      }`
  }

  /** @param {import('../api.js').Page} page */
  #table({ Items, TotalResults }) {
    return html`
      <div class="panel">
        <table class="table cards">
          <caption class="visually-hidden">Packages with their latest versions</caption>
          <thead><tr><th scope="col">Package</th><th scope="col">Latest version</th><th scope="col">Format</th><th scope="col" class="right">Size</th><th scope="col" class="right">Published</th></tr></thead>
          <tbody>${Items.map(
            (one) => html`<tr>
              <th scope="row"><a href=${this.#hrefOf(one.PackageId)}>${one.PackageId}</a></th>
              <td data-column="Latest version" class="version">${one.Version}</td>
              <td data-column="Format" class="quiet">${String(one.FileExtension).replace(/^\./, '')}</td>
              <td data-column="Size" class="right number">${size(one.PackageSizeBytes)}</td>
              <td data-column="Published" class="right"><tako-time .at=${one.Published} suffix="ago"></tako-time></td>
            </tr>`,
          )}</tbody>
        </table>
        ${TotalResults > Items.length ? html`<div class="more-rows"><button class="button compact" type="button" @click=${() => setQuery({ show: String(Items.length + PAGE) })}>Show ${PAGE} more</button></div>` : nothing}
      </div>`
  }
}

customElements.define('tako-page-packages', TakoPagePackages)
