import { html, LitElement, nothing } from 'lit'
import { icon } from './icons.js'
import { originChip } from './release-origin.js'

const TABS = [
  ['Overview', ''],
  ['Releases', '/releases'],
  ['Process', '/process'],
  ['Variables', '/variables'],
  ['Channels', '/channels'],
  ['Settings', '/settings'],
]

/** What all pages of a project begin with. */
export class TakoProjectHead extends LitElement {
  static properties = {
    project: { attribute: false },
    group: {},
    base: {},
    tab: {},
    refusal: {},
  }

  constructor() {
    super()
    /** @type {{ Name: string, Slug: string, IsDisabled?: boolean, Description?: string, Remote?: { RemoteSpace: string } }} */
    this.project = { Name: '', Slug: '' }
    /** The name of the project's group. */
    this.group = ''
    /** The address of the space's projects. */
    this.base = ''
    this.tab = 'Overview'
    /** Why no release may be created, or ''. */
    this.refusal = ''
  }

  createRenderRoot() {
    return this
  }

  render() {
    const { Name, Slug, IsDisabled, Description, Remote } = this.project
    const address = `${this.base}/${Slug}`
    return html`
      <header class="page-head project-head">
        <div>
          <nav class="crumbs" aria-label="Where you are"><a href=${this.base}>Projects</a>${this.group ? html`<span>/</span><a href="${this.base}?group=${encodeURIComponent(this.group)}">${this.group}</a>` : nothing}</nav>
          <h1>${Name} ${originChip(Remote)}${IsDisabled ? html` <span class="chip">Switched off</span>` : nothing}</h1>
          ${Description && this.tab === 'Overview' ? html`<p>${Description}</p>` : nothing}
        </div>
        <div class="row">${
          this.refusal
            ? html`<button class="button" type="button" aria-disabled="true" title=${this.refusal} aria-label="Create release: ${this.refusal}">${icon('plus')}Create release</button>`
            : html`<a class="button primary" href="${address}/releases/new">${icon('plus')}Create release</a>`
        }</div>
      </header>
      <nav class="tabs" aria-label=${Name}>${TABS.map(
        ([name, path]) =>
          html`<a href="${address}${path}" aria-current=${name === this.tab ? 'page' : nothing}>${name}</a>`,
      )}</nav>`
  }
}

customElements.define('tako-project-head', TakoProjectHead)
