import { html, LitElement, nothing } from 'lit'
import { icon } from './icons.js'
import { chainMark } from './remote-look.js'
import './tako-state.js'

/**
 * @typedef {{ id: string, name: string, state: import('./tako-state.js').State | null, word: string, when: string,
 *   title: string, remote: string | null, href: string, deployHref: string, why: string }} Station an environment: what is there (with a link to its task), or
 *   where it may be deployed from, or why it may not; `remote`: the other space that it is in, '' when that is not known
 * @typedef {{ name: string, note: string, isDone: boolean, isHere: boolean, stations: Station[] }} Leg a phase
 */

/** A release's way through its phases, from left to right. */
export class TakoProgressLine extends LitElement {
  static properties = { legs: { attribute: false }, label: {} }

  constructor() {
    super()
    /** @type {Leg[]} */
    this.legs = []
    this.label = 'Phases'
  }

  createRenderRoot() {
    return this
  }

  render() {
    return html`<ol class="line" aria-label=${this.label}>${this.legs.map((leg, at) => this.#leg(leg, at))}</ol>`
  }

  #leg(/** @type {Leg} */ leg, /** @type {number} */ at) {
    return html`
      <li class="leg ${leg.isDone ? 'done' : ''} ${leg.isHere ? 'here' : ''}">
        <h3><b>${leg.isDone ? icon('check') : at + 1}</b><span>${leg.name}</span>${leg.note ? html`<span class="needs">${leg.note}</span>` : nothing}
          <span class="visually-hidden">${leg.isDone ? 'complete' : leg.isHere ? 'open' : 'not open yet'}</span></h3>
        <ul>${leg.stations.map((station) => this.#station(station))}</ul>
      </li>`
  }

  #station(/** @type {Station} */ station) {
    const { name, state, word, when, title, remote, href, deployHref, why } = station
    const verb = remote === null ? 'Deploy' : 'Promote'
    return html`
      <li class="station ${state ?? ''}">
        <span class="where">${remote === null ? nothing : chainMark(remote)}${name}</span>
        ${
          state
            ? html`<a class="plain what" href=${href} title=${title || nothing}><tako-state state=${state}>${word}</tako-state><span class="quiet small">${when}</span></a>`
            : html`<span class="quiet small what">${why || 'Not deployed'}</span>`
        }
        ${deployHref ? html`<a class="button compact ${state ? 'bare' : ''}" href=${deployHref} aria-label="${verb} to ${name}${state ? ' again' : ''}">${icon(state ? 'again' : remote === null ? 'play' : 'chain')}${state ? nothing : verb}</a>` : nothing}
      </li>`
  }
}

customElements.define('tako-progress-line', TakoProgressLine)
