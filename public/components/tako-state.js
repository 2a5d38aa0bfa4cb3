import { css, html, LitElement } from 'lit'
import { icon } from './icons.js'

/**
 * @typedef {'success' | 'warnings' | 'executing' | 'queued' | 'waiting' | 'failed' | 'cancelled' | 'skipped' | 'pending' | 'remote'} State
 */

/** Every state's word. Icon and colour have the same name. @type {Record<State, string>} */
export const words = {
  success: 'Success',
  warnings: 'Success, with warnings',
  executing: 'Executing',
  queued: 'Queued',
  waiting: 'Waiting for a person',
  failed: 'Failed',
  cancelled: 'Cancelled',
  skipped: 'Skipped',
  pending: 'Not started',
  remote: 'No news yet',
}

/** @type {Partial<Record<State, State>>} */
const colours = { warnings: 'success', skipped: 'cancelled', pending: 'cancelled' }

/** The colour of a state, as a value of CSS. @param {State} state */
export const colourOf = (state) => `var(--${colours[state] ?? state})`

/** A state as icon, colour and word: `<tako-state state="failed"></tako-state>`. The slot replaces the word. */
export class TakoState extends LitElement {
  static properties = { state: { reflect: true } }

  static styles = css`
    :host { display: inline-flex; align-items: center; vertical-align: middle; gap: 6px; min-width: 0; white-space: nowrap; }
    .colour { display: contents; }
    .icon { width: 15px; height: 15px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
    .turning { animation: turn 1.4s linear infinite; transform-origin: center; transform-box: fill-box; }
    @keyframes turn { to { transform: rotate(1turn); } }
    @media (prefers-reduced-motion: reduce) { .turning { animation-duration: 4s; } }
  `

  constructor() {
    super()
    /** @type {State} */
    this.state = 'queued'
  }

  render() {
    const shape = this.state === 'remote' ? 'chain' : this.state
    return html`<span class="colour" style="color:${colourOf(this.state)}">${icon(shape)}</span><slot>${words[this.state]}</slot>`
  }
}

customElements.define('tako-state', TakoState)
