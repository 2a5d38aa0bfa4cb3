import { html, nothing } from 'lit'
import { api } from '../api.js'
import { button } from '../components/form.js'
import { icon } from '../components/icons.js'
import { rowMenu } from '../components/row-menu.js'
import { ask } from '../components/tako-ask.js'
import '../components/tako-state.js'
import '../components/tako-time.js'
import { toast } from '../components/toast.js'
import {
  confirmDialog,
  emptyDraft,
  newTrustDialog,
  renewDialog,
  revokeDialog,
  trustDialog,
} from '../components/trust-dialogs.js'
import { identityPanel } from '../components/trust-identity.js'
import { directions, lookOf, transports, validity } from '../components/trust-look.js'
import { pageStyles } from '../page-styles.js'
import { refusal } from '../permissions.js'
import { attempt } from './editing.js'
import { LoadedPage } from './loaded-page.js'
import { actsOf } from './trust-acts.js'
import { styles } from './trusts.styles.js'

pageStyles('tako-page-trusts', styles)

/**
 * @typedef {import('../components/trust-look.js').Trust} Trust
 * @typedef {import('../components/trust-dialogs.js').Draft} Draft
 * @typedef {import('../components/trust-dialogs.js').Revoking} Revoking
 * @typedef {{ identity: import('../components/trust-identity.js').Identity, trusts: Trust[] }} Data
 * @typedef {{ kind: 'new', draft: Draft } | { kind: 'confirm', trust: Trust, typed: string } | { kind: 'edit', trust: Trust }
 *   | { kind: 'revoke', trust: Trust, revoking: Revoking } | { kind: 'renew', trust: Trust, document: string }} Dialog
 */

/**
 * Who this space is to others, and whom it trusts for what.
 * @extends {LoadedPage<Data>}
 */
class TakoPageTrusts extends LoadedPage {
  static properties = { dialog: { state: true }, isBusy: { state: true }, fault: { state: true } }

  constructor() {
    super()
    /** @type {Dialog | undefined} */
    this.dialog = undefined
    this.isBusy = false
    /** @type {import('../api.js').ApiError | undefined} */
    this.fault = undefined
  }

