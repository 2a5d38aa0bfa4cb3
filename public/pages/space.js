import { html, nothing } from 'lit'
import { api } from '../api.js'
import { areaField, button, textField } from '../components/form.js'
import { icon } from '../components/icons.js'
import { ask } from '../components/tako-ask.js'
import '../components/tako-save-bar.js'
import { counted, initials } from '../format.js'
import { holdLeaving, navigate } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { may, refusal } from '../permissions.js'
import { attempt } from './editing.js'
import { LoadedPage } from './loaded-page.js'
import { styles } from './space.styles.js'
import { membersTeam, setManagers, setMembers } from './space-people.js'
import { spacesChanged } from './spaces.js'

pageStyles('tako-page-space', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ shown: Resource, users: Resource[] | null, team: Resource | undefined }} Data `users` is null for who may not view them
 */

/**
 * One space: its name, who is in it, its queue, and its end.
 * @extends {LoadedPage<Data>}
 */
class TakoPageSpace extends LoadedPage {
  static properties = { draft: { state: true }, isBusy: { state: true }, fault: { state: true } }

  #release = () => {}

  constructor() {
    super()
    /** @type {Resource | undefined} */
    this.draft = undefined
    this.isBusy = false
    /** @type {import('../api.js').ApiError | undefined} */
    this.fault = undefined
  }

