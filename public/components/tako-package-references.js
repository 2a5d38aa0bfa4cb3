import { html, LitElement, nothing } from 'lit'
import { checkbox, textField } from './form.js'
import { icon } from './icons.js'
import { packageField } from './package-field.js'
import { newReference, othersOf } from './package-model.js'

/**
 * @typedef {import('./package-model.js').Reference} Reference
 * @typedef {import('./process-model.js').Action} Action
 */

/**
 * The packages that are there beside a script. `references-changed` is sent with the new ones, `package-search`
 * with what to look for.
 */
export class TakoPackageReferences extends LitElement {
  static properties = {
    action: { attribute: false },
    shelf: { attribute: false },
    refusal: {},
    opened: { state: true },
  }

  constructor() {
    super()
    /** @type {Action} */
    this.action = { Name: '', ActionType: '', Properties: {} }
    /** @type {import('./package-field.js').Shelf} */
    this.shelf = { feeds: [], found: [] }
    /** Why nothing may be changed, or ''. */
    this.refusal = ''
    /** The place of the reference that is open, or -1. */
    this.opened = -1
  }

  createRenderRoot() {
    return this
  }

  render() {
    const all = othersOf(this.action)
    if (this.refusal && all.length === 0) return nothing
    return html`
      <fieldset class="references">
        <legend>Packages beside it</legend>
        ${all.length > 0 ? html`<ul class="rows">${all.map((reference, at) => this.#row(reference, at))}</ul>` : nothing}
        ${this.refusal ? nothing : html`<button type="button" class="button compact" @click=${() => this.#add()}>${icon('plus')}Add package</button>`}
        ${all.length === 0 ? html`<p class="help">A release freezes their versions; each is fetched before the script runs.</p>` : nothing}
      </fieldset>`
  }

  #row(/** @type {Reference} */ reference, /** @type {number} */ at) {
    const isOpen = this.opened === at
    const { Name, PackageId } = reference
    const called = PackageId || 'No package yet'
    return html`
      <li class="setting">
        <div class="setting-line"><span class="what">${called}</span><span>${Name && Name !== PackageId ? html`as <b>${Name}</b>, ` : nothing}${isExtracted(reference) ? 'unpacked' : 'as a file'}</span>
          ${
            this.refusal
              ? nothing
              : html`<span class="row"><button type="button" class="button bare compact" aria-expanded=${isOpen} aria-label="${isOpen ? 'Close' : 'Change'}: ${called}" @click=${() => {
                  this.opened = isOpen ? -1 : at
                }}>${isOpen ? 'Close' : 'Change'}</button>
                <button type="button" class="button bare square compact" aria-label="Remove ${called}" @click=${() => this.#remove(at)}>${icon('close')}</button></span>`
          }
        </div>
        ${isOpen ? html`<div class="setting-choices narrow-left">${this.#fields(reference, at)}</div>` : nothing}
      </li>`
  }

  #fields(/** @type {Reference} */ reference, /** @type {number} */ at) {
    const { Name } = reference
    const variable = `Octopus.Action.Package[${Name}].${isExtracted(reference) ? 'ExtractedPath' : 'PackageFilePath'}`
    return html`
      ${packageField({
        id: `reference-${at}`,
        label: 'Package',
        value: reference,
        shelf: this.shelf,
        disabled: Boolean(this.refusal),
        // As long as it has no name of its own, it is called as the package.
        onchange: (changes) =>
          this.#change(at, {
            ...changes,
            ...(changes.PackageId && isUnnamed(reference) && { Name: changes.PackageId }),
          }),
        onsearch: (term, feedId) => this.#search(term, feedId),
      })}
      ${textField({
        id: `reference-name-${at}`,
        label: 'Name',
        value: isUnnamed(reference) && !reference.PackageId ? '' : Name,
        help: html`In the script: <code>#{${variable}}</code>`,
        oninput: (text) => this.#change(at, { Name: text.trim() || reference.PackageId || Name }),
      })}
      ${checkbox({
        id: `reference-extract-${at}`,
        label: 'Unpack it',
        help: 'Into a folder of its own, before the script runs.',
        checked: isExtracted(reference),
        onchange: (isOn) =>
          this.#change(at, {
            Properties: { ...reference.Properties, Extract: isOn ? 'True' : 'False' },
          }),
      })}`
  }

  #add() {
    const all = othersOf(this.action)
    const FeedId = this.shelf.feeds[0]?.Id ?? 'feeds-builtin'
    this.opened = all.length
    this.#tell([...all, newReference(freeName(all), FeedId)])
    void this.#focus(all.length)
  }

  /** @param {number} at */
  async #focus(at) {
    await this.updateComplete
    // What is told comes back by the owner, one drawing later.
    requestAnimationFrame(() => {
      const input = this.querySelector(`#reference-${at}`)
      if (input instanceof HTMLElement) input.focus()
    })
  }

  #remove(/** @type {number} */ at) {
    this.opened = -1
    this.#tell(othersOf(this.action).filter((_, index) => index !== at))
  }

  #change(/** @type {number} */ at, /** @type {Partial<Reference>} */ changes) {
    this.#tell(
      othersOf(this.action).map((reference, index) =>
        index === at ? { ...reference, ...changes } : reference,
      ),
    )
  }

  #tell(/** @type {Reference[]} */ detail) {
    this.dispatchEvent(new CustomEvent('references-changed', { detail }))
  }

  #search(/** @type {string} */ term, /** @type {string} */ feedId) {
    const detail = { term, feedId }
    this.dispatchEvent(new CustomEvent('package-search', { detail, bubbles: true }))
  }
}

const isExtracted = (/** @type {Reference} */ { Properties }) => Properties.Extract !== 'False'

const PLACEHOLDER = /^package-\d+$/
/** Whether nobody has given the reference a name yet. */
const isUnnamed = (/** @type {Reference} */ { Name, PackageId }) =>
  Name === PackageId || PLACEHOLDER.test(Name)

/** @param {Reference[]} all */
function freeName(all) {
  const names = all.map(({ Name }) => Name.toLowerCase())
  for (let number = 1; ; number += 1) {
    if (!names.includes(`package-${number}`)) return `package-${number}`
  }
}

customElements.define('tako-package-references', TakoPackageReferences)
