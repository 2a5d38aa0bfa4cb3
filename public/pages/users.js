import { html, nothing } from 'lit'
import { api } from '../api.js'
import { button, checkbox, textField } from '../components/form.js'
import { formDialog } from '../components/form-dialog.js'
import { icon } from '../components/icons.js'
import { initials } from '../format.js'
import { navigate, setQuery } from '../navigation.js'
import { refusal } from '../permissions.js'
import { attempt } from './editing.js'
import { LoadedPage } from './loaded-page.js'

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ Username: string, DisplayName: string, EmailAddress: string, Password: string, IsService: boolean }} Draft
 * @typedef {{ users: Resource[], administrators: string[] }} Data
 */

/**
 * Who may sign in to this server.
 * @extends {LoadedPage<Data>}
 */
class TakoPageUsers extends LoadedPage {
  static properties = { draft: { state: true }, isBusy: { state: true }, fault: { state: true } }

  constructor() {
    super()
    /** @type {Draft | undefined} */
    this.draft = undefined
    this.isBusy = false
    /** @type {import('../api.js').ApiError | undefined} */
    this.fault = undefined
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const [users, team] = await Promise.all([
      api.get('/users/all', signal),
      api.get('/teams/teams-administrators', signal),
    ])
    return { users, administrators: team.MemberUserIds }
  }

  /** @param {Data} data */
  content({ users, administrators }) {
    const wanted = (this.query.get('find') ?? '').toLowerCase()
    const shown = users.filter((user) =>
      `${user.Username} ${user.DisplayName} ${user.EmailAddress}`.toLowerCase().includes(wanted),
    )
    return html`
      <div class="page users">
        <header class="page-head">
          <div><h1>Users</h1><p>Who may sign in. What they may do in a space is set on the page of the space.</p></div>
          ${button({ label: html`${icon('plus')}Add user`, name: 'Add user', kind: 'primary', refusal: refusal(this.me, undefined, 'UserEdit'), onclick: () => this.#open() })}
        </header>
        ${this.problem()}
        <div class="row wrap toolbar"><label class="search"><span class="visually-hidden">Filter users</span>${icon('search')}<input class="input" type="search" placeholder="Filter users" .value=${this.query.get('find') ?? ''}
          @input=${(/** @type {Event & { target: HTMLInputElement }} */ event) => setQuery({ find: event.target.value })}></label></div>
        <div class="panel">
          <table class="table cards">
            <caption class="visually-hidden">Users</caption>
            <thead><tr><th scope="col">Name</th><th scope="col">Signs in as</th><th scope="col">Email</th><td></td></tr></thead>
            <tbody>${shown.map(
              (user) => html`
                <tr>
                  <th scope="row"><span class="row"><span class="tile" aria-hidden="true">${initials(nameOf(user))}</span><a href="/configuration/users/${user.Id}">${nameOf(user)}</a></span></th>
                  <td data-column="Signs in as"><code>${user.Username}</code></td>
                  <td data-column="Email">${user.EmailAddress}</td>
                  <td class="acts"><span class="chips">${administrators.includes(user.Id) ? html`<span class="chip accent">Administrator</span>` : nothing}${user.IsService ? html`<span class="chip">Service account</span>` : nothing}${user.IsActive ? nothing : html`<span class="chip outline">Switched off</span>`}</span></td>
                </tr>`,
            )}</tbody>
          </table>
          ${shown.length === 0 ? html`<p class="panel-body quiet">No user is called ‘${wanted}’.</p>` : nothing}
        </div>
        ${this.draft ? this.#dialog(this.draft) : nothing}
      </div>`
  }

  /** @param {Draft} draft */
  #dialog(draft) {
    return formDialog(
      {
        title: 'Add user',
        verb: 'Add user',
        isBusy: this.isBusy,
        error: this.fault,
        onsend: () => void this.#create(draft),
        onclosed: () => {
          this.draft = undefined
        },
      },
      html`
        ${textField({ id: 'user-username', label: 'Signs in as', value: draft.Username, required: true, autofocus: true, oninput: (Username) => this.#change({ Username }) })}
        ${textField({ id: 'user-name', label: 'Name to display', value: draft.DisplayName, oninput: (DisplayName) => this.#change({ DisplayName }) })}
        ${textField({ id: 'user-email', label: 'Email', type: 'email', value: draft.EmailAddress, oninput: (EmailAddress) => this.#change({ EmailAddress }) })}
        ${checkbox({ id: 'user-service', label: 'Service account', help: 'A program: it has API keys and no password.', checked: draft.IsService, onchange: (IsService) => this.#change({ IsService }) })}
        ${draft.IsService ? nothing : textField({ id: 'user-password', label: 'Password', type: 'password', value: draft.Password, required: true, autocomplete: 'new-password', oninput: (Password) => this.#change({ Password }) })}`,
    )
  }

  /** @param {Partial<Draft>} changes */
  #change(changes) {
    if (this.draft) this.draft = { ...this.draft, ...changes }
  }

  #open() {
    this.fault = undefined
    this.draft = { Username: '', DisplayName: '', EmailAddress: '', Password: '', IsService: false }
  }

  /** @param {Draft} draft */
  async #create({ Password, ...draft }) {
    await attempt(this, async () => {
      const user = await api.post('/users', {
        ...draft,
        DisplayName: draft.DisplayName || draft.Username,
        IsActive: true,
        ...(!draft.IsService && { Password }),
      })
      await navigate(`/configuration/users/${user.Id}`)
    })
  }
}

/** What a user is called. @param {Record<string, any>} user of the API */
export const nameOf = (user) => user.DisplayName || user.Username

customElements.define('tako-page-users', TakoPageUsers)
