import { html, nothing } from 'lit'
import { api } from '../api.js'
import { areaField, button, textField } from '../components/form.js'
import { formDialog } from '../components/form-dialog.js'
import { icon } from '../components/icons.js'
import { initials } from '../format.js'
import { navigate, setQuery } from '../navigation.js'
import { refusal } from '../permissions.js'
import { attempt } from './editing.js'
import { LoadedPage } from './loaded-page.js'

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ spaces: Resource[] }} Data
 */

/**
 * The spaces that the user sees.
 * @extends {LoadedPage<Data>}
 */
class TakoPageSpaces extends LoadedPage {
  static properties = { draft: { state: true }, isBusy: { state: true }, fault: { state: true } }

  constructor() {
    super()
    /** @type {{ Name: string, Description: string } | undefined} */
    this.draft = undefined
    this.isBusy = false
    /** @type {import('../api.js').ApiError | undefined} */
    this.fault = undefined
  }

  /** @param {import('../live.js').Change} change */
  isTouched({ Kind }) {
    return Kind === 'Space'
  }

  /** @param {Map<string, unknown>} changes */
  willUpdate(changes) {
    super.willUpdate(changes)
    // The list of spaces in the header leads here too, when the page is already shown.
    if (changes.has('query') && this.query.has('add') && !this.draft) this.#open()
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    return { spaces: await api.get('/spaces/all', signal) }
  }

  /** @param {Data} data */
  content({ spaces }) {
    return html`
      <div class="page spaces">
        <header class="page-head">
          <div><h1>Spaces</h1><p>Each has its own projects, environments and people.</p></div>
          ${button({ label: html`${icon('plus')}Add space`, name: 'Add space', kind: 'primary', refusal: refusal(this.me, undefined, 'SpaceCreate'), onclick: () => this.#open() })}
        </header>
        ${this.problem()}
        <div class="panel">
          <table class="table cards">
            <caption class="visually-hidden">Spaces</caption>
            <thead><tr><th scope="col">Name</th><th scope="col">Description</th><th scope="col">Queue</th><td></td></tr></thead>
            <tbody>${spaces.map(
              ({ Id, Name, Slug, Description, IsDefault, TaskQueueStopped }) => html`
                <tr>
                  <th scope="row"><span class="row"><span class="tile" aria-hidden="true">${initials(Name)}</span><a href="/configuration/spaces/${Id}">${Name}</a>${IsDefault ? html`<span class="chip">Default</span>` : nothing}</span></th>
                  <td data-column="Description">${Description}</td>
                  <td data-column="Queue">${TaskQueueStopped ? html`<span class="chip" style="background:var(--waiting-tint);color:var(--waiting)">stopped</span>` : 'runs'}</td>
                  <td class="acts"><a class="button compact" href="/${Slug}" aria-label="Open ${Name}">Open</a></td>
                </tr>`,
            )}</tbody>
          </table>
        </div>
        ${this.draft ? this.#dialog(this.draft) : nothing}
      </div>`
  }

  /** @param {{ Name: string, Description: string }} draft */
  #dialog(draft) {
    return formDialog(
      {
        title: 'Add space',
        verb: 'Add space',
        isBusy: this.isBusy,
        error: this.fault,
        onsend: () => void this.#create(draft),
        onclosed: () => {
          this.draft = undefined
          if (this.query.has('add')) setQuery({ add: '' })
        },
      },
      html`
        ${textField({ id: 'space-name', label: 'Name', value: draft.Name, maxlength: 50, required: true, autofocus: true, placeholder: 'Harbour', oninput: (Name) => this.#change({ Name }) })}
        ${areaField({ id: 'space-description', label: 'Description', rows: 2, value: draft.Description, help: 'You will manage it, and can name others on its page.', oninput: (Description) => this.#change({ Description }) })}`,
    )
  }

  /** @param {Partial<{ Name: string, Description: string }>} changes */
  #change(changes) {
    if (this.draft) this.draft = { ...this.draft, ...changes }
  }

  #open() {
    this.fault = undefined
    this.draft = { Name: '', Description: '' }
  }

  /** @param {{ Name: string, Description: string }} draft */
  async #create(draft) {
    await attempt(this, async () => {
      const managers = this.me ? [this.me.user.Id] : []
      const space = await api.post('/spaces', { ...draft, SpaceManagersTeamMembers: managers })
      this.draft = undefined
      await spacesChanged()
      await navigate(`/${space.Slug}`)
    })
  }
}

/** Tells the app, and waits until it knows the spaces anew. */
export function spacesChanged() {
  return new Promise((resolve) => {
    dispatchEvent(new CustomEvent('tako-spaces-changed', { detail: resolve }))
  })
}

customElements.define('tako-page-spaces', TakoPageSpaces)
