import { html, LitElement, nothing } from 'lit'
import { areaField, button } from './form.js'
import { formDialog } from './form-dialog.js'
import { icon } from './icons.js'
import './tako-problem.js'

/** @typedef {{ Description: string, Status: string }} Defect */

/** What keeps a release from going further. Wishes: `report` with a description, `resolve`. */
export class TakoDefects extends LitElement {
  static properties = {
    defects: { attribute: false },
    version: {},
    refusals: { attribute: false },
    isBusy: { type: Boolean },
    fault: { attribute: false },
    text: { state: true },
    isOpen: { state: true },
  }

  constructor() {
    super()
    /** The newest first. @type {Defect[]} */
    this.defects = []
    this.version = ''
    /** Why one may not report or resolve; '' where one may. */
    this.refusals = { report: '', resolve: '' }
    this.isBusy = false
    /** @type {import('./tako-problem.js').TakoProblem['error']} */
    this.fault = undefined
    this.text = ''
    this.isOpen = false
  }

  /** What was wished has come about. @param {Map<string, unknown>} changes */
  willUpdate(changes) {
    if (!changes.get('defects')) return
    this.isOpen = false
    this.text = ''
  }

  createRenderRoot() {
    return this
  }

  render() {
    const open = this.defects.find(({ Status }) => Status === 'Unresolved')
    const done = this.defects.length - (open ? 1 : 0)
    return html`
      <section class="panel" aria-label="Defects"><header class="panel-head"><h2>Defects</h2>${done > 0 ? html`<span class="quiet small push">${done} resolved</span>` : nothing}</header>
        <div class="panel-body defects">
          ${
            open
              ? html`<p class="defect" role="status">${icon('bug')}<span>${open.Description}</span></p>
                <p class="quiet small">Until it is resolved, ${this.version} is not deployed anywhere new.</p>
                ${button({ label: 'Resolve', refusal: this.refusals.resolve, onclick: () => this.dispatchEvent(new Event('resolve')) })}`
              : html`<p class="quiet small">None. A defect keeps a release from being deployed anywhere new.</p>
                ${button({
                  label: 'Report a defect…',
                  refusal: this.refusals.report,
                  onclick: () => {
                    this.isOpen = true
                  },
                })}`
          }
          ${this.fault && !this.isOpen ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
        </div>
      </section>
      ${this.isOpen ? this.#form() : nothing}`
  }

  #form() {
    return formDialog(
      {
        ...{ title: `Report a defect of ${this.version}`, verb: 'Report' },
        ...{ isBusy: this.isBusy, error: /** @type {Error | undefined} */ (this.fault) },
        onsend: () => this.dispatchEvent(new CustomEvent('report', { detail: this.text.trim() })),
        onclosed: () => {
          this.isOpen = false
        },
      },
      areaField({
        ...{ id: 'defect-text', label: 'What is wrong', value: this.text },
        help: 'It is shown to whoever wants to deploy the release.',
        oninput: (text) => {
          this.text = text
        },
      }),
    )
  }
}

customElements.define('tako-defects', TakoDefects)