  connectedCallback() {
    super.connectedCallback()
    this.#release = holdLeaving(() =>
      this.#changes ? 'The new name or description is not saved.' : undefined,
    )
  }

  disconnectedCallback() {
    this.#release()
    super.disconnectedCallback()
  }

  get #changes() {
    const { draft } = this
    const shown = this.data?.shown
    if (!draft || !shown) return ''
    if (draft.Name !== shown.Name) return 'Name changed'
    return draft.Description === shown.Description ? '' : 'Description changed'
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const shown = await api.get(`/spaces/${this.params.id}`, signal)
    const maySee = may(this.me, shown, 'TeamView') && may(this.me, undefined, 'UserView')
    if (!maySee) return { shown, users: null, team: undefined }
    const [users, teams] = await Promise.all([
      api.get('/users/all', signal),
      api.get(`/${shown.Id}/teams?take=2147483647`, signal),
    ])
    return { shown, users, team: membersTeam(teams.Items) }
  }

  /** @param {Data} data */
  loaded({ shown }) {
    if (!this.#changes || this.draft?.Id !== shown.Id) this.draft = { ...shown }
  }

  /** @param {Data} data */
  content({ shown, users, team }) {
    const { draft } = this
    if (!draft) return nothing
    const edit = refusal(this.me, shown, 'SpaceEdit')
    return html`
      <div class="page space-page">
        <header class="page-head">
          <div><nav class="crumbs" aria-label="Where you are"><a href="/configuration/spaces">Spaces</a></nav><h1>${shown.Name}</h1></div>
          <a class="button" href="/${shown.Slug}">Open ${icon('arrow')}</a>
        </header>
        ${this.problem()}
        ${this.fault && !this.#changes ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
        <section>
          <fieldset class="form" ?disabled=${Boolean(edit)}>
            <legend class="visually-hidden">Name and description</legend>
            ${textField({ id: 'name', label: 'Name', value: draft.Name, maxlength: 50, oninput: (Name) => this.#change({ Name }) })}
            ${areaField({ id: 'description', label: 'Description', rows: 2, value: draft.Description, oninput: (Description) => this.#change({ Description }) })}
          </fieldset>
        </section>
        ${users ? this.#people(shown, users, team) : nothing}
        <section class="panel" aria-labelledby="queue">
          <header class="panel-head"><h2 id="queue">Queue and end</h2></header>
          <div class="line">
            <div><h3>${shown.TaskQueueStopped ? 'The queue is stopped' : 'The queue runs'}</h3>
              <p>${shown.TaskQueueStopped ? 'No task starts. What is queued keeps its place.' : 'While it is stopped, no new task starts; running ones end as usual.'}</p></div>
            ${button({ label: shown.TaskQueueStopped ? 'Let it go on' : 'Stop the queue', refusal: edit, onclick: () => void this.#setQueue(!shown.TaskQueueStopped) })}
          </div>
          <div class="line">
            <div><h3>Delete this space</h3><p>Its projects, releases, tasks and logs go with it.${shown.TaskQueueStopped ? '' : ' Stop the queue first.'}</p></div>
            ${button({ label: 'Delete…', name: `Delete ${shown.Name}`, kind: 'danger', refusal: this.#deleteRefusal(shown), onclick: () => void this.#delete(shown) })}
          </div>
        </section>
        <tako-save-bar .text=${this.#changes} .isBusy=${this.isBusy} .error=${this.fault} .refusal=${draft.Name.trim() ? '' : 'It needs a name.'}
          @save=${() => void this.#save()} @discard=${() => {
            this.draft = { ...shown }
            this.fault = undefined
          }}></tako-save-bar>
      </div>`
  }

  /**
   * @param {Resource} shown
   * @param {Resource[]} users
   * @param {Resource | undefined} team
   */
  #people(shown, users, team) {
    /** @type {string[]} */
    const managerIds = shown.SpaceManagersTeamMembers
    /** @type {string[]} */
    const memberIds = team?.MemberUserIds ?? []
    const edit = refusal(this.me, shown, 'TeamEdit')
    const rows = [
      ...users
        .filter(({ Id }) => managerIds.includes(Id))
        .map((user) => ({ user, isManager: true })),
      ...users
        .filter(({ Id }) => memberIds.includes(Id) && !managerIds.includes(Id))
        .map((user) => ({ user, isManager: false })),
    ]
    const others = users.filter(({ Id }) => !managerIds.includes(Id) && !memberIds.includes(Id))
    return html`
      <section class="panel" aria-labelledby="people">
        <header class="panel-head"><h2 id="people">People</h2><span class="quiet small">Managers may do everything here. Members may see, edit, release, deploy and cancel.</span></header>
        <table class="table cards">
          <caption class="visually-hidden">People of ${shown.Name}</caption>
          <thead><tr><th scope="col">Name</th><th scope="col">Is</th><td></td></tr></thead>
          <tbody>${rows.map(({ user, isManager }) => {
            const name = user.DisplayName || user.Username
            const isLast = isManager && managerIds.length === 1
            return html`<tr>
              <th scope="row"><span class="person"><b aria-hidden="true">${initials(name)}</b><span>${name}<small>${user.Username}</small></span></span></th>
              <td data-column="Is">${isManager ? 'Manager' : 'Member'}</td>
              <td class="acts">${button({ label: 'Remove', name: `Remove ${name}`, kind: 'bare compact', refusal: edit || (isLast ? 'A space needs a manager.' : ''), onclick: () => void this.#set(shown, team, user.Id, 'none') })}</td>
            </tr>`
          })}</tbody>
        </table>
        ${
          others.length > 0 && !edit
            ? html`<form class="add-person" aria-label="Add a person" @submit=${(
                /** @type {SubmitEvent & { target: HTMLFormElement }} */ event,
              ) => {
                event.preventDefault()
                const form = new FormData(event.target)
                void this.#set(shown, team, String(form.get('user')), String(form.get('role')))
              }}>
                <select class="input" name="user" aria-label="Person">${others.map((user) => html`<option value=${user.Id}>${user.DisplayName || user.Username}</option>`)}</select>
                <select class="input" name="role" aria-label="As"><option value="member">as a member</option><option value="manager">as a manager</option></select>
                <button class="button" type="submit" ?disabled=${this.isBusy}>${icon('plus')}Add</button>
              </form>`
            : nothing
        }
      </section>`
  }

  /** @param {Resource} shown */
  #deleteRefusal(shown) {
    if (!shown.TaskQueueStopped) return 'Stop the queue first.'
    return refusal(this.me, shown, 'SpaceDelete')
  }

  /** @param {Partial<Resource>} changes */
  #change(changes) {
    if (this.draft) this.draft = { ...this.draft, ...changes }
  }

  /**
   * Gives a user a place in the space, or none.
   * @param {Resource} shown
   * @param {Resource | undefined} team
   * @param {string} userId
   * @param {string} role
   */
  async #set(shown, team, userId, role) {
    const without = (/** @type {string[]} */ ids) => ids.filter((id) => id !== userId)
    /** @type {string[]} */
    const managers = shown.SpaceManagersTeamMembers
    /** @type {string[]} */
    const members = team?.MemberUserIds ?? []
    await attempt(this, async () => {
      if (role === 'manager' || managers.includes(userId)) {
        await setManagers(shown, [...without(managers), ...(role === 'manager' ? [userId] : [])])
      }
      if (role === 'member' || members.includes(userId)) {
        await setMembers(shown, team, [...without(members), ...(role === 'member' ? [userId] : [])])
      }
    })
    await this.reload()
  }

  async #save() {
    const { draft } = this
    if (!draft) return
    // The slug stays as it is: addresses that are out there go on to work.
    const isDone = await attempt(this, async () => {
      const shown = await api.put(`/spaces/${draft.Id}`, draft)
      if (this.data) this.data = { ...this.data, shown }
      this.draft = { ...shown }
    })
    if (isDone) await spacesChanged()
  }

  /** @param {boolean} TaskQueueStopped */
  async #setQueue(TaskQueueStopped) {
    const shown = this.data?.shown
    if (!shown) return
    await attempt(this, () => api.put(`/spaces/${shown.Id}`, { ...shown, TaskQueueStopped }))
    await Promise.all([this.reload(), spacesChanged()])
  }

  /** @param {Resource} shown */
  async #delete({ Id, Name }) {
    const inSpace = api.space(Id)
    const [projects, releases] = await Promise.all([
      inSpace.get('/projects?take=1'),
      inSpace.get('/releases?take=1'),
    ])
    const isSure = await ask({
      title: `Delete ${Name}?`,
      text: html`<p>${counted(projects.TotalResults, 'project')} with ${counted(releases.TotalResults, 'release')}, their tasks and their logs go. Running tasks are cancelled. This cannot be undone.</p>`,
      verb: `Delete ${Name}`,
      isDanger: true,
      typed: Name,
    })
    if (!isSure) return
    if (!(await attempt(this, () => api.delete(`/spaces/${Id}`)))) return
    await spacesChanged()
    await navigate('/configuration/spaces')
  }
}

customElements.define('tako-page-space', TakoPageSpace)
