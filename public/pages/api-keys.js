import { html, nothing } from 'lit'
import { api } from '../api.js'
import { checkbox, field, textField } from '../components/form.js'
import { closeDialog, formDialog } from '../components/form-dialog.js'
import { icon } from '../components/icons.js'
import { ask } from '../components/tako-ask.js'
import '../components/tako-time.js'
import { attempt } from './editing.js'
import { LoadedPage } from './loaded-page.js'

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ Purpose: string, days: number, ReadOnly: boolean }} Draft
 */

const DAY_MS = 86_400_000
/** @type {[number, string][]} days, and how that is said */
const SPANS = [
  [30, 'in 30 days'],
  [180, 'in 180 days'],
  [365, 'in a year'],
  [0, 'never'],
]

/**
 * The keys of whoever is signed in.
 * @extends {LoadedPage<Resource[]>}
 */
class TakoPageApiKeys extends LoadedPage {
  static properties = {
    draft: { state: true },
    made: { state: true },
    isCopied: { state: true },
    isBusy: { state: true },
    fault: { state: true },
  }

  constructor() {
    super()
    /** @type {Draft | undefined} */
    this.draft = undefined
    /** The new key, which is shown this once. */
    this.made = ''
    this.isCopied = false
    this.isBusy = false
    /** @type {import('../api.js').ApiError | undefined} */
    this.fault = undefined
  }

  get #path() {
    return `/users/${this.me?.user.Id}/apikeys`
  }

  /** @param {AbortSignal} signal @returns {Promise<Resource[]>} */
  async load(signal) {
    return (await api.get(`${this.#path}?take=2147483647`, signal)).Items
  }

  /** @param {Resource[]} keys */
  content(keys) {
    return html`
      <div class="page api-keys">
        <header class="page-head">
          <div><h1>API keys</h1><p>A program sends one in place of your password, and may do what you may do.</p></div>
          <button class="button primary" type="button" @click=${() => this.#open()}>${icon('plus')}Create key</button>
        </header>
        ${this.problem()}
        ${this.fault && !this.draft ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
        ${keys.length === 0 ? html`<section class="panel empty-panel"><h2>No key yet.</h2><p>Command lines, pipelines and scripts need one to talk to this server.</p></section>` : this.#table(keys)}
        ${this.draft ? this.#dialog(this.draft) : nothing}
        ${this.made ? this.#shown(this.made) : nothing}
      </div>`
  }

  /** @param {Resource[]} keys */
  #table(keys) {
    return html`
      <div class="panel">
        <table class="table cards">
          <caption class="visually-hidden">Your API keys</caption>
          <thead><tr><th scope="col">Purpose</th><th scope="col">Begins with</th><th scope="col">Created</th><th scope="col">Expires</th><td></td></tr></thead>
          <tbody>${keys.map(
            (key) => html`
              <tr>
                <th scope="row">${key.Purpose} ${key.ReadOnly ? html`<span class="chip">only reads</span>` : nothing}</th>
                <td data-column="Begins with"><code>${key.ApiKey.Hint}</code></td>
                <td data-column="Created"><tako-time .at=${key.Created} suffix="ago"></tako-time></td>
                <td data-column="Expires">${key.Expires ? html`<tako-time .at=${key.Expires}></tako-time>` : 'never'}</td>
                <td class="acts"><button class="button compact danger" type="button" aria-label="Revoke ${key.Purpose}" @click=${() => void this.#revoke(key)}>Revoke…</button></td>
              </tr>`,
          )}</tbody>
        </table>
      </div>`
  }

  /** @param {Draft} draft */
  #dialog(draft) {
    return formDialog(
      {
        title: 'Create key',
        verb: 'Create key',
        isBusy: this.isBusy,
        error: this.fault,
        onsend: () => void this.#create(draft),
        onclosed: () => {
          this.draft = undefined
        },
      },
      html`
        ${textField({ id: 'key-purpose', label: 'Purpose', value: draft.Purpose, required: true, autofocus: true, placeholder: 'Build server', help: 'So that you know later whether it may go.', oninput: (Purpose) => this.#change({ Purpose }) })}
        ${field(
          { id: 'key-expires', label: 'Expires' },
          html`<select class="input" id="key-expires" @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => this.#change({ days: Number(event.target.value) })}>
            ${SPANS.map(([days, text]) => html`<option value=${days} ?selected=${days === draft.days}>${text}</option>`)}</select>`,
        )}
        ${checkbox({ id: 'key-read-only', label: 'It may only read', checked: draft.ReadOnly, onchange: (ReadOnly) => this.#change({ ReadOnly }) })}`,
    )
  }

  /** @param {string} key */
  #shown(key) {
    return html`
      <wa-dialog open label="Your new key" @wa-after-hide=${(/** @type {Event} */ event) => {
        if (event.target !== event.currentTarget) return
        this.made = ''
        this.isCopied = false
      }}>
        <div class="ask-text"><p>Copy it now: it is not shown again.</p>
          <div class="row"><input class="input mono" readonly aria-label="The new key" .value=${key} @focus=${(/** @type {Event & { target: HTMLInputElement }} */ event) => event.target.select()}>
            <button class="button" type="button" @click=${() => void this.#copy(key)}>${icon(this.isCopied ? 'check' : 'copy')}${this.isCopied ? 'Copied' : 'Copy'}</button></div></div>
        <button slot="footer" class="button primary" type="button" @click=${closeDialog}>Done</button>
      </wa-dialog>`
  }

  /** @param {Partial<Draft>} changes */
  #change(changes) {
    if (this.draft) this.draft = { ...this.draft, ...changes }
  }

  #open() {
    this.fault = undefined
    this.draft = { Purpose: '', days: 180, ReadOnly: false }
  }

  /** @param {Draft} draft */
  async #create({ days, ...key }) {
    const expiry = days ? { Expires: new Date(Date.now() + days * DAY_MS).toISOString() } : {}
    await attempt(this, async () => {
      this.made = (await api.post(this.#path, { ...key, ...expiry })).ApiKey
      this.draft = undefined
      await this.reload()
    })
  }

  /** @param {string} key */
  async #copy(key) {
    // Without HTTPS there is no clipboard: then the key is selected, to be copied by hand.
    if (navigator.clipboard) await navigator.clipboard.writeText(key)
    else this.querySelector('input[readonly]')?.dispatchEvent(new Event('focus'))
    this.isCopied = Boolean(navigator.clipboard)
  }

  /** @param {Resource} key */
  async #revoke(key) {
    const isSure = await ask({
      title: `Revoke ‘${key.Purpose}’?`,
      text: 'Whatever uses it is refused from this moment on. This cannot be undone, but a new key can be made.',
      verb: 'Revoke',
      isDanger: true,
    })
    if (!isSure) return
    await attempt(this, () => api.delete(`${this.#path}/${key.Id}`))
    await this.reload()
  }
}

customElements.define('tako-page-api-keys', TakoPageApiKeys)
