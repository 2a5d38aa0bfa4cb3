import { html, nothing } from 'lit'
import { api } from '../api.js'
import { button } from '../components/form.js'
import { icon } from '../components/icons.js'
import { downloadDialog, recallDialog, reportDialog } from '../components/promotion-dialogs.js'
import {
  newsLine,
  placesText,
  reasons,
  stateGroups,
  whyNoFile,
} from '../components/promotion-facts.js'
import { promotionLook } from '../components/remote-look.js'
import { rowMenu } from '../components/row-menu.js'
import { ask } from '../components/tako-ask.js'
import '../components/tako-receipts.js'
import '../components/tako-state.js'
import '../components/tako-time.js'
import { toast } from '../components/toast.js'
import { counted } from '../format.js'
import { setQuery } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { may, refusal } from '../permissions.js'
import { attempt } from './editing.js'
import { LoadedPage } from './loaded-page.js'
import { styles } from './outgoing.styles.js'
import { actsOf } from './promotion-acts.js'
import { styles as receiptStyles } from './receipts.styles.js'
import { takeReceipts } from './taking-receipts.js'

pageStyles('tako-page-outgoing', styles)
pageStyles('tako-page-outgoing', receiptStyles)

/**
 * @typedef {import('../components/promotion-facts.js').Promotion} Promotion
 * @typedef {import('../components/promotion-dialogs.js').Report} Report
 * @typedef {{ promotions: Promotion[], total: number, projects: Map<string, string> }} Data
 * @typedef {{ kind: 'download', id: string } | { kind: 'report', promotion: Promotion, report?: Report } | { kind: 'recall', promotion: Promotion, reason: string }} Dialog
 */

const PAGE = 50

/**
 * The releases that go from this space to others, and what is known of them there.
 * @extends {LoadedPage<Data>}
 */
class TakoPageOutgoing extends LoadedPage {
  static properties = {
    dialog: { state: true },
    isBusy: { state: true },
    fault: { state: true },
    receipts: { state: true },
  }

  constructor() {
    super()
    /** @type {Dialog | undefined} */
    this.dialog = undefined
    this.isBusy = false
    /** @type {import('../api.js').ApiError | undefined} */
    this.fault = undefined
    /** @type {import('../components/tako-receipts.js').Progress} */
    this.receipts = {}
  }

