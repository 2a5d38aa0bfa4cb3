import { html, nothing } from 'lit'
import { ApiError, api } from '../api.js'
import { icon } from '../components/icons.js'
import { packagesPanel, processPanel, variablesPanel } from '../components/import-content.js'
import { contents } from '../components/import-contents.js'
import { decisionBar } from '../components/import-decision.js'
import { endedPanels } from '../components/import-ended.js'
import { isOpen, lookOfImport, titleOf } from '../components/import-look.js'
import { namesPanel } from '../components/import-names.js'
import { importNotes, rejectDialog } from '../components/import-notes.js'
import { releasePanel, senderPanel } from '../components/import-sender.js'
import { claims } from '../components/release-origin.js'
import '../components/tako-import-values.js'
import '../components/tako-state.js'
import '../components/tako-time.js'
import '../components/tako-upload.js'
import { holdLeaving } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { may, refusal } from '../permissions.js'
import { styles as comparisonStyles } from './comparison.styles.js'
import { attempt } from './editing.js'
import { choicesIn } from './import-choices.js'
import { styles } from './import-review.styles.js'
import { LoadedPage } from './loaded-page.js'
import { Uploads } from './uploading.js'
import { styles as uploadStyles } from './uploading.styles.js'

for (const some of [styles, comparisonStyles, uploadStyles])
  pageStyles('tako-page-import-review', some)

/**
 * @typedef {import('../components/import-look.js').Import} Import
 * @typedef {import('../components/import-sender.js').Preview} Preview
 * @typedef {import('../components/import-names.js').Choices} Choices
 * @typedef {{ one: Import, preview: Preview | null, choices: Choices | null }} Data
 */

/** What changes here may change what is seen. */
const TOUCHING = [
  ...['Import', 'Trust', 'Environment', 'Lifecycle', 'WorkerPool', 'Feed', 'Team'],
  ...['Project', 'Package', 'VariableSet'],
]
const NO_LONGER =
  'It is no longer what you saw. What you see now is what would be imported: look at it again.'

/**
 * A release that has come, as it would be here: to be looked at, mapped, filled, and decided about.
 * @extends {LoadedPage<Data>}
 */
class TakoPageImportReview extends LoadedPage {
  static properties = {
    isBusy: { state: true },
    fault: { state: true },
    shown: { state: true },
    typed: { state: true },
    notice: { state: true },
    reason: { state: true },
  }

  constructor() {
    super()
    this.isBusy = false
    /** @type {ApiError | undefined} */
    this.fault = undefined
    /** Which parts show all they have. @type {string[]} */
    this.shown = []
    /** How many values were typed and not saved. */
    this.typed = 0
    /** That something else is shown than before, or ''. */
    this.notice = ''
    /** Why it is rejected, while the dialog is open. @type {string | undefined} */
    this.reason = undefined
    /** @type {Uploads | undefined} */
    this.uploads = undefined
  }

  /** What the last preview was, and of which import. */
  #seen = { id: '', digest: '' }
  /** Whether what comes is the answer to what this person has done. */
  #isActing = false

  connectedCallback() {
    super.connectedCallback()
    this.release = holdLeaving(() =>
      this.typed > 0 ? 'Values that you have typed are not saved.' : undefined,
    )
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.release?.()
    for (const { key } of this.uploads?.sendings ?? []) this.uploads?.stop(key)
  }

