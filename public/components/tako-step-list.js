import { html, LitElement, nothing } from 'lit'
import { titleOf } from './log-sections.js'
import { durationText, ranOn, stateOfActivity } from './states.js'
import './tako-state.js'
import { words } from './tako-state.js'

/** @typedef {import('./log-sections.js').Activity} Activity */

/**
 * The steps of a task with their state, time, and the workers or targets below each.
 * `step-chosen` is sent with the activity's id, or '' when the chosen one is chosen again.
 */
export class TakoStepList extends LitElement {
  static properties = {
    steps: { attribute: false },
    chosen: {},
    now: { type: Number },
  }

  constructor() {
    super()
    /** @type {Activity[]} */
    this.steps = []
    this.chosen = ''
    /** A new value has the times of what runs drawn anew. */
    this.now = 0
  }

  createRenderRoot() {
    return this
  }

  render() {
    return html`<nav class="steps" aria-label="Steps"><ol>${this.steps.map((step) => this.#step(step))}</ol></nav>`
  }

  #step(/** @type {Activity} */ step) {
    // The only worker of a step says nothing that the step does not.
    const parts = step.Children.length > 1 ? step.Children : []
    const only = step.Children.length === 1 ? step.Children[0] : undefined
    const note = step.ProgressMessage || only?.ProgressMessage || (only ? ranOn(only) : '')
    return html`
      <li>
        ${this.#row(step, note)}
        ${parts.length > 0 ? html`<ol class="targets">${parts.map((part) => html`<li>${this.#row(part, part.ProgressMessage || (part.Name === part.WorkerName ? '' : ranOn(part)))}</li>`)}</ol>` : nothing}
      </li>`
  }

  #row(/** @type {Activity} */ activity, /** @type {string} */ note) {
    const state = stateOfActivity(activity.Status)
    return html`
      <button class="step" type="button" aria-current=${activity.Id === this.chosen ? 'step' : nothing}
        @click=${() => this.#choose(activity.Id)}>
        <tako-state state=${state}><span class="visually-hidden">${words[state]}:</span></tako-state>
        <span class="title">${titleOf(activity)}${note ? html`<small>${note}</small>` : nothing}</span>
        <span class="took">${durationText(activity.Started, activity.Ended)}</span>
      </button>`
  }

  #choose(/** @type {string} */ id) {
    const detail = id === this.chosen ? '' : id
    this.dispatchEvent(new CustomEvent('step-chosen', { detail }))
  }
}

customElements.define('tako-step-list', TakoStepList)
