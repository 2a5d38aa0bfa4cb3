import { html, LitElement, nothing } from 'lit'
import { checkbox, selectField, textField } from './form.js'
import { packageField, patternsField, patternsText } from './package-field.js'
import {
  features,
  PURGE,
  primaryOf,
  RUN_SCRIPTS,
  STAGES,
  scriptOf,
  withFiles,
  withPrimary,
  withScript,
} from './package-model.js'
import { SYNTAXES } from './process-model.js'
import './tako-code.js'

/** @typedef {import('./process-model.js').Action} Action */

/** @type {Record<string, string>} */
const WHEN = {
  PreDeploy: 'Before variables are put in',
  Deploy: 'When the files are in place',
  PostDeploy: 'At the end',
}

/**
 * What a step that deploys a package does: which package, what becomes of its files, and the scripts around it.
 * `action-changed` is sent with what is different in the action.
 */
export class TakoPackageFields extends LitElement {
  static properties = {
    action: { attribute: false },
    names: { attribute: false },
    shelf: { attribute: false },
    fault: {},
    refusal: {},
    opened: { state: true },
  }

  constructor() {
    super()
    /** @type {Action} */
    this.action = { Name: '', ActionType: '', Properties: {} }
    /** @type {import('./tako-code.js').Name[]} */
    this.names = []
    /** @type {import('./package-field.js').Shelf} */
    this.shelf = { feeds: [], found: [] }
    this.fault = ''
    /** Why nothing may be changed, or ''. */
    this.refusal = ''
    /** Which of the settings is open. */
    this.opened = ''
  }

  createRenderRoot() {
    return this
  }

  render() {
    const { action, shelf } = this
    const feedId = shelf.feeds[0]?.Id ?? 'feeds-builtin'
    return html`
      <fieldset>
        <legend>What it deploys</legend>
        <div class="name-field">${packageField({
          id: 'step-package',
          label: 'Package',
          help: 'A release freezes its version. The worker fetches it, checks it, and unpacks it into a new folder.',
          ...(this.fault && { error: this.fault }),
          value: primaryOf(action) ?? { PackageId: '', FeedId: feedId },
          shelf,
          disabled: Boolean(this.refusal),
          onchange: (changes) => this.#tell(withPrimary(action, changes, feedId)),
          onsearch: (term, feed) => this.#search(term, feed),
        })}</div>
      </fieldset>
      <fieldset>
        <legend>What is done with its files</legend>
        <div class="rows">
          ${this.#row('substitute', 'Variables in files', patternsText(action, 'substitute') || 'None', () => this.#patterns('substitute', 'Files to put variables in', 'In these, #{Name} is replaced by the value of the variable.', 'settings/*.json'))}
          ${this.#row('structured', 'JSON and YAML', patternsText(action, 'structured') || 'Values stay as they are', () => this.#patterns('structured', 'JSON and YAML files', 'In these, the value at a path is replaced by the variable of that path: ConnectionStrings:Main, Servers:0:Name.', 'config/*.yaml'))}
          ${this.#row('directory', 'Folder', this.#directoryText(), () => this.#directory())}
          ${STAGES.map((stage) => this.#row(stage, `${stage} script`, this.#scriptText(stage), () => this.#script(stage)))}
          ${this.#row('own', 'Its own scripts', this.#runsOwn ? 'Run too' : 'Do not run', () => this.#own())}
        </div>
      </fieldset>`
  }

