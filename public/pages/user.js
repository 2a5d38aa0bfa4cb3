import { html, nothing } from 'lit'
import { api } from '../api.js'
import { button, checkbox, textField } from '../components/form.js'
import { ask } from '../components/tako-ask.js'
import '../components/tako-save-bar.js'
import { toast } from '../components/toast.js'
import { holdLeaving, navigate } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { isAdministrator, refusal } from '../permissions.js'
import { attempt } from './editing.js'
import { LoadedPage } from './loaded-page.js'
import { styles } from './space.styles.js'
import { nameOf } from './users.js'

pageStyles('tako-page-user', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ user: Resource, spaces: Resource[], teams: Resource[], administrators: Resource | undefined }} Data
 */

const ADMINISTRATORS = 'teams-administrators'

/**
 * One user: name, whether he may sign in, where he is.
 * @extends {LoadedPage<Data>}
 */
class TakoPageUser extends LoadedPage {
  static properties = {
    draft: { state: true },
    password: { state: true },
    isBusy: { state: true },
    fault: { state: true },
  }

  #release = () => {}

  constructor() {
    super()
    /** @type {Resource | undefined} */
    this.draft = undefined
    this.password = ''
    this.isBusy = false
    /** @type {import('../api.js').ApiError | undefined} */
    this.fault = undefined
  }

