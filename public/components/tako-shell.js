import { html, LitElement, nothing } from 'lit'
import { counted, initials } from '../format.js'
import { navigate } from '../navigation.js'
import { isAdministrator, may } from '../permissions.js'
import { icon, mark } from './icons.js'
import { areasFor, configurationFor } from './navigation-areas.js'
import { styles } from './tako-shell.styles.js'

/** @typedef {import('../permissions.js').Me} Me */

const SEARCHED_FROM = 8

/** The frame of every page: header, navigation, and the page in the slot. Wishes: `palette`, `sign-out`. */
export class TakoShell extends LitElement {
  static properties = {
    me: { attribute: false },
    space: { attribute: false },
    isInSpace: { attribute: false },
    area: {},
    place: {},
    running: { attribute: false },
    lostSince: { attribute: false },
    server: { attribute: false },
    isOpen: { state: true },
    wanted: { state: true },
  }

  static styles = styles

  constructor() {
    super()
    /** @type {Me | undefined} */
    this.me = undefined
    /** The space that links lead to. @type {import('../api.js').Resource | undefined} */
    this.space = undefined
    this.isInSpace = false
    this.area = ''
    this.place = ''
    /** @type {number | undefined} */
    this.running = undefined
    /** @type {Date | undefined} */
    this.lostSince = undefined
    /** @type {{ version: string, nodes: number } | undefined} */
    this.server = undefined
    this.isOpen = false
    /** What is typed into the list of spaces. */
    this.wanted = ''
  }

  firstUpdated() {
    // The menus are most of the code of the first view: it does not wait for them.
    requestAnimationFrame(() =>
      setTimeout(() => {
        void import('./elements/dropdown.js')
      }),
    )
  }

  /** @param {Map<PropertyKey, unknown>} changed */
  willUpdate(changed) {
    // On a phone the navigation lies over the page: it goes when a page was chosen.
    if (changed.has('area') || changed.has('place')) this.isOpen = false
  }

  render() {
    const { me, space } = this
    if (!me) return nothing
    const home = space ? `/${space.Slug}` : '/'
    return html`
      <a class="skip" href="#page" @click=${this.#skip}>Skip to the page</a>
      <header>
        <button class="menu" type="button" aria-label="Menu" aria-expanded=${this.isOpen} @click=${() => {
          this.isOpen = !this.isOpen
        }}>${icon('menu')}</button>
        <a class="home" href=${home} aria-label="Tako, dashboard">${mark}<span>Tako</span></a>
        <span class="slash" aria-hidden="true">/</span>
        ${this.#spaces(me)}
        <button class="search" type="button" aria-label="Search or jump to" @click=${() => this.#wish('palette')}>${icon('search')}<span>Search or jump to…</span><kbd>Ctrl K</kbd></button>
        ${this.running ? html`<a class="count" href="${home}/tasks?state=Executing" aria-label="${this.running} running">${icon('executing')}${this.running} <span>running</span></a>` : nothing}
        ${this.#user(me)}
      </header>
      <nav class=${this.isOpen ? 'open' : ''} aria-label="Areas" @click=${this.#close}>
        ${areasFor(me, space).map((area) => this.#area(area, home))}
        <div class="end">${this.#area(configurationFor(me, space), '')}</div>
        <p class="server">${this.server ? `Tako ${this.server.version} · ${counted(this.server.nodes, 'node')}` : 'Tako'}</p>
      </nav>
      <div class="main">
        ${this.lostSince ? html`<p class="lost" role="status">Not connected since ${clock(this.lostSince)}. What you see may be old.</p>` : nothing}
        <slot></slot>
      </div>`
  }

