import { html, nothing } from 'lit'
import { ApiError } from '../api.js'
import { areaField, button, field, textField } from '../components/form.js'
import '../components/tako-problem.js'
import { counted } from '../format.js'
import { navigate } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { may } from '../permissions.js'
import { ProjectPage } from './project-page.js'
import { styles } from './release.styles.js'

pageStyles('tako-page-release-new', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ project: Resource, group: Resource | null, template: Record<string, any>, channels: Resource[],
 *   process: Resource, variables: Resource | null }} Data
 */

/**
 * The form that creates a release.
 * @extends {ProjectPage<Data>}
 */
class TakoPageReleaseNew extends ProjectPage {
  static properties = {
    version: { state: true },
    channelId: { state: true },
    notes: { state: true },
    isBusy: { state: true },
    fault: { state: true },
  }

  name = 'new-release'

  constructor() {
    super()
    this.version = ''
    this.channelId = ''
    this.notes = ''
    this.isBusy = false
    /** @type {ApiError | undefined} */
    this.fault = undefined
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const { project, group } = await this.project(signal)
    const [channels, process, variables] = await Promise.all([
      this.api.get(`/projects/${project.Id}/channels?take=2147483647`, signal),
      this.api.get(`/deploymentprocesses/${project.DeploymentProcessId}`, signal),
      may(this.me, this.space, 'VariableView')
        ? this.api.get(`/variables/${project.VariableSetId}`, signal)
        : null,
    ])
    const channel =
      channels.Items.find((/** @type {Resource} */ one) => one.IsDefault) ?? channels.Items[0]
    const template = await this.#template(project, channel.Id, signal)
    return { project, group, template, channels: channels.Items, process, variables }
  }

  /** @param {Resource} project @param {string} channel @param {AbortSignal} [signal] */
  #template(project, channel, signal) {
    return this.api.get(
      `/deploymentprocesses/${project.DeploymentProcessId}/template?channel=${channel}`,
      signal,
    )
  }

  loaded(/** @type {Data} */ { template, channels }) {
    if (this.channelId) return
    this.version = template.NextVersionIncrement ?? ''
    this.channelId = (channels.find((one) => one.IsDefault) ?? channels[0])?.Id ?? ''
  }

  /** @param {Data} data */
  content(data) {
    const { template, channels, process, variables, project } = data
    const last = template.LastReleaseVersion
    const steps = /** @type {{ Name: string }[]} */ (process.Steps)
    const versionFault = this.version.trim() ? undefined : 'A release needs a version.'
    return html`
      <div class="page new-release">
      <header class="page-head"><div>
        <nav class="crumbs" aria-label="Where you are"><a href="/${this.space.Slug}/projects">Projects</a><span>/</span><a href=${this.address}>${project.Name}</a><span>/</span><a href="${this.address}/releases">Releases</a></nav>
        <h1>Create release</h1>
      </div></header>
      ${this.problem()}
      <div class="narrow">
        <form aria-label="Create release" @submit=${(/** @type {Event} */ event) => {
          event.preventDefault()
          void this.#create(data)
        }}>
          ${this.fault ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
          <div class="name-field">${textField({
            id: 'version',
            label: 'Version',
            value: this.version,
            help: last ? html`The last one is ${last}.` : 'The first release of this project.',
            error: versionFault,
            required: true,
            autofocus: true,
            oninput: (value) => {
              this.version = value
            },
          })}</div>
          ${
            channels.length > 1
              ? html`<div class="name-field">${field(
                  { id: 'channel', label: 'Channel' },
                  html`<select class="input" id="channel" @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => this.#choose(event.target.value)}>
                    ${channels.map(({ Id, Name }) => html`<option value=${Id} ?selected=${Id === this.channelId}>${Name}</option>`)}</select>`,
                )}</div>`
              : nothing
          }
          ${areaField({
            id: 'notes',
            label: 'Release notes',
            rows: 6,
            value: this.notes,
            help: 'What this release brings, for those who deploy it. The first line shows in lists.',
            oninput: (value) => {
              this.notes = value
            },
          })}
          <div class="form-end">
            ${button({ label: this.isBusy ? 'Creating…' : 'Create', kind: 'primary', refusal: versionFault ?? this.refusal('ReleaseCreate'), onclick: () => this.#create(data) })}
            <a class="button bare" href=${this.address}>Cancel</a>
          </div>
        </form>
        <aside class="aside" aria-label="What the release freezes">
          <h2>What it freezes</h2>
          ${
            steps.length > 0
              ? html`<ol>${steps.map(({ Name }, at) => html`<li><span class="n">${at + 1}</span><span>${Name}</span></li>`)}</ol>`
              : html`<p>No step yet. <a href="${this.address}/process">Add one</a> first: a release keeps the process as it is now.</p>`
          }
          ${variables ? html`<p class="quiet">and ${counted(new Set(variables.Variables.map((/** @type {Resource} */ one) => one.Name)).size, 'variable')}.</p>` : nothing}
          <p class="quiet small">Later changes of process and variables do not reach it.</p>
        </aside>
      </div>
      </div>`
  }

  async #choose(/** @type {string} */ channelId) {
    const before = this.data?.template.NextVersionIncrement
    this.channelId = channelId
    if (!this.data) return
    const template = await this.#template(this.data.project, channelId)
    // A version that somebody has typed stays.
    if (this.version === before) this.version = template.NextVersionIncrement ?? ''
    this.data = { ...this.data, template }
    this.requestUpdate()
  }

  async #create(/** @type {Data} */ { project }) {
    if (this.isBusy || !this.version.trim()) return
    this.isBusy = true
    this.fault = undefined
    try {
      const release = await this.api.post('/releases', {
        ProjectId: project.Id,
        ChannelId: this.channelId,
        Version: this.version.trim(),
        ReleaseNotes: this.notes,
        SelectedPackages: [],
      })
      await navigate(this.addressOf(release.Version))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.fault = error
    } finally {
      this.isBusy = false
    }
  }
}

customElements.define('tako-page-release-new', TakoPageReleaseNew)
