import { html, nothing } from 'lit'
import { ApiError, api } from '../api.js'
import { areaField, button, textField } from '../components/form.js'
import { formDialog } from '../components/form-dialog.js'
import { icon } from '../components/icons.js'
import { remoteFields } from '../components/remote-fields.js'
import { chainMark } from '../components/remote-look.js'
import { rowMenu } from '../components/row-menu.js'
import { ask } from '../components/tako-ask.js'
import { counted } from '../format.js'
import { setQuery } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { may, refusal } from '../permissions.js'
import { attempt } from './editing.js'
import { styles } from './environments.styles.js'
import { LoadedPage } from './loaded-page.js'

pageStyles('tako-page-environments', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ environments: Resource[], deployed: Map<string, number>, trusts: Resource[] }} Data
 */

const NONE = { Items: [] }
const NOTHING = { names: [], why: '' }
const USUAL = ['Development', 'Test', 'Production']

/**
 * The environments of a space in their order.
 * @extends {LoadedPage<Data>}
 */
class TakoPageEnvironments extends LoadedPage {
  static properties = {
    draft: { state: true },
    isBusy: { state: true },
    fault: { state: true },
    dragged: { state: true },
    told: { state: true },
  }

  constructor() {
    super()
    /** The environment in the dialog. @type {Partial<Resource> | undefined} */
    this.draft = undefined
    this.isBusy = false
    /** @type {import('../api.js').ApiError | undefined} */
    this.fault = undefined
    /** The id of the environment that is being moved. */
    this.dragged = ''
    /** What the space of the remote environment in the dialog calls its own, or why it does not tell. @type {import('../components/remote-fields.js').Told} */
    this.told = NOTHING
  }