  /** @param {Me} me */
  #spaces(me) {
    const { space, wanted } = this
    const shown = me.spaces.filter(({ Name }) => Name.toLowerCase().includes(wanted.toLowerCase()))
    return html`
      <wa-dropdown @click=${this.#early} @wa-select=${this.#chosen} @wa-after-hide=${() => {
        this.wanted = ''
      }}>
        <button slot="trigger" class="space" type="button" aria-label=${space ? `Space: ${space.Name}` : 'Spaces'}>
          ${space ? html`<b class="tile" aria-hidden="true">${initials(space.Name)[0]}</b><span>${space.Name}</span>` : html`<span>No space</span>`} ${icon('down')}
        </button>
        ${
          me.spaces.length >= SEARCHED_FROM
            ? html`<div class="find"><input placeholder="Find a space" aria-label="Find a space" .value=${wanted} @keydown=${(/** @type {Event} */ event) => event.stopPropagation()}
              @input=${(/** @type {Event & { target: HTMLInputElement }} */ event) => {
                this.wanted = event.target.value
              }}></div>`
            : nothing
        }
        ${shown.map((each) => html`<wa-dropdown-item value="/${each.Slug}"><span slot="icon" class="tile" aria-hidden="true">${initials(each.Name)[0]}</span>${each.Name}</wa-dropdown-item>`)}
        ${isAdministrator(me) || may(me, undefined, 'SpaceCreate') ? html`<wa-dropdown-item value="/configuration/spaces?add=1"><span slot="icon">${icon('plus')}</span>Add space…</wa-dropdown-item>` : nothing}
        <wa-dropdown-item value="/configuration/spaces">All spaces</wa-dropdown-item>
      </wa-dropdown>`
  }

  /** @param {Me} me */
  #user(me) {
    const name = me.user.DisplayName || me.user.Username || ''
    return html`
      <wa-dropdown placement="bottom-end" @click=${this.#early} @wa-select=${this.#chosen}>
        <button slot="trigger" class="user" type="button" aria-label=${name}><b aria-hidden="true">${initials(name)}</b></button>
        <div class="menu-head">${name}<small>${me.user.Username}</small></div>
        <wa-dropdown-item value="/configuration/profile">Profile and theme</wa-dropdown-item>
        <wa-dropdown-item value="/configuration/keys">API keys</wa-dropdown-item>
        <wa-dropdown-item value="sign-out">Sign out</wa-dropdown-item>
      </wa-dropdown>`
  }

  /**
   * @param {import('./navigation-areas.js').Area} area
   * @param {string} home
   */
  #area({ name, title, path, parts }, home) {
    const isHere = this.area === name
    const current = isHere && !this.place ? 'page' : isHere ? 'true' : nothing
    return html`
      <a href="${home}${path}" aria-current=${current}>${icon(name)}${title}${name === 'tasks' && this.running ? html`<em>${this.running}</em>` : nothing}</a>
      ${
        isHere && parts
          ? html`<div class="parts">${parts.map((part) => html`<a href="${home}${part.path}" aria-current=${part.name === this.place ? 'page' : nothing}>${part.title}</a>`)}</div>`
          : nothing
      }`
  }

  // A menu that is clicked before its code is there opens as soon as it is.
  #early = async (/** @type {Event} */ event) => {
    const menu = event.currentTarget
    if (customElements.get('wa-dropdown')) return
    await import('./elements/dropdown.js')
    if (menu instanceof LitElement) Object.assign(menu, { open: true })
  }

  #chosen = (/** @type {CustomEvent<{ item: { value: string } }>} */ event) => {
    const { value } = event.detail.item
    if (value === 'sign-out') this.#wish('sign-out')
    else void navigate(value)
  }

  #close = (/** @type {Event} */ event) => {
    if (event.composedPath().some((part) => part instanceof HTMLAnchorElement)) this.isOpen = false
  }

  #skip = (/** @type {Event} */ event) => {
    event.preventDefault()
    this.querySelector('main')?.focus()
  }

  /** @param {string} name */
  #wish(name) {
    this.dispatchEvent(new Event(name))
  }
}

/** @param {Date} at */
const clock = (at) => at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })

customElements.define('tako-shell', TakoShell)
