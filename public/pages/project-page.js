import { html } from 'lit'
import { api } from '../api.js'
import '../components/tako-project-head.js'
import { refusal } from '../permissions.js'
import { LoadedPage } from './loaded-page.js'

/** @typedef {import('../api.js').Resource} Resource */

/** What one needs to change what builds releases. */
const BUILDING = ['ProcessEdit', 'VariableEdit', 'ReleaseCreate']

/**
 * A page of a project: its head, its tabs, and below them what the heir draws with `body`.
 * @template {{ project: Resource, group: Resource | null }} Data
 * @extends {LoadedPage<Data>}
 */
export class ProjectPage extends LoadedPage {
  /** The tab that the page belongs to. */
  tab = 'Overview'
  /** The class of the page, by which its rules know it. */
  name = 'project'

  get api() {
    return api.space(this.space)
  }

  /** The address of the project. */
  get address() {
    return `/${this.space.Slug}/projects/${this.params.project}`
  }

  /** The address of a release. */
  addressOf(/** @type {string} */ version) {
    return `${this.address}/releases/${encodeURIComponent(version)}`
  }

  keys() {
    return [this.params.project]
  }

  /** @param {AbortSignal} signal @returns {Promise<{ project: Resource, group: Resource | null }>} */
  async project(signal) {
    const project = await this.api.get(`/projects/${this.params.project}`, signal)
    const group = await this.api
      .get(`/projectgroups/${project.ProjectGroupId}`, signal)
      .catch((/** @type {import('../api.js').ApiError} */ error) => {
        // One may see a project without seeing its group; the crumb is left out then.
        if (error.status === 403 || error.status === 404) return null
        throw error
      })
    return { project, group }
  }

  /** @param {import('../live.js').Change} change */
  isTouched(change) {
    return change.Kind === 'Project' && change.Id === this.data?.project.Id
  }

  /** @param {Data} data */
  heading(data) {
    if (this.tab && this.tab !== 'Overview') return `${this.tab} · ${data.project.Name}`
    // The head of a project is drawn after the page, so its heading may not be there yet.
    return super.heading(data) || data.project.Name
  }

  /** Why this may not be done here, '' when it may. @param {string} permission */
  refusal(permission) {
    const owner = this.data?.project.Remote?.RemoteSpace
    // What builds the releases of a project of another space is that space's alone.
    if (owner && BUILDING.includes(permission)) return `This project is owned by ${owner}.`
    return refusal(this.me, this.space, permission)
  }

  /** @param {Data} data @returns {unknown} */
  content(data) {
    const why = data.project.IsDisabled
      ? 'The project is switched off.'
      : this.refusal('ReleaseCreate')
    return html`
      <div class="page ${this.name}">
        <tako-project-head .project=${data.project} .group=${data.group?.Name ?? ''} base="/${this.space.Slug}/projects" tab=${this.tab} .refusal=${why}></tako-project-head>
        ${this.problem()}
        ${this.body(data)}
      </div>`
  }

  /** @param {Data} _data @returns {unknown} */
  body(_data) {
    throw new Error('A page of a project must say what it shows.')
  }
}
