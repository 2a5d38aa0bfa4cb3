import '../components/elements/drawer.js'
import { html, nothing } from 'lit'
import { api } from '../api.js'
import { differencesTable } from '../components/differences.js'
import { icon } from '../components/icons.js'
import '../components/tako-time.js'
import { counted, exact } from '../format.js'
import { setQuery } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { isAdministrator } from '../permissions.js'
import { styles } from './audit.styles.js'
import { LoadedPage } from './loaded-page.js'

pageStyles('tako-page-audit', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ events: Resource[], total: number, categories: Resource[], kinds: Resource[], users: Resource[] }} Data
 */

const PAGE = 50

/**
 * Who changed what: every change, with what was there before and after.
 * @extends {LoadedPage<Data>}
 */
class TakoPageAudit extends LoadedPage {
  static properties = { opened: { state: true } }

  constructor() {
    super()
    /** The event in the drawer. @type {Resource | undefined} */
    this.opened = undefined
  }

  keys() {
    return [this.query.toString()]
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const take = Number(this.query.get('show')) || PAGE
    const [page, categories, kinds, users] = await Promise.all([
      api.get(`/events?take=${take}${this.#filter()}`, signal),
      api.get('/events/categories', signal),
      api.get('/events/documenttypes', signal),
      isAdministrator(this.me) ? api.get('/users/all', signal) : [],
    ])
    return { events: page.Items, total: page.TotalResults, categories, kinds, users }
  }

  #filter() {
    /** @type {Record<string, string>} by the names in the address */
    const names = {
      space: 'spaces',
      what: 'eventCategories',
      kind: 'documentTypes',
      user: 'users',
      from: 'from',
      to: 'to',
      about: 'regardingAny',
    }
    return Object.entries(names)
      .map(([own, theirs]) => {
        const value = this.query.get(own)
        if (!value) return ''
        // The days of the address are whole days where the reader is.
        const end = own === 'to' ? 'T23:59:59.999' : 'T00:00:00'
        const sent = own === 'from' || own === 'to' ? new Date(value + end).toISOString() : value
        return `&${theirs}=${encodeURIComponent(sent)}`
      })
      .join('')
  }

  /** @param {Data} data */
  content({ events, total, categories, kinds, users }) {
    const names = ['space', 'what', 'kind', 'user', 'from', 'to', 'about']
    const isFiltered = names.some((name) => this.query.get(name))
    const spaces = this.me?.spaces ?? []
    return html`
      <div class="page audit">
        <header class="page-head"><div><h1>Audit</h1><p>Who changed what, and when. Nobody can change this list.</p></div></header>
        ${this.problem()}
        <div class="row wrap toolbar">
          ${spaces.length > 1 ? this.#select('Space', 'space', 'All spaces', spaces) : nothing}
          ${this.#select('What', 'what', 'Everything', categories)}
          ${this.#select('Kind', 'kind', 'All kinds', kinds)}
          ${
            users.length > 1
              ? this.#select(
                  'Who',
                  'user',
                  'Everybody',
                  users.map((user) => ({ ...user, Name: user.DisplayName || user.Username })),
                )
              : nothing
          }
          ${this.#day('From', 'from')} ${this.#day('To', 'to')}
          ${isFiltered ? html`<button class="button bare compact" type="button" @click=${() => setQuery(Object.fromEntries([...names, 'show'].map((name) => [name, ''])))}>${icon('close')}Clear filter</button>` : nothing}
          <span class="quiet small push">${counted(total, 'event')}</span>
        </div>
        ${events.length === 0 ? html`<section class="panel empty-panel"><h2>${isFiltered ? 'No event fits the filter.' : 'Nothing was changed yet.'}</h2></section>` : this.#table(events, total)}
        ${this.opened ? this.#drawer(this.opened) : nothing}
      </div>`
  }

  /**
   * @param {Resource[]} events
   * @param {number} total
   */
  #table(events, total) {
    return html`
      <div class="panel">
        <table class="table cards">
          <caption class="visually-hidden">Events, the newest first</caption>
          <thead><tr><th scope="col">What</th><th scope="col" class="kind">Category</th><th scope="col" class="who">Who</th><th scope="col" class="when right">When</th></tr></thead>
          <tbody>${events.map(
            (event) => html`
              <tr>
                <th scope="row"><button class="open" type="button" @click=${() => this.#open(event)}>${event.Message}</button></th>
                <td data-column="Category">${event.Category}</td>
                <td data-column="Who">${event.IsService ? html`<span class="quiet">Tako itself</span>` : event.Username}</td>
                <td data-column="When" class="right"><tako-time .at=${event.Occurred}></tako-time></td>
              </tr>`,
          )}</tbody>
        </table>
        ${total > events.length ? html`<div class="more-rows"><button class="button compact" type="button" @click=${() => setQuery({ show: String(events.length + PAGE) })}>Show ${PAGE} more</button></div>` : nothing}
      </div>`
  }

  /** @param {Resource} event */
  #open(event) {
    this.opened = event
  }

  /** @param {Resource} event */
  #drawer(event) {
    const space = this.me?.spaces.find(({ Id }) => Id === event.SpaceId)
    /** @type {[string, unknown][]} */
    const facts = [
      ['When', exact(event.Occurred)],
      ['Who', event.IsService ? 'Tako itself' : event.Username],
      ['By', event.IdentityEstablishedWith],
      ['From', [event.IpAddress, event.UserAgent].filter(Boolean).join(', ')],
      ['Space', space?.Name ?? event.SpaceId ?? 'the server'],
      ['Why', event.Details ?? event.Comments],
    ]
    return html`
      <wa-drawer open light-dismiss label=${event.Message} @wa-after-hide=${(
        /** @type {Event} */ hidden,
      ) => {
        if (hidden.target === hidden.currentTarget) this.opened = undefined
      }}>
        <dl>${facts.map(([name, value]) => (value ? html`<dt>${name}</dt><dd>${value}</dd>` : nothing))}</dl>
        ${differencesTable(event.ChangeDetails?.Differences ?? [])}
      </wa-drawer>`
  }

  /**
   * @param {string} label
   * @param {string} name in the query
   * @param {string} all
   * @param {Resource[]} options
   */
  #select(label, name, all, options) {
    const chosen = this.query.get(name) ?? ''
    return html`
      <select class="input" aria-label=${label} @change=${choose(name)}>
        <option value="">${all}</option>
        ${options.map(({ Id, Name }) => html`<option value=${Id} ?selected=${Id === chosen}>${Name}</option>`)}
      </select>`
  }

  /**
   * @param {string} label
   * @param {string} name
   */
  #day(label, name) {
    return html`<label class="row small quiet">${label} <input class="input" style="width:140px" type="date" .value=${this.query.get(name) ?? ''} @change=${choose(name)}></label>`
  }
}

/** @param {string} name */
const choose =
  (name) => (/** @type {Event & { target: HTMLInputElement | HTMLSelectElement }} */ event) => {
    setQuery({ [name]: event.target.value, show: '' })
  }

customElements.define('tako-page-audit', TakoPageAudit)
