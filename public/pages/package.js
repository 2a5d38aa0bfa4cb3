import '../components/elements/drawer.js'
import { html, nothing } from 'lit'
import { api } from '../api.js'
import { buildFacts, buildLine } from '../components/build-facts.js'
import { icon } from '../components/icons.js'
import { rowMenu } from '../components/row-menu.js'
import { ask } from '../components/tako-ask.js'
import '../components/tako-time.js'
import { counted, size } from '../format.js'
import { navigate, setQuery } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { refusal } from '../permissions.js'
import { attempt } from './editing.js'
import { LoadedPage } from './loaded-page.js'
import { styles } from './packages.styles.js'

pageStyles('tako-page-package', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {import('../api.js').Page} Versions
 */

const PAGE = 50

/**
 * The versions of a package, the latest first.
 * @extends {LoadedPage<Versions>}
 */
class TakoPagePackage extends LoadedPage {
  static properties = { isBusy: { state: true }, fault: { state: true } }

  constructor() {
    super()
    this.isBusy = false
    /** @type {import('../api.js').ApiError | undefined} */
    this.fault = undefined
  }

  keys() {
    return [this.params.id, this.query.get('show') ?? '']
  }

  /** @param {import('../live.js').Change} change */
  isTouched({ Kind }) {
    return Kind === 'Package' || Kind === 'BuildInformation'
  }

  get #api() {
    return api.space(this.space)
  }

  get #list() {
    return `/${this.space.Slug}/library/packages`
  }

  /** @param {AbortSignal} signal @returns {Promise<Versions>} */
  load(signal) {
    const id = encodeURIComponent(this.params.id ?? '')
    const take = Number(this.query.get('show')) || PAGE
    return this.#api.get(`/packages?nuGetPackageId=${id}&take=${take}`, signal)
  }

  /** @param {Versions} versions */
  heading({ Items }) {
    return Items[0]?.PackageId ?? this.params.id
  }

  /** @param {Versions} versions */
  content(versions) {
    const { Items, TotalResults } = versions
    const shown = Items.find(({ Version }) => Version === this.query.get('version'))
    return html`
      <div class="page package">
        <header class="page-head"><div>
          <nav class="crumbs" aria-label="Where you are"><a href=${this.#list}>Packages</a></nav>
          <h1>${this.heading(versions)}</h1>
        </div></header>
        ${this.problem()}
        ${this.fault ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
        ${
          Items.length === 0
            ? html`<section class="panel empty-panel"><h2>No version is here.</h2><p>The package was deleted, or never pushed. <a href=${this.#list}>See all packages</a></p></section>`
            : html`<div class="panel">
                ${this.#table(Items)}
                <div class="more-rows quiet small">${counted(TotalResults, 'version')} ${TotalResults > Items.length ? html`<button class="button compact" type="button" @click=${() => setQuery({ show: String(Items.length + PAGE) })}>Show ${PAGE} more</button>` : nothing}</div>
              </div>`
        }
        ${shown ? this.#drawer(shown) : nothing}
      </div>`
  }

  /** @param {Resource[]} versions */
  #table(versions) {
    const mayNot = {
      get: refusal(this.me, this.space, 'BuiltInFeedDownload'),
      remove: refusal(this.me, this.space, 'BuiltInFeedAdminister'),
    }
    return html`
      <table class="table cards">
        <caption class="visually-hidden">Versions, the latest first</caption>
        <thead><tr><th scope="col">Version</th><th scope="col">Build</th><th scope="col">Format</th><th scope="col" class="right">Size</th><th scope="col" class="right">Published</th><td></td></tr></thead>
        <tbody>${versions.map(
          (one) => html`<tr>
            <th scope="row"><button class="link-button version" type="button" aria-haspopup="dialog" @click=${() => setQuery({ version: one.Version })}>${one.Version}</button></th>
            <td data-column="Build">${one.PackageVersionBuildInformation ? buildLine(one.PackageVersionBuildInformation) : html`<span class="quiet">nothing told</span>`}</td>
            <td data-column="Format" class="quiet">${String(one.FileExtension).replace(/^\./, '')}</td>
            <td data-column="Size" class="right number">${size(one.PackageSizeBytes)}</td>
            <td data-column="Published" class="right"><tako-time .at=${one.Published} suffix="ago"></tako-time></td>
            <td class="acts">${rowMenu(`More about ${one.Version}`, [
              {
                name: 'Download',
                act: () => location.assign(this.#hrefOf(one)),
                refusal: mayNot.get,
              },
              {
                name: 'Delete…',
                act: () => void this.#delete(one),
                refusal: mayNot.remove,
                isDanger: true,
              },
            ])}</td>
          </tr>`,
        )}</tbody>
      </table>`
  }

  /** @param {Resource} one */
  #drawer(one) {
    const build = one.PackageVersionBuildInformation
    const mayNot = refusal(this.me, this.space, 'BuiltInFeedDownload')
    return html`
      <wa-drawer open label="${one.PackageId} ${one.Version}" style="--size:min(520px, 96vw)" @wa-after-hide=${(
        /** @type {Event} */ event,
      ) => {
        if (event.target === event.currentTarget) setQuery({ version: '' })
      }}>
        <dl class="facts">
          <div><dt>File</dt><dd>${one.PackageId}.${one.Version}${one.FileExtension}</dd></div>
          <div><dt>Size</dt><dd class="number">${size(one.PackageSizeBytes)}${one.PackageSizeBytes >= 1000 ? html` <span class="quiet">${one.PackageSizeBytes.toLocaleString('en-GB')} bytes</span>` : nothing}</dd></div>
          <div><dt>SHA-1</dt><dd><code>${one.Hash}</code></dd></div>
          <div><dt>Published</dt><dd><tako-time .at=${one.Published} suffix="ago"></tako-time></dd></div>
          ${one.Title && one.Title !== one.PackageId ? html`<div><dt>Title</dt><dd>${one.Title}</dd></div>` : nothing}
          ${one.Description ? html`<div><dt>Description</dt><dd>${one.Description}</dd></div>` : nothing}
        </dl>
        <h3>Build information</h3>
        ${build ? buildFacts(build) : html`<p class="quiet small">No build has told any. Push it to <code>${this.#api.hrefOf('/build-information')}</code>, before or after the package.</p>`}
        ${mayNot ? nothing : html`<a slot="footer" class="button" href=${this.#hrefOf(one)} download>${icon('download')}Download</a>`}
      </wa-drawer>`
  }

  #hrefOf(/** @type {Resource} */ { Id }) {
    return this.#api.hrefOf(`/packages/${encodeURIComponent(Id)}/raw`)
  }

  /** @param {Resource} one */
  async #delete({ Id, PackageId, Version }) {
    const name = `${PackageId} ${Version}`
    const isSure = await ask({
      title: `Delete ${name}?`,
      text: html`<p>Its file goes. Releases that have frozen this version can be deployed no more, unless the same version is pushed again.</p>`,
      verb: `Delete ${name}`,
      isDanger: true,
    })
    if (!isSure) return
    const isLast = this.data?.TotalResults === 1
    const isDone = await attempt(this, () =>
      this.#api.delete(`/packages/${encodeURIComponent(Id)}`),
    )
    if (isDone && isLast) return navigate(this.#list)
    await this.reload()
  }
}

customElements.define('tako-page-package', TakoPagePackage)
