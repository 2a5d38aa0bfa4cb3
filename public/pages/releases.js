import { html, nothing } from 'lit'
import { icon } from '../components/icons.js'
import '../components/tako-time.js'
import { counted } from '../format.js'
import { setQuery } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { styles } from './project.styles.js'
import { ProjectPage } from './project-page.js'

pageStyles('tako-page-releases', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ project: Resource, group: Resource | null, releases: Resource[], total: number, channels: Resource[] }} Data
 */

const PAGE = 50

/**
 * All releases of a project, the newest first.
 * @extends {ProjectPage<Data>}
 */
class TakoPageReleases extends ProjectPage {
  tab = 'Releases'
  name = 'releases'

  keys() {
    return [...super.keys(), this.query.get('find') ?? '', this.query.get('show') ?? '']
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const { project, group } = await this.project(signal)
    const find = encodeURIComponent(this.query.get('find') ?? '')
    const take = Math.max(PAGE, Number(this.query.get('show')) || 0)
    const [releases, channels] = await Promise.all([
      this.api.get(`/projects/${project.Id}/releases?take=${take}&searchByVersion=${find}`, signal),
      this.api.get(`/projects/${project.Id}/channels?take=2147483647`, signal),
    ])
    return {
      project,
      group,
      releases: releases.Items,
      total: releases.TotalResults,
      channels: channels.Items,
    }
  }

  /** @param {import('../live.js').Change} change */
  isTouched(change) {
    return (
      super.isTouched(change) ||
      (change.Kind === 'Release' && change.ProjectId === this.data?.project.Id)
    )
  }

  /** @param {Data} data */
  body(data) {
    const find = this.query.get('find') ?? ''
    if (data.total === 0 && !find) {
      return html`<section class="panel empty-panel"><h2>No release yet.</h2><p class="quiet">A release freezes process, variables and packages, so that what was tested is what goes on.</p></section>`
    }
    return html`
      <div class="row wrap toolbar">
        <label class="search"><span class="visually-hidden">Find a release</span>${icon('search')}<input class="input" type="search" placeholder="Find a release" .value=${find}
          @input=${(/** @type {Event & { target: HTMLInputElement }} */ event) => setQuery({ find: event.target.value })}></label>
        <span class="quiet small">${counted(data.total, 'release')}</span>
      </div>
      ${
        data.releases.length === 0
          ? html`<p class="quiet">No release is called ‘${find}’. <button class="button bare compact" type="button" @click=${() => setQuery({ find: '' })}>Clear filter</button></p>`
          : html`<div class="panel"><table class="table cards"><caption class="visually-hidden">Releases of ${data.project.Name}</caption>
              <thead><tr><th scope="col">Version</th><th scope="col">Notes</th><th scope="col">Channel</th><th scope="col">Created</th></tr></thead>
              <tbody>${data.releases.map((release) => this.#row(release, data.channels))}</tbody></table></div>`
      }
      ${data.releases.length < data.total ? html`<p><button class="button" type="button" @click=${() => setQuery({ show: String(data.releases.length + PAGE) })}>Show ${Math.min(PAGE, data.total - data.releases.length)} more</button></p>` : nothing}`
  }

  #row(/** @type {Resource} */ release, /** @type {Resource[]} */ channels) {
    const channel = channels.find(({ Id }) => Id === release.ChannelId)
    return html`<tr>
      <th scope="row"><a class="version" href="${this.addressOf(release.Version)}">${release.Version}</a></th>
      <td data-column="Notes">${String(release.ReleaseNotes ?? '').split('\n')[0]}</td>
      <td data-column="Channel">${channel?.Name ?? ''}</td>
      <td data-column="Created"><tako-time .at=${release.Assembled} suffix="ago"></tako-time></td></tr>`
  }
}

customElements.define('tako-page-releases', TakoPageReleases)
