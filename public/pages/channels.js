import { html, nothing } from 'lit'
import { ProjectPage } from './project-page.js'

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ project: Resource, group: Resource | null, channels: Resource[], lifecycles: Resource[] }} Data
 */

/**
 * The channels of a project. Only the default one is made for now, so there is nothing to add.
 * @extends {ProjectPage<Data>}
 */
class TakoPageChannels extends ProjectPage {
  tab = 'Channels'
  name = 'channels'

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const { project, group } = await this.project(signal)
    const [channels, lifecycles] = await Promise.all([
      this.api.get(`/projects/${project.Id}/channels?take=2147483647`, signal),
      this.api.get('/lifecycles/all', signal),
    ])
    return { project, group, channels: channels.Items, lifecycles }
  }

  /** @param {import('../live.js').Change} change */
  isTouched(change) {
    return super.isTouched(change) || change.Kind === 'Channel' || change.Kind === 'Lifecycle'
  }

  /** @param {Data} data */
  body({ project, channels, lifecycles }) {
    return html`
      <div class="panel">
        <table class="table cards">
          <caption class="visually-hidden">Channels of ${project.Name}</caption>
          <thead><tr><th scope="col">Name</th><th scope="col">Lifecycle</th><th scope="col">Description</th></tr></thead>
          <tbody>${channels.map((channel) => {
            const id = channel.LifecycleId || project.LifecycleId
            const lifecycle = lifecycles.find(({ Id }) => Id === id)
            return html`<tr>
              <th scope="row">${channel.Name} ${channel.IsDefault ? html`<span class="chip">Default</span>` : nothing}</th>
              <td data-column="Lifecycle">${lifecycle ? html`<a href="/${this.space.Slug}/library/lifecycles/${lifecycle.Id}">${lifecycle.Name}</a>` : nothing}${channel.LifecycleId ? nothing : html` <span class="quiet">the project's</span>`}</td>
              <td data-column="Description">${channel.Description ?? ''}</td></tr>`
          })}</tbody>
        </table>
      </div>
      <p class="quiet small">A channel decides which lifecycle a release follows. Releases go into the default one unless another is named.</p>`
  }
}

customElements.define('tako-page-channels', TakoPageChannels)
