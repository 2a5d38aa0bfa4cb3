import '../components/elements/dialog.js'
import { html, LitElement, nothing } from 'lit'
import { api } from '../api.js'
import { icon } from '../components/icons.js'
import { areasFor, configurationFor } from '../components/navigation-areas.js'
import { found } from '../components/palette-search.js'
import { navigate } from '../navigation.js'
import '../components/tako-problem.js'

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {import('../components/palette-search.js').Entry} Entry
 */

/** Jumps to anything by its name, from anywhere: Ctrl K. It goes when it is closed. */
export class TakoPalette extends LitElement {
  static properties = {
    space: { attribute: false },
    me: { attribute: false },
    entries: { state: true },
    text: { state: true },
    chosen: { state: true },
    error: { state: true },
  }

  constructor() {
    super()
    /** @type {Resource} */
    this.space = { Id: '', Name: '', Slug: '' }
    /** @type {import('../permissions.js').Me | undefined} */
    this.me = undefined
    /** @type {Entry[]} */
    this.entries = []
    this.text = ''
    this.chosen = 0
    /** @type {Error | undefined} */
    this.error = undefined
  }

  createRenderRoot() {
    return this
  }

  connectedCallback() {
    super.connectedCallback()
    this.entries = this.#places()
    void this.#load()
  }

  render() {
    const shown = found(this.entries, this.text)
    return html`
      <wa-dialog open light-dismiss without-header class="palette" label="Search or jump to" @wa-after-hide=${() => this.remove()}>
        <div class="search">${icon('search')}<input class="input" autofocus role="combobox" aria-label="Search or jump to" aria-expanded="true" aria-controls="palette-list" aria-activedescendant=${shown.length ? `palette-${this.chosen}` : nothing}
          placeholder="A project, a release, a page…" autocomplete="off" spellcheck="false" @input=${this.#typed} @keydown=${(/** @type {KeyboardEvent} */ event) => this.#onKey(event, shown)}></div>
        ${this.error ? html`<tako-problem .error=${this.error} @retry=${() => void this.#load()}></tako-problem>` : nothing}
        <ul id="palette-list" role="listbox" aria-label="Results">${shown.map(
          (entry, at) => html`
            ${entry.group === shown[at - 1]?.group ? nothing : html`<li class="palette-group" role="presentation">${entry.group}</li>`}
            <li id="palette-${at}" role="option" aria-selected=${at === this.chosen} @click=${() => this.#go(entry)} @pointermove=${() => {
              this.chosen = at
            }}>${entry.name}<span class="quiet small">${entry.note}</span></li>`,
        )}</ul>
        ${shown.length === 0 ? html`<p class="quiet">Nothing is called ‘${this.text}’.</p>` : nothing}
      </wa-dialog>`
  }

  /** The pages and acts, which need no asking. @returns {Entry[]} */
  #places() {
    const { me, space } = this
    if (!me) return []
    const base = `/${space.Slug}`
    const inSpace = space.Id ? areasFor(me, space) : []
    return [
      ...inSpace.flatMap(({ title, path, parts }) =>
        (parts ?? [{ title, path }]).map((place) => page(place.title, base + place.path)),
      ),
      ...(configurationFor(me, space).parts ?? []).map((place) => page(place.title, place.path)),
      ...me.spaces
        .filter(({ Id }) => Id !== space.Id)
        .map(({ Name, Slug }) => ({
          group: 'Spaces',
          name: Name,
          note: 'space',
          href: `/${Slug}`,
        })),
    ]
  }

  async #load() {
    const { space } = this
    if (!space.Id) return
    this.error = undefined
    try {
      const inSpace = api.space(space)
      const [projects, releases, tasks] = await Promise.all([
        inSpace.get('/projects/all'),
        inSpace.get('/releases?take=200'),
        inSpace.get('/tasks?take=50'),
      ])
      this.entries = [...thingsOf(space, projects, releases.Items, tasks.Items), ...this.#places()]
    } catch (error) {
      this.error = /** @type {Error} */ (error)
    }
  }

  #typed = (/** @type {Event & { target: HTMLInputElement }} */ event) => {
    this.text = event.target.value
    this.chosen = 0
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Entry[]} shown
   */
  #onKey(event, shown) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      this.chosen = (this.chosen + step + shown.length) % Math.max(1, shown.length)
      void this.updateComplete.then(() =>
        this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }),
      )
    }
    const entry = shown[this.chosen]
    if (event.key === 'Enter' && entry) this.#go(entry)
  }

  /** @param {Entry} entry */
  #go({ href }) {
    const dialog = /** @type {HTMLElement & { open: boolean } | null} */ (
      this.querySelector('wa-dialog')
    )
    if (dialog) dialog.open = false
    void navigate(href)
  }
}

/** @param {string} name @param {string} href @returns {Entry} */
const page = (name, href) => ({ group: 'Pages', name, note: 'page', href })

/**
 * @param {Resource} space
 * @param {Resource[]} projects
 * @param {Resource[]} releases
 * @param {Resource[]} tasks
 * @returns {Entry[]}
 */
function thingsOf(space, projects, releases, tasks) {
  const base = `/${space.Slug}`
  const byId = new Map(projects.map((project) => [project.Id, project]))
  return [
    ...projects.flatMap(({ Name, Slug }) => [
      { group: 'Projects', name: Name, note: 'project', href: `${base}/projects/${Slug}` },
      {
        group: 'Projects',
        name: `${Name} process`,
        note: 'process',
        href: `${base}/projects/${Slug}/process`,
        isDeep: true,
      },
      {
        group: 'Projects',
        name: `${Name} variables`,
        note: 'variables',
        href: `${base}/projects/${Slug}/variables`,
        isDeep: true,
      },
    ]),
    ...releases.flatMap(({ Version, ProjectId }) => {
      const project = byId.get(ProjectId)
      if (!project) return []
      const href = `${base}/projects/${project.Slug}/releases/${encodeURIComponent(Version)}`
      return [
        {
          group: 'Releases',
          name: `${project.Name} ${Version}`,
          note: 'release',
          href,
          isDeep: true,
        },
        {
          group: 'Actions',
          name: `Deploy ${Version}`,
          note: project.Name,
          href: `${href}/deploy`,
          isDeep: true,
        },
      ]
    }),
    ...tasks.map(({ Id, Description, State }) => ({
      group: 'Tasks',
      name: Description,
      note: State,
      href: `${base}/tasks/${Id}`,
      isDeep: true,
    })),
  ]
}

customElements.define('tako-palette', TakoPalette)
