import '../components/elements/dialog.js'
import { html, nothing } from 'lit'
import { ApiError, api } from '../api.js'
import { areaField, button, field, textField } from '../components/form.js'
import { icon } from '../components/icons.js'
import '../components/tako-problem.js'
import { counted, initials } from '../format.js'
import { navigate, setQuery } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { refusal } from '../permissions.js'
import { LoadedPage } from './loaded-page.js'
import { styles } from './projects.styles.js'

pageStyles('tako-page-projects', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ projects: Resource[], groups: Resource[], lifecycles: Resource[] }} Data
 * @typedef {{ Name: string, Description: string, ProjectGroupId: string, LifecycleId: string, newGroup: string }} Draft
 */

const NEW_GROUP = 'new'

/**
 * The projects of a space by group.
 * @extends {LoadedPage<Data>}
 */
class TakoPageProjects extends LoadedPage {
  static properties = {
    draft: { state: true },
    isBusy: { state: true },
    fault: { state: true },
  }

  constructor() {
    super()
    /** @type {Draft | null} the project in the dialog */
    this.draft = null
    this.isBusy = false
    /** @type {ApiError | undefined} */
    this.fault = undefined
  }

  get #api() {
    return api.space(this.space)
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const [projects, groups, lifecycles] = await Promise.all([
      this.#api.get('/projects/all', signal),
      this.#api.get('/projectgroups/all', signal),
      this.#api.get('/lifecycles/all', signal),
    ])
    return { projects, groups, lifecycles }
  }

  loaded(/** @type {Data} */ data) {
    // The address itself: `query` is one drawing behind, and a closed dialog would open again.
    const isAsked = new URLSearchParams(location.search).has('add')
    if (isAsked && !this.draft) this.#open(data)
  }

  /** @param {import('../live.js').Change} change */
  isTouched({ Kind }) {
    return Kind === 'Project' || Kind === 'ProjectGroup'
  }

  /** @param {Data} data */
  content(data) {
    const why = refusal(this.me, this.space, 'ProjectCreate')
    return html`
      <div class="page projects">
        <header class="page-head"><div><h1>Projects</h1></div>
          ${data.projects.length > 0 ? button({ label: html`${icon('plus')}Add project`, kind: 'primary', refusal: why, onclick: () => this.#open(data) }) : nothing}
        </header>
        ${this.problem()}
        ${data.projects.length === 0 ? this.#empty(data, why) : this.#list(data)}
        ${this.draft ? this.#dialog(data, this.draft) : nothing}
      </div>`
  }

  #empty(/** @type {Data} */ data, /** @type {string} */ why) {
    return html`<section class="panel empty-panel"><h2>No project yet.</h2>
      <p class="quiet">A project says how one piece of software is deployed.</p>
      ${button({ label: html`${icon('plus')}Add project`, kind: 'primary', refusal: why, onclick: () => this.#open(data) })}
      ${why ? html`<p class="quiet small">${why}</p>` : nothing}</section>`
  }

  #list(/** @type {Data} */ { projects, groups }) {
    const find = (this.query.get('find') ?? '').toLowerCase()
    const chosen = this.query.get('group') ?? ''
    const shown = projects.filter(({ Name, Description }) =>
      `${Name} ${Description ?? ''}`.toLowerCase().includes(find),
    )
    const filled = groups.filter(
      ({ Id, Name }) =>
        (!chosen || Name === chosen) && shown.some((project) => project.ProjectGroupId === Id),
    )
    return html`
      <div class="row wrap toolbar">
        <label class="search"><span class="visually-hidden">Filter projects</span>${icon('search')}<input class="input" type="search" placeholder="Filter by name" .value=${this.query.get('find') ?? ''}
          @input=${(/** @type {Event & { target: HTMLInputElement }} */ event) => setQuery({ find: event.target.value })}></label>
        <span class="quiet small">${counted(shown.length, 'project')}</span>
        ${chosen ? html`<button class="button bare compact" type="button" @click=${() => setQuery({ group: '' })}>${icon('close')}Only ${chosen}</button>` : nothing}
      </div>
      ${filled.length === 0 ? html`<p class="quiet">No project is called ‘${find}’. <button class="button bare compact" type="button" @click=${() => setQuery({ find: '', group: '' })}>Clear filter</button></p>` : nothing}
      ${filled.map(({ Id, Name }) =>
        this.#group(
          Name,
          shown.filter((project) => project.ProjectGroupId === Id),
        ),
      )}`
  }

  #group(/** @type {string} */ name, /** @type {Resource[]} */ projects) {
    return html`
      <section class="project-group" aria-label=${name}>
        <h2>${name}</h2>
        <ul class="cards">${projects.map(
          (
            project,
          ) => html`<li><a class="panel card plain" href="/${this.space.Slug}/projects/${project.Slug}">
            <b class="tile" aria-hidden="true">${initials(project.Name)}</b>
            <span><strong>${project.Name}</strong>${project.IsDisabled ? html` <span class="chip">Switched off</span>` : nothing}<small>${project.Description || 'No description'}</small></span></a></li>`,
        )}</ul>
      </section>`
  }

  #dialog(/** @type {Data} */ { groups, lifecycles }, /** @type {Draft} */ draft) {
    const change = (/** @type {Partial<Draft>} */ changes) => {
      this.draft = { ...draft, ...changes }
    }
    return html`
      <wa-dialog open label="Add project" @wa-after-hide=${(/** @type {Event} */ event) => {
        if (event.target === event.currentTarget) this.#closed()
      }}>
        <form class="add-project" aria-label="Add project" @submit=${(
          /** @type {Event} */ event,
        ) => {
          event.preventDefault()
          void this.#create()
        }}>
          ${this.fault ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
          ${textField({ id: 'new-name', label: 'Name', value: draft.Name, maxlength: 50, autofocus: true, placeholder: 'Ticket Shop', oninput: (Name) => change({ Name }) })}
          ${areaField({ id: 'new-description', label: 'Description', rows: 2, value: draft.Description, oninput: (Description) => change({ Description }) })}
          ${field(
            { id: 'new-group', label: 'Group' },
            html`<select class="input" id="new-group" @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => change({ ProjectGroupId: event.target.value })}>
              ${groups.map(({ Id, Name }) => html`<option value=${Id} ?selected=${Id === draft.ProjectGroupId}>${Name}</option>`)}
              ${refusal(this.me, this.space, 'ProjectGroupCreate') ? nothing : html`<option value=${NEW_GROUP} ?selected=${draft.ProjectGroupId === NEW_GROUP}>A new group…</option>`}</select>`,
          )}
          ${draft.ProjectGroupId === NEW_GROUP ? textField({ id: 'new-group-name', label: 'Name of the group', value: draft.newGroup, maxlength: 50, oninput: (newGroup) => change({ newGroup }) }) : nothing}
          ${field(
            {
              id: 'new-lifecycle',
              label: 'Lifecycle',
              help: 'Says through which environments a release goes, and in which order.',
            },
            html`<select class="input" id="new-lifecycle" aria-describedby="new-lifecycle-help" @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => change({ LifecycleId: event.target.value })}>
              ${lifecycles.map(({ Id, Name }) => html`<option value=${Id} ?selected=${Id === draft.LifecycleId}>${Name}</option>`)}</select>`,
          )}
          <button type="submit" hidden></button>
        </form>
        <button slot="footer" class="button" type="button" @click=${() => this.#close()}>Cancel</button>
        ${html`<span slot="footer">${button({ label: this.isBusy ? 'Adding…' : 'Add project', kind: 'primary', refusal: draft.Name.trim() ? '' : 'Give it a name.', onclick: () => this.#create() })}</span>`}
      </wa-dialog>`
  }

  #open(/** @type {Data} */ { groups, lifecycles }) {
    this.fault = undefined
    this.draft = {
      Name: '',
      Description: '',
      ProjectGroupId: groups[0]?.Id ?? NEW_GROUP,
      LifecycleId: lifecycles[0]?.Id ?? '',
      newGroup: '',
    }
  }

  #close() {
    const dialog = /** @type {HTMLElement & { open: boolean } | null} */ (
      this.querySelector('wa-dialog')
    )
    if (dialog) dialog.open = false
  }

  #closed() {
    this.draft = null
    if (this.query.has('add')) setQuery({ add: '' })
  }

  async #create() {
    const { draft } = this
    if (!draft?.Name.trim() || this.isBusy) return
    this.isBusy = true
    this.fault = undefined
    try {
      const groupId =
        draft.ProjectGroupId === NEW_GROUP
          ? (await this.#api.post('/projectgroups', { Name: draft.newGroup })).Id
          : draft.ProjectGroupId
      // Refused below, the form must not make the group twice.
      this.draft = { ...draft, ProjectGroupId: groupId }
      const project = await this.#api.post('/projects', {
        Name: draft.Name.trim(),
        Description: draft.Description,
        ProjectGroupId: groupId,
        LifecycleId: draft.LifecycleId,
      })
      await navigate(`/${this.space.Slug}/projects/${project.Slug}/process`)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.fault = error
    } finally {
      this.isBusy = false
    }
  }
}

customElements.define('tako-page-projects', TakoPageProjects)