  /** @param {string} name @param {string} title @param {string} text @param {() => unknown} choices */
  #row(name, title, text, choices) {
    const isOpen = this.opened === name
    return html`
      <div class="setting">
        <div class="setting-line"><span class="what">${title}</span><span>${text}</span>
          <button type="button" class="button bare compact" aria-expanded=${isOpen} aria-label="${isOpen ? 'Close' : this.refusal ? 'Show' : 'Change'}: ${title}" @click=${() => {
            this.opened = isOpen ? '' : name
          }}>${isOpen ? 'Close' : this.refusal ? 'Show' : 'Change'}</button>
        </div>
        ${isOpen ? html`<div class="setting-choices narrow-left">${choices()}</div>` : nothing}
      </div>`
  }

  /** @param {'substitute' | 'structured'} key @param {string} label @param {string} help @param {string} example */
  #patterns(key, label, help, example) {
    return patternsField({
      ...{ action: this.action, key, label, help, example },
      disabled: Boolean(this.refusal),
      onchange: (Properties) => this.#tell({ Properties }),
    })
  }

  #directoryText() {
    const folder = this.action.Properties[features.directory.value]
    if (!folder) return 'Stays where it is unpacked'
    return this.#isPurged ? `${folder}, emptied before` : String(folder)
  }

  get #isPurged() {
    return String(this.action.Properties[PURGE] ?? '').toLowerCase() === 'true'
  }

  #directory() {
    const folder = String(this.action.Properties[features.directory.value] ?? '')
    return html`
      ${textField({
        id: 'package-directory',
        label: 'Folder',
        value: folder,
        mono: true,
        placeholder: '/srv/acme/web',
        disabled: Boolean(this.refusal),
        help: 'On the worker, with its whole path: the files are copied there. Empty: they stay in the new folder.',
        oninput: (text) =>
          this.#tell({ Properties: withFiles(this.action, 'directory', text.trim()) }),
      })}
      ${checkbox({
        id: 'package-purge',
        label: 'Empty the folder before',
        help: 'Everything in it is deleted, whoever has put it there.',
        checked: this.#isPurged,
        disabled: Boolean(this.refusal) || !folder,
        onchange: (isOn) => {
          const { [PURGE]: _old, ...others } = this.action.Properties
          this.#tell({ Properties: isOn ? { ...others, [PURGE]: 'True' } : others })
        },
      })}`
  }

  /** @param {string} stage */
  #scriptText(stage) {
    const script = scriptOf(this.action, stage)
    if (!script) return 'None'
    const lines = script.body.split('\n').filter((line) => line.trim()).length
    return `${nameOf(script.syntax)}, ${lines} ${lines === 1 ? 'line' : 'lines'}`
  }

  /** @param {string} stage */
  #script(stage) {
    const script = scriptOf(this.action, stage)
    const set = (/** @type {{ syntax: string, body: string } | undefined} */ next) =>
      this.#tell({ Properties: withScript(this.action, stage, next) })
    return html`
      <p class="quiet small">${WHEN[stage]}, in the folder of the files.</p>
      ${selectField({
        id: `script-${stage}`,
        label: 'Language',
        options: [['', 'No script'], ...SYNTAXES],
        chosen: script?.syntax ?? '',
        disabled: Boolean(this.refusal),
        onchange: (syntax) => set(syntax ? { syntax, body: script?.body ?? '' } : undefined),
      })}
      ${
        script
          ? html`<div class="editor short"><tako-code label="Script ${stage}" .value=${script.body} syntax=${script.syntax} .names=${this.names} ?isReadOnly=${Boolean(this.refusal)}
              @change=${(/** @type {CustomEvent<string>} */ event) => set({ syntax: script.syntax, body: event.detail })}></tako-code></div>`
          : nothing
      }`
  }

  get #runsOwn() {
    return String(this.action.Properties[RUN_SCRIPTS] ?? '').toLowerCase() !== 'false'
  }

  #own() {
    return checkbox({
      id: 'package-own-scripts',
      label: 'Run the scripts that are in the package',
      help: 'They are found by their names: PreDeploy.sh, Deploy.sh, PostDeploy.sh; also .py, .ps1 and .csx.',
      checked: this.#runsOwn,
      disabled: Boolean(this.refusal),
      onchange: (isOn) => {
        const { [RUN_SCRIPTS]: _old, ...others } = this.action.Properties
        this.#tell({ Properties: isOn ? others : { ...others, [RUN_SCRIPTS]: 'False' } })
      },
    })
  }

  /** @param {Partial<Action>} detail */
  #tell(detail) {
    this.dispatchEvent(new CustomEvent('action-changed', { detail }))
  }

  #search(/** @type {string} */ term, /** @type {string} */ feedId) {
    const detail = { term, feedId }
    this.dispatchEvent(new CustomEvent('package-search', { detail, bubbles: true }))
  }
}

/** @param {string} syntax */
const nameOf = (syntax) => SYNTAXES.find(([value]) => value === syntax)?.[1] ?? syntax

customElements.define('tako-package-fields', TakoPackageFields)