  get #api() {
    return api.space(this.space)
  }

  /** Why trusts may not be changed, or ''. */
  get #why() {
    return refusal(this.me, this.space, 'TrustEdit')
  }

  /** @param {import('../live.js').Change} change */
  isTouched({ Kind }) {
    return Kind === 'Trust' || Kind === 'SpaceIdentity'
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const [identity, trusts] = await Promise.all([
      this.#api.get('/identity', signal),
      this.#api.get('/trusts/all', signal),
    ])
    return { identity, trusts }
  }

  /** @param {Data} data */
  content({ identity, trusts }) {
    const add = () => this.#open({ kind: 'new', draft: emptyDraft() })
    return html`
      <div class="page trusts">
        <header class="page-head">
          <div><h1>Trusts</h1><p>Releases go from one space to another once the people of both have compared fingerprints. Neither gets the other’s credentials.</p></div>
          ${button({ label: html`${icon('plus')}Add trust`, name: 'Add trust', kind: 'primary', refusal: this.#why, onclick: add })}
        </header>
        ${this.problem()}
        ${this.fault && !this.dialog ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
        ${identityPanel(identity, {
          spaceName: this.space.Name,
          documentHref: this.#api.hrefOf('/identity/document'),
          rotationsHref: this.#api.hrefOf('/identity/rotations'),
          refusal: this.#why,
          rotate: (keys) => void this.#rotate(keys),
        })}
        ${trusts.length > 0 ? this.#table(trusts) : html`<section class="empty-panel"><h2>No other space is trusted</h2><p>Export the identity of this space for the others, and add theirs.</p></section>`}
        ${this.dialog ? this.#dialog(this.dialog) : nothing}
      </div>`
  }

  /** @param {Trust[]} trusts */
  #table(trusts) {
    return html`
      <section class="panel" aria-labelledby="trusts-title">
        <header class="panel-head"><h2 id="trusts-title">Other spaces</h2></header>
        <table class="table cards">
          <caption class="visually-hidden">Other spaces that this one knows</caption>
          <thead><tr><th scope="col">Space</th><th scope="col">State</th><th scope="col">Releases</th><th scope="col">Reached by</th><th scope="col">Last news</th><th scope="col">Certificate</th><td></td></tr></thead>
          <tbody>${trusts.map((trust) => this.#row(trust))}</tbody>
        </table>
      </section>`
  }

  /** @param {Trust} trust */
  #row(trust) {
    const { Name, ServerName, State, Transport, LastSeen, Revocation } = trust
    const { state, word } = lookOf(trust)
    return html`
      <tr>
        <th scope="row">${Name}<small>${ServerName}</small></th>
        <td data-column="State"><tako-state state=${state}>${word}</tako-state>${Revocation ? html`<small>${Revocation.Reason}</small>` : nothing}</td>
        <td data-column="Releases">${directions(trust)}</td>
        <td data-column="Reached by">${transports[Transport.Kind]}</td>
        <td data-column="Last news">${LastSeen ? html`<tako-time .at=${LastSeen} suffix="ago"></tako-time>` : html`<span class="quiet">None yet</span>`}</td>
        <td data-column="Certificate">${validity(trust)}</td>
        <td class="acts">
          ${State === 'Proposed' ? button({ label: 'Confirm…', name: `Confirm ${Name}`, kind: 'compact', refusal: this.#why, onclick: () => this.#open({ kind: 'confirm', trust, typed: '' }) }) : nothing}
          ${rowMenu(`More about ${Name}`, this.#menu(trust))}
        </td>
      </tr>`
  }

  /** @param {Trust} trust */
  #menu(trust) {
    const revoking = { Reason: '', BlockImportedReleases: true, typed: '' }
    return actsOf(trust, {
      refusal: this.#why,
      edit: () => this.#open({ kind: 'edit', trust }),
      renew: () => this.#open({ kind: 'renew', trust, document: '' }),
      revoke: () => this.#open({ kind: 'revoke', trust, revoking }),
      test: () => void this.#test(trust),
      post: (path) => void this.#do(() => this.#api.post(`/trusts/${trust.Id}/${path}`)),
      remove: () => void this.#do(() => this.#api.delete(`/trusts/${trust.Id}`)),
    })
  }

  /** @param {Dialog} dialog */
  #dialog(dialog) {
    const common = {
      isBusy: this.isBusy,
      error: this.fault,
      onclosed: () => this.#closed(),
    }
    switch (dialog.kind) {
      case 'new':
        return newTrustDialog(dialog.draft, {
          ...common,
          onchange: (changes) => this.#turn({ ...dialog, draft: { ...dialog.draft, ...changes } }),
          ondocument: (document) => this.#turn({ ...dialog, draft: { ...dialog.draft, document } }),
          onsend: () => void (dialog.draft.read ? this.#propose(dialog.draft) : this.#read(dialog)),
        })
      case 'confirm':
        return confirmDialog(dialog.trust, dialog.typed, {
          ...common,
          oninput: (typed) => this.#turn({ ...dialog, typed }),
          onsend: () =>
            void this.#save(() =>
              this.#api.post(`/trusts/${dialog.trust.Id}/confirm`, {
                ConfirmFingerprint: dialog.typed,
              }),
            ),
        })
      case 'edit':
        return trustDialog(dialog.trust, {
          ...common,
          onchange: (trust) => this.#turn({ ...dialog, trust }),
          onsend: () =>
            void this.#save(() => this.#api.put(`/trusts/${dialog.trust.Id}`, dialog.trust)),
        })
      case 'revoke': {
        const { trust, revoking } = dialog
        return revokeDialog(trust, revoking, {
          ...common,
          onchange: (changes) => this.#turn({ ...dialog, revoking: { ...revoking, ...changes } }),
          onsend: () => void this.#revoke(trust, revoking),
        })
      }
      case 'renew':
        return renewDialog(dialog.trust, dialog.document, {
          ...common,
          ondocument: (document) => this.#turn({ ...dialog, document }),
          onsend: () =>
            void this.#save(() =>
              this.#api.post(`/trusts/${dialog.trust.Id}/renew`, { Document: dialog.document }),
            ),
        })
    }
  }

  /** @param {Extract<Dialog, { kind: 'new' }>} dialog */
  async #read(dialog) {
    await attempt(this, async () => {
      const { document } = dialog.draft
      const read = await this.#api.post('/trusts/read', { Document: document })
      const draft = { ...dialog.draft, read, Name: read.SpaceName }
      this.#turn({ ...dialog, draft })
    })
  }

  /** Then the fingerprint is asked for. @param {Draft} draft */
  async #propose({ document: Document, Name, Allow, RequireSecondApprover }) {
    await this.#do(async () => {
      const wish = { Document, Name, Allow, RequireSecondApprover }
      const trust = await this.#api.post('/trusts', wish)
      this.#turn({ kind: 'confirm', trust, typed: '' })
    })
  }

  /** @param {Trust} trust @param {Revoking} revoking */
  async #revoke(trust, { typed, ...body }) {
    if (typed.trim() !== trust.Name) return
    await this.#save(() => this.#api.post(`/trusts/${trust.Id}/revoke`, body))
  }

  /** @param {Trust} trust */
  async #test({ Id, Name }) {
    await attempt(this, async () => {
      const { Faults } = await this.#api.post(`/trusts/${Id}/test`)
      if (Faults.length === 0) return toast(`${Name} is there and trusts this space.`)
      const text = html`<ul>${Faults.map((/** @type {string} */ fault) => html`<li>${fault}</li>`)}</ul>`
      await ask({ title: `Not everything flows to ${Name}`, text, verb: 'Close', stay: '' })
    })
  }

  /** @param {'Identity' | 'Encryption'} Keys */
  async #rotate(Keys) {
    const isAll = Keys === 'Identity'
    const isSure = await ask({
      title: isAll ? 'Replace all keys?' : 'Replace the encryption key?',
      text: html`<p>${isAll ? 'The space gets another fingerprint. Who is not connected takes the new keys from the file of rotations.' : 'The fingerprint stays. Who is not connected takes the new key from a new identity document.'}</p>
        <p>What was made for the old keys is taken for 30 more days.</p>`,
      verb: isAll ? 'Replace all keys' : 'Replace the key',
    })
    if (isSure) await this.#do(() => this.#api.post('/identity/rotate', { Keys }))
  }

  /** @param {Dialog} dialog */
  #open(dialog) {
    this.fault = undefined
    this.dialog = dialog
  }

  /** A change within the open dialog. @param {Dialog} dialog */
  #turn(dialog) {
    this.dialog = dialog
  }

  #closed() {
    this.dialog = undefined
    this.fault = undefined
  }

  /** @param {() => Promise<unknown>} act */
  async #do(act) {
    const isDone = await attempt(this, act)
    await this.reload()
    return isDone
  }

  /** @param {() => Promise<unknown>} act */
  async #save(act) {
    if (await this.#do(act)) this.#closed()
  }
}

customElements.define('tako-page-trusts', TakoPageTrusts)