  get #api() {
    return api.space(this.space)
  }

  get #path() {
    return `/imports/${encodeURIComponent(this.params.id ?? '')}`
  }

  get #base() {
    return `/${this.space.Slug}`
  }

  /** @param {import('../live.js').Change} change */
  isTouched({ Kind }) {
    return TOUCHING.includes(Kind)
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const one = await this.#api.get(this.#path, signal)
    if (!isOpen(one)) return { one, preview: null, choices: null }
    try {
      const [preview, choices] = await Promise.all([
        this.#api.get(`${this.#path}/preview`, signal),
        choicesIn(this.#api, (permission) => may(this.me, this.space, permission), signal),
      ])
      return { one, preview, choices }
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 400) throw error
      // It may have been decided between the two questions: then there is nothing to preview.
      const now = await this.#api.get(this.#path, signal)
      if (isOpen(now)) throw error
      return { one: now, preview: null, choices: null }
    }
  }

  /** @param {Data} data */
  loaded({ one, preview }) {
    const before = this.#seen
    this.#seen = { id: one.Id, digest: preview?.Digest ?? '' }
    if (!preview) this.typed = 0
    if (before.id !== one.Id || !preview) this.notice = ''
    else if (before.digest !== preview.Digest && !this.#isActing) this.notice = NO_LONGER
    this.uploads ??= new Uploads({
      api: this.#api,
      pathFor: () => '/bundles/import',
      changed: () => this.requestUpdate(),
      arrived: () => this.reload(),
      hrefOf: ({ Id }) => `${this.#base}/promotions/incoming/${Id}`,
    })
  }

  heading(/** @type {Data} */ { one }) {
    return `Review ${titleOf(one)}`
  }

  /** @param {Data} data */
  content({ one, preview, choices }) {
    const { state, word } = lookOfImport(one.State)
    return html`
      <div class="page review">
        <header class="page-head">
          <div>
            <nav class="crumbs" aria-label="Where you are"><span>Promotions</span><span>/</span><a href="${this.#base}/promotions/incoming">Incoming</a></nav>
            <h1>${titleOf(one)}${one.RemoteSpace ? html` <span class="from">from ${icon('chain')}${one.RemoteSpace}</span>` : nothing}</h1>
          </div>
          <tako-state state=${state}>${word}${isOpen(one) ? html`; it came <tako-time .at=${one.Received} suffix="ago"></tako-time>` : nothing}</tako-state>
        </header>
        ${this.problem()}
        ${preview && choices ? this.#review(one, preview, choices) : html`<div class="parts">${endedPanels(one, this.#base)}</div>`}
      </div>`
  }

  /** @param {Import} one @param {Preview} preview @param {Choices} choices */
  #review(one, preview, choices) {
    const why = refusal(this.me, this.space, 'PromotionImport')
    const { History, Warnings, Values } = preview
    return html`
      <div class="split">
        ${contents(preview)}
        <div class="parts">
          ${importNotes(one, Warnings, {
            ...{ notice: this.notice, refusal: why },
            fault: this.reason === undefined ? this.fault : undefined,
            understood: () => {
              this.notice = ''
            },
            takeAsOther: (TakeAsNewVersion) => void this.#decide({ TakeAsNewVersion }),
          })}
          ${senderPanel(one, preview, this.#base)}
          ${releasePanel(preview)}
          ${processPanel(preview, this.#folding('process'))}
          ${variablesPanel(preview, this.#folding('variables'))}
          ${packagesPanel(preview, this.#packBox(why))}
          ${namesPanel(one, preview, choices, {
            refusal: why,
            choose: ({ Kind, Name }, TargetId) =>
              void this.#decide({ Mappings: [{ Kind, Name, TargetId }] }),
            chooseLifecycle: (LifecycleId) => void this.#decide({ LifecycleId }),
            chooseGroup: (ProjectGroupId) => void this.#decide({ ProjectGroupId }),
          })}
          ${
            Values.Templates.length > 0
              ? html`<tako-import-values .values=${Values} .pools=${choices.WorkerPool} .refusal=${why} .isBusy=${this.isBusy}
                  @typed=${(/** @type {CustomEvent<number>} */ event) => {
                    this.typed = event.detail
                  }}
                  @values-filled=${(/** @type {CustomEvent<unknown>} */ event) => void this.#fill(event.detail)}></tako-import-values>`
              : nothing
          }
          <div id="claims">${claims({ RemoteSpace: one.RemoteSpace, History })}</div>
        </div>
      </div>
      ${decisionBar(one, preview, this.#person(why), {
        reject: () => {
          this.fault = undefined
          this.reason = ''
        },
        approve: () => void this.#settle('approve', preview),
        import: () => void this.#settle('import', preview),
      })}
      ${
        this.reason === undefined
          ? nothing
          : rejectDialog(one, {
              ...{ reason: this.reason, isBusy: this.isBusy, error: this.fault },
              oninput: (text) => {
                this.reason = text
              },
              onsend: () => void this.#reject(this.reason ?? ''),
              onclosed: () => {
                this.reason = undefined
                this.fault = undefined
              },
            })
      }`
  }

  /** @param {string} why */
  #packBox(why) {
    return html`<tako-upload what="package packs" accept=".takopack" .hint=${html`They end in <code>.takopack</code>.`} .sendings=${this.uploads?.sendings ?? []} .refusal=${why}
      @files-chosen=${(/** @type {CustomEvent<File[]>} */ event) => this.uploads?.add(event.detail)}
      @stopped=${(/** @type {CustomEvent<number>} */ event) => this.uploads?.stop(event.detail)}
      @cleared=${(/** @type {CustomEvent<number>} */ event) => this.uploads?.clear(event.detail)}></tako-upload>`
  }

  /** @param {string} name of a part */
  #folding(name) {
    const isOpen = this.shown.includes(name)
    const ontoggle = () => {
      this.shown = isOpen ? this.shown.filter((one) => one !== name) : [...this.shown, name]
    }
    return { isOpen, ontoggle }
  }

  /** @param {string} whyNotImport @returns {import('../components/import-decision.js').Person} */
  #person(whyNotImport) {
    return {
      username: String(this.me?.user.Username ?? ''),
      ...{ whyNotImport, whyNotApprove: refusal(this.me, this.space, 'PromotionApprove') },
      ...{ isTyping: this.typed > 0, isBusy: this.isBusy },
    }
  }

  /** Does something, and shows what has become of it. @param {() => Promise<unknown>} act */
  async #act(act) {
    this.#isActing = true
    try {
      const isDone = await attempt(this, act)
      // A choice that was refused is shown as it was.
      await this.reload()
      return isDone
    } finally {
      this.#isActing = false
    }
  }

  /** @param {object} choices */
  #decide(choices) {
    return this.#act(() => this.#api.put(`${this.#path}/mappings`, choices))
  }

  /** @param {unknown} Environments */
  async #fill(Environments) {
    const isDone = await this.#act(() => this.#api.put(`${this.#path}/values`, { Environments }))
    const element = this.querySelector('tako-import-values')
    if (isDone)
      /** @type {import('../components/tako-import-values.js').TakoImportValues} */ (
        element
      ).clear()
  }

  /** @param {string} Reason */
  async #reject(Reason) {
    if (!Reason.trim()) return
    if (await this.#act(() => this.#api.post(`${this.#path}/reject`, { Reason })))
      this.reason = undefined
  }

  /** Says yes to what is shown, and to nothing else. @param {'approve' | 'import'} verb @param {Preview} preview */
  async #settle(verb, { Digest: PreviewDigest }) {
    await this.#act(() => this.#api.post(`${this.#path}/${verb}`, { PreviewDigest }))
    if (this.fault?.status !== 409) return
    this.fault = undefined
    this.notice = NO_LONGER
  }
}

customElements.define('tako-page-import-review', TakoPageImportReview)
