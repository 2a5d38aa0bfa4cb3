import { html, LitElement, nothing } from 'lit'
import { selectField, textField } from './form.js'
import { readinessOf } from './worker-look.js'

/**
 * @typedef {import('./process-model.js').Action} Action
 * @typedef {{ Id: string, Name: string, IsDefault?: boolean }} Pool
 */

/** The choice that is no pool's id. */
const BY_VARIABLE = '#variable'

/** On which pool's workers a step runs. `action-changed` is sent with what is different in the action. */
export class TakoStepPool extends LitElement {
  static properties = {
    action: { attribute: false },
    pools: { attribute: false },
    workers: { attribute: false },
    names: { attribute: false },
    refusal: {},
    isByVariable: { state: true },
  }

  constructor() {
    super()
    /** @type {Action} */
    this.action = { Name: '', ActionType: '', Properties: {} }
    /** @type {Pool[]} */
    this.pools = []
    /** @type {import('./worker-look.js').Worker[]} */
    this.workers = []
    /** @type {import('./tako-code.js').Name[]} */
    this.names = []
    /** Why nothing may be changed, or ''. */
    this.refusal = ''
    this.isByVariable = false
  }

  createRenderRoot() {
    return this
  }

  willUpdate(/** @type {Map<string, unknown>} */ changes) {
    const before = /** @type {Action | undefined} */ (changes.get('action'))
    if (changes.has('action') && before?.Name !== this.action.Name)
      this.isByVariable = Boolean(this.action.WorkerPoolVariable)
  }

  render() {
    const standard = this.pools.find(({ IsDefault }) => IsDefault)
    const chosen = this.isByVariable ? BY_VARIABLE : (this.action.WorkerPoolId ?? '')
    const pool = chosen ? this.pools.find(({ Id }) => Id === chosen) : standard
    /** @type {[string, string][]} */
    const options = [
      ['', `The default pool${standard ? `: ${standard.Name}` : ''}`],
      ...this.pools.map(({ Id, Name }) => /** @type {[string, string]} */ ([Id, Name])),
      [BY_VARIABLE, 'A variable says which…'],
    ]
    if (chosen && !this.isByVariable && !pool) options.push([chosen, 'A pool that is gone'])
    return html`
      <fieldset>
        <legend>Where it runs</legend>
        <div class="pair wide">
          ${selectField({
            id: 'step-pool',
            label: 'Worker pool',
            help: pool
              ? `Once, on a worker of it. ${this.#readiness(pool)}`
              : 'Once, on a worker of the pool.',
            options,
            chosen,
            disabled: Boolean(this.refusal),
            onchange: (value) => this.#choose(value),
          })}
          ${this.isByVariable ? this.#variable() : nothing}
        </div>
      </fieldset>`
  }

  /** @param {Pool} pool */
  #readiness({ Id, IsDefault = false }) {
    const own = this.workers.filter(
      ({ WorkerPoolIds, Approval }) => Approval !== 'Waiting' && WorkerPoolIds.includes(Id),
    )
    return `${readinessOf(own, IsDefault)}${own.length > 0 ? '.' : ''}`
  }

  #variable() {
    return html`<div>${textField({
      id: 'step-pool-variable',
      label: 'Variable',
      value: this.action.WorkerPoolVariable ?? '',
      mono: true,
      placeholder: 'Build.Pool',
      list: 'step-pool-names',
      disabled: Boolean(this.refusal),
      help: html`Its value is the id of a pool, and may differ by environment: ${this.pools.map(({ Id, Name }, at) => html`${at ? ', ' : ''}${Name} is <code>${Id}</code>`)}.`,
      oninput: (text) =>
        this.#tell({ WorkerPoolId: null, WorkerPoolVariable: text.trim() || null }),
    })}<datalist id="step-pool-names">${this.names.map(({ name }) => html`<option value=${name}></option>`)}</datalist></div>`
  }

  #choose(/** @type {string} */ value) {
    this.isByVariable = value === BY_VARIABLE
    this.#tell({
      WorkerPoolId: this.isByVariable ? null : value || null,
      WorkerPoolVariable: this.isByVariable ? (this.action.WorkerPoolVariable ?? null) : null,
    })
  }

  /** @param {Partial<Action>} detail */
  #tell(detail) {
    this.dispatchEvent(new CustomEvent('action-changed', { detail }))
  }
}

customElements.define('tako-step-pool', TakoStepPool)
