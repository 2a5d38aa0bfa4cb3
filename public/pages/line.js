import { html } from 'lit'
import { api } from '../api.js'
import { button } from '../components/form.js'
import { journal, waiting } from '../components/line-journal.js'
import { branchesOf, laneHere, lanesBefore } from '../components/line-model.js'
import { promotionLine } from '../components/promotion-line.js'
import '../components/tako-receipts.js'
import { pageStyles } from '../page-styles.js'
import { refusal } from '../permissions.js'
import { styles } from './line.styles.js'
import { LoadedPage } from './loaded-page.js'
import { styles as receiptStyles } from './receipts.styles.js'
import { takeReceipts } from './taking-receipts.js'

pageStyles('tako-page-line', styles)
pageStyles('tako-page-line', receiptStyles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ release: Resource, project: Resource, phases: import('../components/line-model.js').Phase[], environments: Resource[],
 *   promotions: import('../components/promotion-facts.js').Promotion[], receipts: import('../components/line-journal.js').Receipt[] }} Data
 */

/** More promotions of one release are not drawn: it has one for each other space and revision. */
const MOST = 200

/**
 * One release on its way over the spaces: where it came from, how far it is here, and where it goes.
 * @extends {LoadedPage<Data>}
 */
class TakoPageLine extends LoadedPage {
  static properties = { receipts: { state: true } }

  constructor() {
    super()
    /** @type {import('../components/tako-receipts.js').Progress} */
    this.receipts = {}
  }

  get #api() {
    return api.space(this.space)
  }

  /** @param {import('../live.js').Change} change */
  isTouched(change) {
    if (change.Kind === 'Promotion' || change.Kind === 'Environment') return true
    if (change.Kind === 'Release') return change.Id === this.params.release
    const isMine = change.ProjectId === this.data?.project.Id
    return isMine && ['Deployment', 'ServerTask'].includes(change.Kind)
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const id = encodeURIComponent(this.params.release ?? '')
    const get = (/** @type {string} */ path) => this.#api.get(path, signal)
    const [release, progression, environments, promotions, receipts] = await Promise.all([
      get(`/releases/${id}`),
      get(`/releases/${id}/progression`),
      get('/environments/all'),
      get(`/promotions?releaseId=${id}&take=${MOST}`),
      get(`/releases/${id}/receipts`),
    ])
    const project = await get(`/projects/${release.ProjectId}`)
    return {
      ...{ release, project, environments, phases: progression.Phases },
      ...{ promotions: promotions.Items, receipts: receipts.Items ?? receipts },
    }
  }

  /** @param {Data} data */
  content(data) {
    const { release, project, phases, environments, promotions, receipts } = data
    const base = `/${this.space.Slug}`
    const why = refusal(this.me, this.space, 'PromotionCreate')
    const facts = {
      ...{ phases, environments, promotions },
      taskHref: (/** @type {string} */ id) => `${base}/tasks/${id}`,
    }
    const branches = branchesOf(facts)
    const title = `${project.Name} ${release.Version}`
    const pick = () =>
      /** @type {import('../components/tako-receipts.js').TakoReceipts | null} */ (
        this.querySelector('tako-receipts')
      )?.pick()
    return html`
      <div class="page promotion-line">
        <header class="page-head">
          <div>
            <nav class="crumbs" aria-label="Where you are"><a href="${base}/promotions/outgoing">Promotions</a><span>/</span><a href="${base}/projects/${project.Slug}">${project.Name}</a><span>/</span><a href="${base}/projects/${project.Slug}/releases/${encodeURIComponent(release.Version)}">${release.Version}</a></nav>
            <h1>${title}</h1>
          </div>
          <div class="row wrap">${promotions.length > 0 ? button({ label: 'Import receipts…', name: 'Import receipts…', refusal: why, onclick: pick }) : ''}</div>
        </header>
        ${this.problem()}
        ${promotionLine({
          before: lanesBefore(release.Remote),
          here: laneHere(this.space.Name, facts),
          imported: release.Remote,
          label: `The spaces of ${title}`,
          branches,
        })}
        ${waiting(
          branches.flatMap(({ promotion }) => promotion ?? []),
          {
            refusal: why,
            hrefOf: ({ Id }) => this.#api.hrefOf(`/promotions/${Id}/bundle`),
          },
        )}
        ${journal({
          ...{ space: this.space.Name, remote: release.Remote, promotions, receipts },
          deployments: phases
            .flatMap(({ Deployments }) => Deployments)
            .filter(({ Task }) => Task.Name !== 'Promote'),
          nameOf: (id) => environments.find(({ Id }) => Id === id)?.Name ?? 'a deleted environment',
        })}
        ${promotions.length > 0 ? html`<tako-receipts .refusal=${why} .progress=${this.receipts} @file-chosen=${(/** @type {CustomEvent<File>} */ { detail }) => takeReceipts(this, detail)}></tako-receipts>` : ''}
      </div>`
  }
}

customElements.define('tako-page-line', TakoPageLine)