  get #api() {
    return api.space(this.space)
  }

  /** Why promotions may not be changed, or ''. */
  get #why() {
    return refusal(this.me, this.space, 'PromotionCreate')
  }

  keys() {
    return [this.query.get('state') ?? '', this.query.get('show') ?? '']
  }

  /** @param {import('../live.js').Change} change */
  isTouched({ Kind }) {
    return Kind === 'Promotion'
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const take = Math.max(PAGE, Number(this.query.get('show')) || 0)
    const states = stateGroups[this.query.get('state') ?? '']?.states ?? []
    const of = states.length > 0 ? `&state=${states.join(',')}` : ''
    const { Items, TotalResults } = await this.#api.get(`/promotions?take=${take}${of}`, signal)
    const ids = [...new Set(Items.map((/** @type {Promotion} */ { ProjectId }) => ProjectId))]
    const mayName = may(this.me, this.space, 'ProjectView')
    const projects =
      ids.length > 0 && mayName
        ? (await this.#api.get(`/projects?take=${ids.length}&ids=${ids.join(',')}`, signal)).Items
        : []
    return {
      promotions: Items,
      total: TotalResults,
      projects: new Map(
        projects.map((/** @type {import('../api.js').Resource} */ { Id, Name }) => [Id, Name]),
      ),
    }
  }

  /** @param {Data} data */
  content(data) {
    const pick = () =>
      /** @type {import('../components/tako-receipts.js').TakoReceipts | null} */ (
        this.querySelector('tako-receipts')
      )?.pick()
    return html`
      <div class="page outgoing">
        <header class="page-head">
          <div><h1>Outgoing</h1><p>Releases that go from ${this.space.Name} to other spaces, and what is known of them there.</p></div>
          ${button({ label: 'Import receipts…', name: 'Import receipts…', kind: 'primary', refusal: this.#why, onclick: pick })}
        </header>
        ${this.problem()}
        ${this.fault && !this.dialog ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
        <tako-receipts .refusal=${this.#why} .progress=${this.receipts} @file-chosen=${(/** @type {CustomEvent<File>} */ { detail }) => takeReceipts(this, detail)}></tako-receipts>
        ${this.#list(data)}
        ${this.dialog ? this.#dialog(this.dialog, data) : nothing}
      </div>`
  }

  /** @param {Data} data */
  #list({ promotions, total, projects }) {
    const chosen = this.query.get('state') ?? ''
    if (total === 0 && !chosen)
      return html`<section class="empty-panel"><h2>No release has left this space.</h2><p>A release goes to another space when it is deployed to a remote environment. Such environments stand for those of a space that this one trusts.</p><a class="button" href="/${this.space.Slug}/infrastructure/environments">Environments</a></section>`
    return html`
      <div class="row wrap toolbar">
        <select class="input" aria-label="State" @change=${(/** @type {Event & { target: HTMLSelectElement }} */ { target }) => setQuery({ state: target.value, show: '' })}>
          <option value="">All states</option>${Object.entries(stateGroups).map(([name, { title }]) => html`<option value=${name} ?selected=${name === chosen}>${title}</option>`)}
        </select>
        <span class="quiet small">${counted(total, 'promotion')}</span>
      </div>
      ${
        promotions.length === 0
          ? html`<p class="quiet">No promotion is in such a state. <button class="button bare compact" type="button" @click=${() => setQuery({ state: '' })}>Clear filter</button></p>`
          : html`<section class="panel"><table class="table cards"><caption class="visually-hidden">Releases on their way to other spaces</caption>
            <thead><tr><th scope="col">Release</th><th scope="col">To</th><th scope="col">State</th><th scope="col">Bundle</th><th scope="col">Promoted</th><td></td></tr></thead>
            <tbody>${promotions.map((promotion) => this.#row(promotion, projects.get(promotion.ProjectId) ?? ''))}</tbody></table></section>`
      }
      ${promotions.length < total ? html`<p><button class="button" type="button" @click=${() => setQuery({ show: String(promotions.length + PAGE) })}>Show ${Math.min(PAGE, total - promotions.length)} more</button></p>` : nothing}`
  }

  /** @param {Promotion} promotion @param {string} project its name; '' where it may not be viewed, or is gone */
  #row(promotion, project) {
    const { ReleaseId, ReleaseVersion, RemoteSpace, Sequence, Revision, Created, CreatedBy } =
      promotion
    const { state, word } = promotionLook(promotion)
    const title = `${project} ${ReleaseVersion}`.trim()
    const open = () => this.#open({ kind: 'download', id: promotion.Id })
    return html`
      <tr>
        <th scope="row"><a href="/${this.space.Slug}/promotions/line/${ReleaseId}">${title}</a></th>
        <td data-column="To"><div>${RemoteSpace}<small>${placesText(promotion)}</small></div></td>
        <td data-column="State"><div><tako-state state=${state}>${word}</tako-state>${newsLine(promotion)}${reasons(promotion).map((text) => html`<small class="why">${text}</small>`)}</div></td>
        <td data-column="Bundle" class="number">${Sequence > 0 ? html`<div>No. ${Sequence}${Revision > 1 ? html`<small>revision ${Revision}</small>` : nothing}${promotion.IncludePackages ? html`<small>with packages</small>` : nothing}</div>` : html`<span class="quiet">Not built</span>`}</td>
        <td data-column="Promoted"><div><tako-time .at=${Created} suffix="ago"></tako-time><small>by ${CreatedBy}</small></div></td>
        <td class="acts">
          ${button({ label: html`${icon('download')}Download…`, name: `Download bundle ${Sequence} of ${title}`, kind: 'compact', refusal: this.#why || whyNoFile(promotion), onclick: open })}
          ${rowMenu(`More about ${title} for ${RemoteSpace}`, this.#menu(promotion))}
        </td>
      </tr>`
  }

  /** @param {Promotion} promotion */
  #menu(promotion) {
    return actsOf(promotion, {
      refusal: this.#why,
      report: () => void this.#report(promotion),
      resend: () =>
        void this.#do(async () => {
          await this.#api.post(`/promotions/${promotion.Id}/resend`, {})
          toast(`${promotion.ReleaseVersion} is sent to ${promotion.RemoteSpace} once more.`)
        }),
      withdraw: () => void this.#withdraw(promotion),
      recall: () => this.#open({ kind: 'recall', promotion, reason: '' }),
    })
  }

  /** @param {Dialog} dialog @param {Data} data */
  #dialog(dialog, { promotions }) {
    const common = { isBusy: this.isBusy, error: this.fault, onclosed: () => this.#closed() }
    switch (dialog.kind) {
      case 'download': {
        const promotion = promotions.find(({ Id }) => Id === dialog.id)
        if (!promotion) return nothing
        return downloadDialog(promotion, {
          ...common,
          hrefOf: (path) => this.#api.hrefOf(`/promotions/${promotion.Id}/${path}`),
          onpackages: () =>
            void this.#do(() =>
              this.#api.post(`/promotions/${promotion.Id}/resend`, { IncludePackages: true }),
            ),
        })
      }
      case 'report':
        return reportDialog(dialog.promotion, { ...common, report: dialog.report })
      case 'recall': {
        const { promotion, reason: Reason } = dialog
        return recallDialog(promotion, Reason, {
          ...common,
          oninput: (reason) => {
            this.dialog = { ...dialog, reason }
          },
          onsend: () =>
            void this.#save(() => this.#api.post(`/promotions/${promotion.Id}/recall`, { Reason })),
        })
      }
    }
  }

  /** @param {Promotion} promotion */
  async #report(promotion) {
    this.#open({ kind: 'report', promotion })
    await attempt(this, async () => {
      const report = await this.#api.get(`/promotions/${promotion.Id}/report`)
      // The dialog may have been closed meanwhile, or be about another.
      if (this.dialog?.kind === 'report' && this.dialog.promotion === promotion)
        this.dialog = { kind: 'report', promotion, report }
    })
  }

  /** @param {Promotion} promotion */
  async #withdraw({ Id, ReleaseVersion, RemoteSpace, State, Wanted }) {
    const isSure = await ask({
      title: `Withdraw ${ReleaseVersion} from ${RemoteSpace}?`,
      text: html`<p>${counted(Wanted.length, 'deployment')} to ${RemoteSpace} ${Wanted.length === 1 ? 'ends' : 'end'}. The release stays, and may be promoted again.</p>
        ${State === 'Exported' ? html`<p>The bundle was taken as a file: who has it may still import it there.</p>` : nothing}`,
      verb: `Withdraw ${ReleaseVersion}`,
      isDanger: true,
    })
    if (isSure) await this.#do(() => this.#api.post(`/promotions/${Id}/withdraw`, {}))
  }

  /** @param {Dialog} dialog */
  #open(dialog) {
    this.fault = undefined
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

customElements.define('tako-page-outgoing', TakoPageOutgoing)
