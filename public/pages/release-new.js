import { html, nothing } from 'lit'
import { ApiError } from '../api.js'
import { areaField, button, field, textField } from '../components/form.js'
import { keyOf, missingOf, ruleFor, selectedOf, versionOf } from '../components/release-packages.js'
import '../components/tako-problem.js'
import '../components/tako-release-packages.js'
import { counted } from '../format.js'
import { navigate } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { may } from '../permissions.js'
import { ProjectPage } from './project-page.js'
import { styles } from './release.styles.js'

pageStyles('tako-page-release-new', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {import('../components/release-packages.js').TemplatePackage} TemplatePackage
 * @typedef {import('../components/release-packages.js').Versions} Versions
 * @typedef {Record<string, any> & { Packages: TemplatePackage[] }} Template
 * @typedef {{ template: Template, versions: Versions }} Choices what a channel leaves to choose from
 * @typedef {Choices & { project: Resource, group: Resource | null, channels: Resource[], process: Resource,
 *   variables: Resource | null }} Data
 */

/** How many versions of a package are offered, the latest first. */
const OFFERED = 50

/**
 * The form that creates a release.
 * @extends {ProjectPage<Data>}
 */
class TakoPageReleaseNew extends ProjectPage {
  static properties = {
    version: { state: true },
    channelId: { state: true },
    notes: { state: true },
    chosen: { state: true },
    isBusy: { state: true },
    fault: { state: true },
  }

  name = 'new-release'

  constructor() {
    super()
    /** What somebody has typed; undefined: what the project's rule says. @type {string | undefined} */
    this.version = undefined
    /** Versions of packages that somebody has chosen, by `keyOf`. @type {Map<string, string>} */
    this.chosen = new Map()
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
    const shown =
      channels.Items.find((/** @type {Resource} */ { Id }) => Id === this.channelId) ?? channel
    const choices = await this.#choices(project, shown, signal)
    return { project, group, ...choices, channels: channels.Items, process, variables }
  }

  /** @param {Resource} project @param {Resource} channel @param {AbortSignal} [signal] @returns {Promise<Choices>} */
  async #choices(project, channel, signal) {
    /** @type {Template} */
    const template = await this.api.get(
      `/deploymentprocesses/${project.DeploymentProcessId}/template?channel=${channel.Id}`,
      signal,
    )
    const versions = may(this.me, this.space, 'FeedView')
      ? await this.#versions(template.Packages, channel, signal)
      : null
    return { template, versions }
  }

  /** The versions of each package that the channel allows. @param {TemplatePackage[]} packages @param {Resource} channel @param {AbortSignal} [signal] */
  async #versions(packages, channel, signal) {
    const asked = packages.filter(
      ({ IsResolvable, FixedVersion }) => IsResolvable && FixedVersion === null,
    )
    const paths = asked.map((one) => {
      const rule = ruleFor(one, channel.Rules ?? [])
      const query = new URLSearchParams({ packageId: one.PackageId, take: String(OFFERED) })
      if (rule?.VersionRange) query.set('versionRange', rule.VersionRange)
      if (rule?.Tag) query.set('preReleaseTag', rule.Tag)
      return `/feeds/${one.FeedId}/packages/versions?${query}`
    })
    // Several steps may ask for the same package.
    const answers = new Map(
      await Promise.all(
        [...new Set(paths)].map(
          async (path) => /** @type {const} */ ([path, (await this.api.get(path, signal)).Items]),
        ),
      ),
    )
    return new Map(
      asked.map((one, at) => [keyOf(one), answers.get(/** @type {string} */ (paths[at])) ?? []]),
    )
  }

  /** @param {import('../live.js').Change} change */
  isTouched(change) {
    return super.isTouched(change) || change.Kind === 'Package'
  }

  loaded(/** @type {Data} */ { channels }) {
    if (this.channelId) return
    this.channelId = (channels.find((one) => one.IsDefault) ?? channels[0])?.Id ?? ''
  }

  /** The package that gives the release its version, if one does. @param {Data} data */
  #donor({ template }) {
    const { VersioningPackageStepName, VersioningPackageReferenceName } = template
    if (!VersioningPackageStepName) return undefined
    const key = keyOf({
      ActionName: VersioningPackageStepName,
      PackageReferenceName: VersioningPackageReferenceName ?? '',
    })
    return template.Packages.find((one) => keyOf(one) === key)
  }

  /** The version that stands in the field. @param {Data} data */
  #version(data) {
    if (this.version !== undefined) return this.version
    const donor = this.#donor(data)
    return donor
      ? versionOf(donor, this.chosen, data.versions)
      : (data.template.NextVersionIncrement ?? '')
  }

  /** @param {Data} data */
  content(data) {
    const { template, channels, process, variables, project } = data
    const last = template.LastReleaseVersion
    const steps = /** @type {{ Name: string }[]} */ (process.Steps)
    const version = this.#version(data)
    const donor = this.#donor(data)
    const versionFault = version.trim() ? undefined : 'A release needs a version.'
    const missing = missingOf(template.Packages, this.chosen, data.versions)
    const channel = channels.find(({ Id }) => Id === this.channelId)
    const after = last ? html`The last one is ${last}.` : 'The first release of this project.'
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
            value: version,
            help: donor ? html`That of ${donor.PackageId}. ${after}` : after,
            error: missing && donor ? undefined : versionFault,
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
          ${
            template.Packages.length > 0
              ? html`<tako-release-packages .packages=${template.Packages} .chosen=${this.chosen} .versions=${data.versions} base="/${this.space.Slug}/library/packages"
                  .hasRule=${(/** @type {TemplatePackage} */ one) => Boolean(ruleFor(one, channel?.Rules ?? []))}
                  @version-chosen=${(
                    /** @type {CustomEvent<{ key: string, version: string }>} */ event,
                  ) => {
                    this.chosen = new Map(this.chosen).set(event.detail.key, event.detail.version)
                  }}></tako-release-packages>`
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
            ${button({ label: this.isBusy ? 'Creating…' : 'Create', name: 'Create', kind: 'primary', refusal: this.refusal('ReleaseCreate') || missing || (versionFault ?? ''), onclick: () => this.#create(data) })}
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
    this.channelId = channelId
    // What one channel allows the other may not.
    this.chosen = new Map()
    await this.reload()
  }

  async #create(/** @type {Data} */ data) {
    const version = this.#version(data).trim()
    const { project, template, versions } = data
    const isMissing = missingOf(template.Packages, this.chosen, versions)
    if (this.isBusy || !version || isMissing) return
    this.isBusy = true
    this.fault = undefined
    try {
      const release = await this.api.post('/releases', {
        ProjectId: project.Id,
        ChannelId: this.channelId,
        Version: version,
        ReleaseNotes: this.notes,
        SelectedPackages: selectedOf(template.Packages, this.chosen, versions),
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
