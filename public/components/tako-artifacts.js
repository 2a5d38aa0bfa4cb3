import { html, LitElement, nothing } from 'lit'
import { size } from '../format.js'
import { icon } from './icons.js'

/**
 * A file that a script has left, as the API has it.
 * @typedef {Record<string, any> & { Id: string, Filename: string, Source: string | null, SizeBytes: number | null }} Artifact
 */

/** The files that a task has left, to download. */
export class TakoArtifacts extends LitElement {
  static properties = {
    artifacts: { attribute: false },
    total: { type: Number },
    hrefOf: { attribute: false },
  }

  constructor() {
    super()
    /** @type {Artifact[]} */
    this.artifacts = []
    /** How many there are, with those that are not shown. */
    this.total = 0
    /** Where the content of one is. @type {(id: string) => string} */
    this.hrefOf = () => ''
  }

  createRenderRoot() {
    return this
  }

  render() {
    const rest = this.total - this.artifacts.length
    return html`
      <section class="artifacts" aria-labelledby="artifacts">
        <h2 id="artifacts">Artifacts</h2>
        <ul>${this.artifacts.map(
          ({ Id, Filename, Source, SizeBytes }) =>
            html`<li>${
              SizeBytes === null
                ? html`<span class="quiet" title="Its content is not here">${Filename}</span>`
                : html`<a href=${this.hrefOf(Id)} download title=${Source ? `${Filename}, from ${Source}` : Filename}>${icon('download')}<span>${Filename}</span><small class="number">${size(SizeBytes)}</small></a>`
            }</li>`,
        )}</ul>
        ${rest > 0 ? html`<span class="quiet small">and ${rest} more</span>` : nothing}
      </section>`
  }
}

customElements.define('tako-artifacts', TakoArtifacts)
