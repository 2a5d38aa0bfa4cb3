import { html, LitElement, nothing } from 'lit'
import { age } from '../format.js'
import { icon } from './icons.js'
import { isLeft, keyOf, versionOf } from './release-packages.js'

/** @typedef {import('./release-packages.js').TemplatePackage} TemplatePackage */

/**
 * The packages of a new release with the versions that it freezes. `version-chosen` is sent with the package and
 * the version.
 */
export class TakoReleasePackages extends LitElement {
  static properties = {
    packages: { attribute: false },
    chosen: { attribute: false },
    versions: { attribute: false },
    base: {},
    hasRule: { attribute: false },
  }

  constructor() {
    super()
    /** @type {TemplatePackage[]} */
    this.packages = []
    /** The versions that somebody has chosen, by `keyOf`. @type {Map<string, string>} */
    this.chosen = new Map()
    /** The versions that there are. @type {import('./release-packages.js').Versions} */
    this.versions = new Map()
    /** The address of the page of packages. */
    this.base = ''
    /** Whether the channel limits which versions a package may have. @type {(one: TemplatePackage) => boolean} */
    this.hasRule = () => false
  }

  createRenderRoot() {
    return this
  }

  render() {
    const isFirst = this.packages.every((one) => !one.VersionSelectedLastRelease)
    return html`
      <fieldset class="release-packages">
        <legend>Packages</legend>
        <div class="panel"><table class="table cards">
          <caption class="visually-hidden">The packages with the versions that the release freezes</caption>
          <thead><tr><th scope="col">Package</th><th scope="col">Version</th>${isFirst ? nothing : html`<th scope="col">Last release</th>`}</tr></thead>
          <tbody>${this.packages.map((one, at) => this.#row(one, at, isFirst))}</tbody>
        </table></div>
      </fieldset>`
  }

  /** @param {TemplatePackage} one @param {number} at @param {boolean} isFirst */
  #row(one, at, isFirst) {
    const { StepName, PackageReferenceName, PackageId, VersionSelectedLastRelease: last } = one
    const isSame = last && last === versionOf(one, this.chosen, this.versions)
    return html`
      <tr>
        <th scope="row">${PackageId}<small>${StepName}${PackageReferenceName && PackageReferenceName !== PackageId ? `, as ${PackageReferenceName}` : ''}</small></th>
        <td data-column="Version">${this.#version(one, at)}</td>
        ${isFirst ? nothing : html`<td data-column="Last release" class="version">${last ?? html`<span class="quiet">none</span>`}${isSame ? html` <span class="quiet small">the same</span>` : nothing}</td>`}
      </tr>`
  }

  /** @param {TemplatePackage} one @param {number} at */
  #version(one, at) {
    const { FixedVersion, IsResolvable, PackageId } = one
    const label = `Version of ${PackageId}`
    const version = versionOf(one, this.chosen, this.versions)
    if (FixedVersion)
      return html`<span class="version">${FixedVersion}</span><small>the process says so</small>`
    if (!IsResolvable) {
      return html`<input class="input mono" id="package-version-${at}" aria-label=${label} placeholder="1.0.0" autocomplete="off" .value=${version}
        @input=${(/** @type {Event & { target: HTMLInputElement }} */ event) => this.#choose(one, event.target.value)}>
        <small>Tako cannot look into ${one.FeedName}: type the version.</small>`
    }
    if (isLeft(one, this.versions))
      return html`The latest<small>To choose needs the permission FeedView.</small>`
    const all = this.versions?.get(keyOf(one)) ?? []
    if (all.length === 0) return this.#missing(one)
    return html`
      <select class="input" id="package-version-${at}" aria-label=${label} @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => this.#choose(one, event.target.value)}>
        ${all.map(({ Version, Published }, place) => html`<option value=${Version} ?selected=${Version === version}>${Version}${place === 0 ? ' · latest' : ''}${Published ? ` · ${age(Published)}` : ''}</option>`)}
      </select>
      ${this.hasRule(one) ? html`<small>those that the channel allows</small>` : nothing}`
  }

  /** @param {TemplatePackage} one */
  #missing(one) {
    const what = this.hasRule(one)
      ? 'No version is there that the channel allows.'
      : 'No version is there yet.'
    return html`<span class="missing">${icon('warning')}<span>${what} <a href=${this.base}>Upload one</a>, or push it from your build.</span></span>`
  }

  /** @param {TemplatePackage} one @param {string} version */
  #choose(one, version) {
    this.dispatchEvent(new CustomEvent('version-chosen', { detail: { key: keyOf(one), version } }))
  }
}

customElements.define('tako-release-packages', TakoReleasePackages)
