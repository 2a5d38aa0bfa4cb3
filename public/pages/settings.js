import { html, nothing } from 'lit'
import { ApiError } from '../api.js'
import { areaField, button, checkbox, field, textField } from '../components/form.js'
import { ask } from '../components/tako-ask.js'
import '../components/tako-save-bar.js'
import { toast } from '../components/toast.js'
import { counted } from '../format.js'
import { holdLeaving, navigate } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { ProjectPage } from './project-page.js'
import { styles } from './settings.styles.js'

pageStyles('tako-page-settings', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ project: Resource, group: Resource | null, groups: Resource[], lifecycles: Resource[], releases: number, isPromoting: boolean }} Data
 *   `isPromoting`: there are environments of other spaces
 */

/** What the form changes. */
const KEYS = [
  ...['Name', 'Description', 'ProjectGroupId', 'LifecycleId', 'IsDisabled'],
  'PromoteTaskEnds',
]

/** When the task of a promotion ends, as choices. */
const ENDS = [
  { Id: 'Trust', Name: 'as the trust suggests' },
  { Id: 'OnDelivered', Name: 'when the bundle is delivered' },
  { Id: 'OnAccepted', Name: 'when the other space has accepted the release' },
  { Id: 'OnReceipt', Name: 'when it was deployed there, or failed' },
]

/**
 * The settings of a project, and its end.
 * @extends {ProjectPage<Data>}
 */
class TakoPageSettings extends ProjectPage {
  static properties = {
    draft: { state: true },
    isBusy: { state: true },
    fault: { state: true },
  }

  tab = 'Settings'
  name = 'settings'

  constructor() {
    super()
    /** @type {Resource | null} */
    this.draft = null
    this.isBusy = false
    /** @type {ApiError | undefined} */
    this.fault = undefined
  }

  connectedCallback() {
    super.connectedCallback()
    this.release = holdLeaving(() =>
      this.#changed().length > 0 ? 'The changes of the settings are not saved.' : undefined,
    )
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.release?.()
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const { project, group } = await this.project(signal)
    const [groups, lifecycles, releases, environments] = await Promise.all([
      this.api.get('/projectgroups/all', signal),
      this.api.get('/lifecycles/all', signal),
      this.api.get(`/projects/${project.Id}/releases?take=1`, signal),
      this.api.get('/environments/all', signal),
    ])
    const isPromoting = environments.some((/** @type {Resource} */ { Remote }) => Remote)
    return { project, group, groups, lifecycles, releases: releases.TotalResults, isPromoting }
  }

  loaded(/** @type {Data} */ { project }) {
    if (this.#changed().length === 0 || !this.draft) this.draft = { ...project }
  }

  #changed() {
    const { draft, data } = this
    if (!draft || !data) return []
    return KEYS.filter((key) => (draft[key] ?? '') !== (data.project[key] ?? ''))
  }

  /** @param {Data} data */
  body(data) {
    const draft = this.draft ?? data.project
    const why = this.refusal('ProjectEdit')
    const nameFault = draft.Name.trim() ? undefined : 'A project needs a name.'
    const changed = this.#changed()
    return html`
      <form class="settings-form" aria-label="Settings of ${data.project.Name}" ?inert=${Boolean(why)} @submit=${(/** @type {Event} */ event) => event.preventDefault()}>
        ${textField({ id: 'project-name', label: 'Name', value: draft.Name, maxlength: 50, error: nameFault, required: true, oninput: (Name) => this.#change({ Name }) })}
        ${areaField({ id: 'project-description', label: 'Description', value: draft.Description ?? '', oninput: (Description) => this.#change({ Description }) })}
        ${this.#select('project-group', 'Group', 'Groups order the lists of projects.', data.groups, draft.ProjectGroupId, (ProjectGroupId) => this.#change({ ProjectGroupId }))}
        ${this.#select('project-lifecycle', 'Lifecycle', 'Says through which environments a release goes. A change reaches releases that exist, too.', data.lifecycles, draft.LifecycleId, (LifecycleId) => this.#change({ LifecycleId }))}
        ${data.isPromoting ? this.#select('project-promotion', 'The task of a promotion ends', 'Of releases that are deployed to environments of other spaces. When those have succeeded, only the other space tells.', ENDS, draft.PromoteTaskEnds ?? 'Trust', (PromoteTaskEnds) => this.#change({ PromoteTaskEnds })) : nothing}
        ${checkbox({ id: 'project-disabled', label: 'Switched off', help: 'No release can be created or deployed; nothing is lost.', checked: Boolean(draft.IsDisabled), onchange: (IsDisabled) => this.#change({ IsDisabled }) })}
      </form>
      ${why ? html`<p class="quiet small">${why}</p>` : nothing}
      <section class="end-of-it"><h2>Delete the project</h2>
        <p class="quiet">Its process, variables, releases and their deployments go with it.</p>
        ${button({ label: 'Delete…', kind: 'danger', refusal: this.refusal('ProjectDelete'), onclick: () => this.#delete(data) })}</section>
      ${
        changed.length > 0
          ? html`<tako-save-bar text="Settings changed" .isBusy=${this.isBusy} .error=${this.fault} .refusal=${nameFault ?? ''} @save=${() => this.#save()} @discard=${() => {
              this.draft = { ...data.project }
              this.fault = undefined
            }}></tako-save-bar>`
          : nothing
      }`
  }

  /** @param {string} id @param {string} label @param {string} help @param {Resource[]} choices @param {string} chosen @param {(id: string) => void} choose */
  #select(id, label, help, choices, chosen, choose) {
    return field(
      { id, label, help },
      html`<select class="input" id=${id} aria-describedby="${id}-help" @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => choose(event.target.value)}>
        ${choices.map(({ Id, Name }) => html`<option value=${Id} ?selected=${Id === chosen}>${Name}</option>`)}</select>`,
    )
  }

  #change(/** @type {Record<string, unknown>} */ changes) {
    if (this.draft) this.draft = { ...this.draft, ...changes }
  }

  async #save() {
    const { draft, data } = this
    if (!draft || !data || this.isBusy) return
    this.isBusy = true
    this.fault = undefined
    try {
      const saved = await this.api.put(`/projects/${draft.Id}`, {
        ...draft,
        Name: draft.Name.trim(),
      })
      this.data = { ...data, project: saved }
      this.draft = { ...saved }
      toast('The settings are saved.')
      // A new name may have brought a new slug; then the old address leads nowhere.
      if (saved.Slug !== this.params.project)
        await navigate(`/${this.space.Slug}/projects/${saved.Slug}/settings`, { replace: true })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.fault = error
    } finally {
      this.isBusy = false
    }
  }

  async #delete(/** @type {Data} */ { project, releases }) {
    const isSure = await ask({
      title: `Delete ${project.Name}?`,
      text: html`<p>${releases > 0 ? `${counted(releases, 'release')} and their logs go, and` : 'There is no release yet; what goes is'} the process and the variables. Environments, lifecycles and finished tasks stay.</p>`,
      verb: `Delete ${project.Name}`,
      isDanger: true,
      typed: project.Name,
    })
    if (!isSure) return
    try {
      await this.api.delete(`/projects/${project.Id}`)
      this.draft = null
      await navigate(`/${this.space.Slug}/projects`)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.fault = error
    }
  }
}

customElements.define('tako-page-settings', TakoPageSettings)
