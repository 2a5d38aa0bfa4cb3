import { html } from 'lit'
import { comparison } from '../components/comparison.js'
import { selectField } from '../components/form.js'
import { setQuery } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { styles } from './compare.styles.js'
import { styles as comparisonStyles } from './comparison.styles.js'
import { ProjectPage } from './project-page.js'

pageStyles('tako-page-compare', styles)
pageStyles('tako-page-compare', comparisonStyles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ project: Resource, group: Resource | null, release: Resource, others: Resource[], other: Resource | null,
 *   found: import('../components/comparison.js').Comparison | null }} Data
 */

/** So many of the last releases can be chosen. */
const MOST = 100

/**
 * A release beside another: what differs in process, variables and packages.
 * @extends {ProjectPage<Data>}
 */
class TakoPageCompare extends ProjectPage {
  name = 'compare'

  keys() {
    return [this.params.project, this.params.version, this.query.get('with') ?? '']
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const { project, group } = await this.project(signal)
    const [release, page] = await Promise.all([
      this.api.get(
        `/projects/${project.Id}/releases/${encodeURIComponent(this.params.version ?? '')}`,
        signal,
      ),
      this.api.get(`/projects/${project.Id}/releases?take=${MOST}`, signal),
    ])
    const all = /** @type {Resource[]} */ (page.Items)
    const others = all.filter(({ Id }) => Id !== release.Id)
    const wish = this.query.get('with')
    // Without a wish, with the one before it.
    const before = others.find(({ Assembled }) => Assembled < release.Assembled)
    const other =
      others.find(({ Id, Version }) => Id === wish || Version === wish) ??
      before ??
      others[0] ??
      null
    const found =
      other && (await this.api.get(`/releases/${release.Id}/compare/${other.Id}`, signal))
    return { project, group, release, others, other, found }
  }

  heading(/** @type {Data} */ { release }) {
    return `${release.Version} compared`
  }

  /** @param {Data} data */
  content({ project, release, others, other, found }) {
    const address = this.addressOf(String(release.Version))
    return html`
      <div class="page compare">
        <header class="page-head"><div>
          <nav class="crumbs" aria-label="Where you are"><a href="/${this.space.Slug}/projects">Projects</a><span>/</span><a href=${this.address}>${project.Name}</a><span>/</span><a href=${address}>${release.Version}</a></nav>
          <h1>What ${release.Version} changes</h1></div></header>
        ${this.problem()}
        ${
          other
            ? html`<div class="compared-with">${selectField({
                ...{ id: 'compare-with', label: 'Compared with', chosen: other.Id },
                options: others.map(({ Id, Version }) => [Id, Version]),
                onchange: (id) => setQuery({ with: id }),
              })}</div>`
            : html`<p class="quiet">The project has no other release to compare it with.</p>`
        }
        ${found ? html`<div class="sections">${comparison(found)}</div>` : ''}
      </div>`
  }
}

customElements.define('tako-page-compare', TakoPageCompare)