  get #api() {
    return api.space(this.space)
  }

  /** @param {import('../live.js').Change} change */
  isTouched({ Kind }) {
    return ['Environment', 'Deployment', 'Trust'].includes(Kind)
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const [environments, board, trusts] = await Promise.all([
      this.#api.get('/environments/all', signal),
      this.#api.get('/dashboard', signal),
      may(this.me, this.space, 'TrustView') ? this.#api.get('/trusts?take=1000', signal) : NONE,
    ])
    /** @type {Map<string, number>} */
    const deployed = new Map()
    for (const { EnvironmentId } of board.Items) {
      deployed.set(EnvironmentId, (deployed.get(EnvironmentId) ?? 0) + 1)
    }
    return { environments, deployed, trusts: trusts.Items }
  }

  loaded() {
    // The address itself: `query` is one drawing behind, and a closed dialog would open again.
    const isAsked = new URLSearchParams(location.search).has('add')
    if (isAsked && !this.draft) this.draft = { Name: '', Description: '' }
  }

  /** @param {Data} data */
  content({ environments, deployed, trusts }) {
    const add = this.#refusal('EnvironmentCreate')
    return html`
      <div class="page environments">
        <header class="page-head">
          <div><h1>Environments</h1><p>Where releases go, in the order of the columns on the dashboard.</p></div>
          <div class="row wrap">${trusts.length > 0 ? button({ label: html`${icon('chain')}Add remote environment`, name: 'Add remote environment', refusal: add, onclick: () => this.#openFar(trusts) }) : nothing}
          ${environments.length > 0 ? button({ label: html`${icon('plus')}Add environment`, name: 'Add environment', kind: 'primary', refusal: add, onclick: () => this.#open({}) }) : nothing}</div>
        </header>
        ${this.problem()}
        ${this.fault && !this.draft ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
        ${environments.length === 0 ? this.#empty(add) : this.#table(environments, deployed, trusts)}
        ${this.draft ? this.#dialog(this.draft, trusts) : nothing}
      </div>`
  }

  /** @param {string} add why none may be added */
  #empty(add) {
    return html`
      <section class="panel empty-panel">
        <h2>Nowhere to deploy to yet.</h2>
        <p>An environment is a place that software goes to, such as Test or Production. Without one, no release can be deployed.</p>
        <div class="offer">
          ${button({ label: html`${icon('plus')}Add environment`, name: 'Add environment', kind: 'primary', refusal: add, onclick: () => this.#open({}) })}
          ${button({ label: 'Add Development, Test and Production', refusal: add, onclick: () => void this.#addUsual() })}
        </div>
      </section>`
  }

  /**
   * @param {Resource[]} environments
   * @param {Map<string, number>} deployed
   * @param {Resource[]} trusts
   */
  #table(environments, deployed, trusts) {
    const edit = this.#refusal('EnvironmentEdit')
    return html`
      <div class="panel">
        <table class="table cards">
          <caption class="visually-hidden">Environments in their order</caption>
          <thead><tr><td></td><th scope="col">Name</th><th scope="col">Deployed here</th><td></td></tr></thead>
          <tbody>${environments.map((environment, at) => {
            const { Id, Name, Description, Remote } = environment
            const count = deployed.get(Id) ?? 0
            return html`
              <tr class=${this.dragged === Id ? 'dragged' : ''} @dragover=${(/** @type {DragEvent} */ event) => this.#over(event, Id)} @drop=${(
                /** @type {DragEvent} */ event,
              ) => {
                event.preventDefault()
                void this.#sort(environments)
              }}>
                <td class="grip-cell">${
                  edit
                    ? nothing
                    : html`<span class="grip" draggable="true" title="Drag to reorder" @dragstart=${() => {
                        this.dragged = Id
                      }} @dragend=${() => this.#drop()}>${icon('grip')}</span>`
                }</td>
                <th scope="row">${Remote ? chainMark() : nothing}<button class="link-button" type="button" aria-disabled=${edit ? 'true' : nothing} title=${edit || nothing} @click=${() => !edit && this.#open(environment)}>${Name}</button>${Remote ? farLine(Remote, trusts) : nothing}${Description ? html`<small>${Description}</small>` : nothing}</th>
                <td data-column="Deployed here">${count ? html`<a href="/${this.space.Slug}">${counted(count, 'project')}</a>` : html`<span class="quiet">nothing yet</span>`}</td>
                <td class="acts">${rowMenu(`More about ${Name}`, [
                  { name: 'Edit…', act: () => this.#open(environment), refusal: edit },
                  at > 0
                    ? {
                        name: 'Move up',
                        act: () => void this.#move(environments, at, -1),
                        refusal: edit,
                      }
                    : null,
                  at < environments.length - 1
                    ? {
                        name: 'Move down',
                        act: () => void this.#move(environments, at, 1),
                        refusal: edit,
                      }
                    : null,
                  {
                    name: 'Delete…',
                    act: () => void this.#delete(environment, count),
                    refusal: this.#refusal('EnvironmentDelete'),
                    isDanger: true,
                  },
                ])}</td>
              </tr>`
          })}</tbody>
        </table>
      </div>`
  }

  /** @param {Partial<Resource>} draft @param {Resource[]} trusts */
  #dialog(draft, trusts) {
    const change = (/** @type {Partial<Resource>} */ changes) => {
      this.draft = { ...draft, ...changes }
      if (changes.Remote && changes.Remote.TrustId !== draft.Remote?.TrustId) this.told = NOTHING
    }
    const what = draft.Remote ? 'remote environment' : 'environment'
    return formDialog(
      {
        title: draft.Id ? `Edit ${this.#nameOf(draft.Id)}` : `Add ${what}`,
        verb: draft.Id ? 'Save' : `Add ${what}`,
        isBusy: this.isBusy,
        error: this.fault,
        onsend: () => void this.#save(),
        onclosed: () => this.#closed(),
      },
      draft.Remote
        ? remoteFields(draft, {
            trusts,
            told: this.told,
            change,
            onask: (id) => void this.#learn(id),
          })
        : html`
        ${textField({ id: 'environment-name', label: 'Name', value: draft.Name ?? '', maxlength: 50, required: true, autofocus: true, placeholder: 'Production', oninput: (Name) => change({ Name }) })}
        ${areaField({ id: 'environment-description', label: 'Description', rows: 2, value: draft.Description ?? '', oninput: (Description) => change({ Description }) })}`,
    )
  }

  /** @param {string} id */
  #nameOf(id) {
    return this.data?.environments.find(({ Id }) => Id === id)?.Name ?? ''
  }

  /** @param {string} permission */
  #refusal(permission) {
    return refusal(this.me, this.space, permission)
  }

  /** @param {Partial<Resource>} environment */
  #open(environment) {
    this.fault = undefined
    this.draft = { Name: '', Description: '', ...environment }
    this.told = NOTHING
  }

  /** @param {Resource[]} trusts */
  #openFar(trusts) {
    const { Id: TrustId } = trusts.find(({ State }) => State === 'Active') ??
      trusts[0] ?? { Id: '' }
    const remote = { TrustId, Kind: 'Environment', RemoteName: '', CountsWhen: 'Accepted' }
    this.#open({ Remote: remote })
  }

  /** Asks what a space calls its environments. @param {string} trustId */
  async #learn(trustId) {
    try {
      const { Environments } = await this.#api.get(`/trusts/${trustId}/directory`)
      const names = Environments.map((/** @type {Resource} */ { Name }) => Name)
      this.told = { names, why: names.length > 0 ? '' : 'It has none.' }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.told = { names: [], why: error.errors?.[0] ?? error.message }
    }
  }

  #closed() {
    this.draft = undefined
    this.fault = undefined
    if (this.query.has('add')) setQuery({ add: '' })
  }

  async #save() {
    const { draft } = this
    const isDone = await attempt(this, () =>
      draft?.Id
        ? this.#api.put(`/environments/${draft.Id}`, draft)
        : this.#api.post('/environments', draft),
    )
    if (!isDone) return
    this.#closed()
    await this.reload()
  }

  async #addUsual() {
    await attempt(this, async () => {
      // One after the other, so that their order is this one.
      for (const Name of USUAL) await this.#api.post('/environments', { Name })
    })
    await this.reload()
  }

  /**
   * @param {Resource[]} environments
   * @param {number} from
   * @param {-1 | 1} by
   */
  async #move(environments, from, by) {
    const order = [...environments]
    order.splice(from + by, 0, ...order.splice(from, 1))
    await this.#sort(order)
  }

  /** @param {Resource[]} order */
  async #sort(order) {
    this.dragged = ''
    if (this.data) this.data = { ...this.data, environments: order }
    await attempt(this, () =>
      this.#api.put(
        '/environments/sortorder',
        order.map(({ Id }) => Id),
      ),
    )
    await this.reload()
  }

  /**
   * Shows the order that a drop here would make.
   * @param {DragEvent} event
   * @param {string} overId
   */
  #over(event, overId) {
    const { data, dragged } = this
    if (!dragged || !data) return
    event.preventDefault()
    const order = [...data.environments]
    const from = order.findIndex(({ Id }) => Id === dragged)
    const to = order.findIndex(({ Id }) => Id === overId)
    if (from === to) return
    order.splice(to, 0, ...order.splice(from, 1))
    this.data = { ...data, environments: order }
    this.requestUpdate()
  }

  /** It was let go outside of the list: the order stays. */
  #drop() {
    if (!this.dragged) return
    this.dragged = ''
    void this.reload()
  }

  /**
   * @param {Resource} environment
   * @param {number} count of the projects that are deployed to it
   */
  async #delete({ Id, Name }, count) {
    const isSure = await ask({
      title: `Delete ${Name}?`,
      text: html`<p>${count ? `${counted(count, 'project')} have been deployed to ${Name}. The tasks and their logs stay, the column goes.` : `Nothing has been deployed to ${Name}.`}</p>`,
      verb: `Delete ${Name}`,
      isDanger: true,
      ...(count > 0 && { typed: Name }),
    })
    if (!isSure) return
    await attempt(this, () => this.#api.delete(`/environments/${Id}`))
    await this.reload()
  }
}

/** Whose it is, and whether anything may go there. @param {import('../components/remote-fields.js').Remote} remote @param {Resource[]} trusts */
function farLine({ TrustId, Kind, RemoteName }, trusts) {
  const trust = trusts.find(({ Id }) => Id === TrustId)
  const where = trust?.Name ?? 'another space'
  const state = trust && trust.State !== 'Active' ? `: trust ${trust.State.toLowerCase()}` : ''
  return html`<small>${Kind === 'Space' ? `Handed over to ${where}` : `${RemoteName} at ${where}`}${state}</small>`
}

customElements.define('tako-page-environments', TakoPageEnvironments)
