import './elements/dialog.js'
import { html, LitElement, nothing } from 'lit'
import { exact } from '../format.js'
import { boxes, field, selectField, textField } from './form.js'
import { closeDialog } from './form-dialog.js'
import { icon } from './icons.js'
import './tako-copy-line.js'
import './tako-problem.js'
import './tako-state.js'
import './tako-time.js'

/**
 * @typedef {{ Name: string, WorkerPoolIds: string[], ExpiresInMinutes: number }} Wish for a token
 * @typedef {{ Id: string, Name: string, WorkerPoolIds: string[], Expires: string, Command: string }} Made
 */

/** @type {[string, string][]} */
const SPANS = [
  ['15', '15 minutes'],
  ['60', 'an hour'],
  ['480', '8 hours'],
  ['1440', 'a day'],
  ['10080', '7 days'],
]

/**
 * The dialog by which a machine becomes a worker: first what its token is for (`token-wanted`), then the line to
 * run there, until the worker has come. `closed` is sent when it was closed.
 */
export class TakoAddWorker extends LitElement {
  static properties = {
    pools: { attribute: false },
    chosen: { attribute: false },
    made: { attribute: false },
    arrived: { attribute: false },
    base: {},
    isBusy: { type: Boolean },
    error: { attribute: false },
    name: { state: true },
    minutes: { state: true },
  }

  constructor() {
    super()
    /** @type {{ Id: string, Name: string }[]} */
    this.pools = []
    /** The ids of the pools that the worker will be in. @type {string[]} */
    this.chosen = []
    /** The token, once it is made. @type {Made | undefined} */
    this.made = undefined
    /** The worker that has joined by it. @type {import('./worker-look.js').Worker | undefined} */
    this.arrived = undefined
    /** The address of the page of workers. */
    this.base = ''
    this.isBusy = false
    /** @type {import('./tako-problem.js').TakoProblem['error']} */
    this.error = undefined
    this.name = ''
    this.minutes = '60'
  }

  createRenderRoot() {
    return this
  }

  render() {
    return html`
      <wa-dialog open class="add-worker" label="Add worker" @wa-after-hide=${(
        /** @type {Event} */ event,
      ) => {
        if (event.target === event.currentTarget) this.dispatchEvent(new Event('closed'))
      }}>
        ${this.made ? this.#command(this.made) : this.#form()}
      </wa-dialog>`
  }

  #form() {
    const refusal = this.chosen.length > 0 ? '' : 'Choose a pool: a worker in none gets no work.'
    return html`
      <form class="form" id="add-worker" aria-label="Add worker" @submit=${(
        /** @type {Event} */ event,
      ) => {
        event.preventDefault()
        if (!refusal && !this.isBusy) this.#send()
      }}>
        ${this.error ? html`<tako-problem .error=${this.error} .isFinal=${true}></tako-problem>` : nothing}
        <p class="quiet small">A worker is a machine that runs steps. Tako makes a token for it: whoever has the token may join once, and gets what the steps of its pools get, secrets too.</p>
        ${boxes({
          legend: 'Worker pools',
          name: 'add-worker-pool',
          all: this.pools,
          chosen: this.chosen,
          onchange: (ids) => {
            this.chosen = ids
          },
        })}
        ${selectField({
          id: 'add-worker-expires',
          label: 'The token works for',
          options: SPANS,
          chosen: this.minutes,
          onchange: (minutes) => {
            this.minutes = minutes
          },
        })}
        ${textField({
          id: 'add-worker-name',
          label: 'Note',
          value: this.name,
          maxlength: 50,
          placeholder: 'The new build machine',
          help: 'For the list of tokens and the audit. The worker has the name of its machine.',
          oninput: (name) => {
            this.name = name
          },
        })}
      </form>
      <button slot="footer" class="button" type="button" @click=${closeDialog}>Cancel</button>
      <button slot="footer" class="button primary" type="submit" form="add-worker" title=${refusal || nothing} aria-label=${refusal ? `Make the command: ${refusal}` : nothing}
        aria-disabled=${refusal || this.isBusy ? 'true' : nothing}>Make the command</button>`
  }

  #command(/** @type {Made} */ made) {
    return html`
      <div class="ask-text">
        <p>Run this on the machine, as the user that scripts shall run as.</p>
        ${field({ id: 'add-worker-command', label: 'The command' }, html`<tako-copy-line id="add-worker-command" label="The command" .text=${made.Command}></tako-copy-line>`)}
        ${made.Command.includes('<password>') ? html`<p class="note waiting">${icon('key')}<span>Put in the name and password that workers have at Redis: the server does not give away its own.</span></p>` : nothing}
        <p class="small quiet">It works once, until <time datetime=${made.Expires} title=${exact(made.Expires)}>${timeOf(made.Expires)}</time>. The token in it is not shown again.</p>
        ${this.arrived ? this.#arrival(this.arrived) : html`<p class="note" role="status">${icon('clock')}<span>Waiting for the worker. You may close this: it will be in the list.</span></p>`}
      </div>
      <button slot="footer" class="button primary" type="button" @click=${closeDialog}>Done</button>`
  }

  #arrival(/** @type {import('./worker-look.js').Worker} */ { Id, Name }) {
    return html`<p class="note arrived" role="status"><tako-state state="success"><span class="visually-hidden">Joined:</span></tako-state><span><b>${Name}</b> has joined. <a href="${this.base}/${Id}">See the worker</a></span></p>`
  }

  #send() {
    /** @type {Wish} */
    const detail = {
      Name: this.name.trim(),
      WorkerPoolIds: this.chosen,
      ExpiresInMinutes: Number(this.minutes),
    }
    this.dispatchEvent(new CustomEvent('token-wanted', { detail }))
  }
}

/** `14:05`, with the day when it is not today. @param {string} at */
function timeOf(at) {
  const then = new Date(at)
  const time = then.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  if (then.toDateString() === new Date().toDateString()) return time
  return `${time} on ${then.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })}`
}

customElements.define('tako-add-worker', TakoAddWorker)