  connectedCallback() {
    super.connectedCallback()
    this.#release = holdLeaving(() =>
      this.#changes ? 'What you have changed of this user is not saved.' : undefined,
    )
  }

  disconnectedCallback() {
    this.#release()
    super.disconnectedCallback()
  }

  get #changes() {
    const { draft } = this
    const user = this.data?.user
    if (!draft || !user) return ''
    const parts = [
      draft.DisplayName !== user.DisplayName && 'name',
      draft.Username !== user.Username && 'name to sign in',
      draft.EmailAddress !== user.EmailAddress && 'email',
      draft.IsActive !== user.IsActive && 'sign-in',
      this.password && 'password',
    ].filter(Boolean)
    const text = parts.join(', ')
    return text && `${text[0]?.toUpperCase()}${text.slice(1)} changed`
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const path = `/users/${this.params.id}`
    const [user, spaces, teams, administrators] = await Promise.all([
      api.get(path, signal),
      api.get(`${path}/spaces`, signal),
      api.get(`${path}/teams`, signal),
      isAdministrator(this.me) ? api.get(`/teams/${ADMINISTRATORS}`, signal) : undefined,
    ])
    return { user, spaces, teams, administrators }
  }

  /** @param {Data} data */
  loaded({ user }) {
    if (!this.#changes || this.draft?.Id !== user.Id) this.draft = { ...user }
  }

  /** @param {Data} data */
  content({ user, spaces, teams, administrators }) {
    const { draft } = this
    if (!draft) return nothing
    const edit = refusal(this.me, undefined, 'UserEdit')
    const isMe = user.Id === this.me?.user.Id
    return html`
      <div class="page space-page">
        <header class="page-head"><div><nav class="crumbs" aria-label="Where you are"><a href="/configuration/users">Users</a></nav><h1>${nameOf(user)}</h1></div></header>
        ${this.problem()}
        ${this.fault && !this.#changes ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
        <section><fieldset class="form" ?disabled=${Boolean(edit)}>
          <legend class="visually-hidden">User</legend>
          ${textField({ id: 'username', label: 'Signs in as', value: draft.Username, oninput: (Username) => this.#change({ Username }) })}
          ${textField({ id: 'display-name', label: 'Name to display', value: draft.DisplayName, oninput: (DisplayName) => this.#change({ DisplayName }) })}
          ${textField({ id: 'email', label: 'Email', type: 'email', value: draft.EmailAddress, oninput: (EmailAddress) => this.#change({ EmailAddress }) })}
          ${
            user.IsService
              ? nothing
              : textField({
                  id: 'new-password',
                  label: 'New password',
                  type: 'password',
                  value: this.password,
                  autocomplete: 'new-password',
                  help: 'Empty keeps the one there is.',
                  oninput: (password) => {
                    this.password = password
                  },
                })
          }
          ${checkbox({ id: 'active', label: 'May sign in and use API keys', checked: draft.IsActive, disabled: isMe, onchange: (IsActive) => this.#change({ IsActive }) })}
        </fieldset></section>
        <section class="panel" aria-labelledby="places">
          <header class="panel-head"><h2 id="places">Where ${isMe ? 'you are' : 'this user is'}</h2></header>
          ${administrators ? this.#administrator(user, administrators) : nothing}
          <div class="line"><div><h3>Spaces</h3><p>${spaces.length ? spaces.map(({ Id, Name }, at) => html`${at ? ', ' : ''}<a href="/configuration/spaces/${Id}">${Name}</a>`) : 'In no space yet. People are added on the page of a space.'}</p></div></div>
          <div class="line"><div><h3>Teams</h3><p>${teams.map(({ Name }) => Name).join(', ') || 'In no team.'}</p></div></div>
        </section>
        <section class="panel">
          <div class="line"><div><h3>Delete this user</h3><p>The API keys of the user stop working at once. What was done stays in the audit.</p></div>
            ${button({ label: 'Delete…', name: `Delete ${nameOf(user)}`, kind: 'danger', refusal: edit || (isMe ? 'Nobody can delete himself.' : ''), onclick: () => void this.#delete(user) })}</div>
        </section>
        <tako-save-bar .text=${this.#changes} .isBusy=${this.isBusy} .error=${this.fault} @save=${() => void this.#save()} @discard=${() => {
          this.draft = { ...user }
          this.password = ''
          this.fault = undefined
        }}></tako-save-bar>
      </div>`
  }

  /**
   * @param {Resource} user
   * @param {Resource} team
   */
  #administrator(user, team) {
    /** @type {string[]} */
    const ids = team.MemberUserIds
    const isOne = ids.includes(user.Id)
    const isLast = isOne && ids.length === 1
    const change = () => {
      const MemberUserIds = isOne ? ids.filter((id) => id !== user.Id) : [...ids, user.Id]
      return this.#setAdministrators({ ...team, MemberUserIds })
    }
    return html`<div class="line">
      <div><h3>${isOne ? 'Administrator' : 'Not an administrator'}</h3><p>Administrators manage the server: users, spaces, nodes.</p></div>
      ${button({ label: isOne ? 'Take away' : 'Make administrator', refusal: isLast ? 'There must be one.' : '', onclick: () => void change() })}
    </div>`
  }

  /** @param {Partial<Resource>} changes */
  #change(changes) {
    if (this.draft) this.draft = { ...this.draft, ...changes }
  }

  /** @param {Resource} team */
  async #setAdministrators(team) {
    await attempt(this, () => api.put(`/teams/${team.Id}`, team))
    await this.reload()
  }

  async #save() {
    const { draft, password } = this
    if (!draft) return
    await attempt(this, async () => {
      const user = await api.put(`/users/${draft.Id}`, {
        ...draft,
        ...(password && { Password: password }),
      })
      if (password) toast('The password is changed.')
      this.password = ''
      this.draft = { ...user }
      if (this.data) this.data = { ...this.data, user }
    })
  }

  /** @param {Resource} user */
  async #delete(user) {
    const name = nameOf(user)
    const isSure = await ask({
      title: `Delete ${name}?`,
      text: 'The user leaves all teams, and the keys stop working. What was done stays in the audit.',
      verb: `Delete ${name}`,
      isDanger: true,
      typed: user.Username,
    })
    if (!isSure) return
    if (this.data) this.draft = { ...this.data.user }
    this.password = ''
    if (await attempt(this, () => api.delete(`/users/${user.Id}`)))
      await navigate('/configuration/users')
  }
}

customElements.define('tako-page-user', TakoPageUser)
