import { html, nothing } from 'lit'
import { ApiError } from '../api.js'
import { button, checkbox, describes, field } from '../components/form.js'
import { icon } from '../components/icons.js'
import { chainMark } from '../components/remote-look.js'
import '../components/tako-problem.js'
import { navigate, setQuery } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { ProjectPage } from './project-page.js'
import { styles } from './release.styles.js'

pageStyles('tako-page-deploy', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ ActionId: string, ActionName: string, ActionNumber: string, CanBeSkipped: boolean, IsDisabled?: boolean,
 *   HasNoApplicableMachines?: boolean, SkipReason?: string | null }} Planned
 * @typedef {{ Name: string, IsValueRequired: boolean, Control: { Type: string, Label: string, Description?: string,
 *   Required?: boolean, DisplaySettings?: Record<string, string> } }} Question
 * @typedef {{ StepsToExecute: Planned[], Form: { Values: Record<string, string>, Elements: Question[] } }} Preview
 * @typedef {{ environment: Resource, phase: string, why: string }} Place an environment, and why the release may not go there
 * @typedef {{ project: Resource, group: Resource | null, release: Resource, places: Place[], previews: Record<string, Preview>,
 *   steps: number }} Data
 */

/**
 * The form that deploys a release: where, what of it, with which answers, and when.
 * @extends {ProjectPage<Data>}
 */
class TakoPageDeploy extends ProjectPage {
  static properties = {
    skipped: { state: true },
    answers: { state: true },
    isLater: { state: true },
    later: { state: true },
    comments: { state: true },
    isTried: { state: true },
    isBusy: { state: true },
    fault: { state: true },
  }

  name = 'deploy'

  constructor() {
    super()
    /** @type {string[]} ids of the actions to leave out */
    this.skipped = []
    /** @type {Record<string, string>} */
    this.answers = {}
    this.isLater = false
    this.later = ''
    this.comments = ''
    this.isTried = false
    this.isBusy = false
    /** @type {ApiError | undefined} */
    this.fault = undefined
  }

  keys() {
    return [this.params.project, this.params.version, this.query.get('env') ?? '']
  }

  get #chosen() {
    return (this.query.get('env') ?? '').split(',').filter(Boolean)
  }

  get #address() {
    return this.addressOf(this.params.version ?? '')
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const { project, group } = await this.project(signal)
    const release = await this.api.get(
      `/projects/${project.Id}/releases/${encodeURIComponent(this.params.version ?? '')}`,
      signal,
    )
    const [progression, environments, process] = await Promise.all([
      this.api.get(`/releases/${release.Id}/progression`, signal),
      this.api.get('/environments/all', signal),
      this.api.get(`/deploymentprocesses/${release.ProjectDeploymentProcessSnapshotId}`, signal),
    ])
    const places = placesOf(progression, environments)
    const chosen = this.#chosen.map(
      (name) =>
        environments.find((/** @type {Resource} */ one) => one.Id === name || one.Slug === name)
          ?.Id,
    )
    const open = places.filter(({ environment, why }) => !why && chosen.includes(environment.Id))
    const previews = await Promise.all(
      open.map(async ({ environment: { Id } }) => [
        Id,
        await this.api.get(`/releases/${release.Id}/deployments/preview/${Id}`, signal),
      ]),
    )
    return {
      project,
      group,
      release,
      places,
      previews: Object.fromEntries(previews),
      steps: process.Steps.length,
    }
  }

  loaded(/** @type {Data} */ { previews }) {
    const values = Object.values(previews).map(({ Form }) => Form?.Values ?? {})
    // What somebody has typed stays, when an environment comes or goes.
    this.answers = Object.assign({}, ...values, this.answers)
  }

  /** @param {import('../live.js').Change} change */
  isTouched(change) {
    return (
      change.Kind === 'Deployment' && change.ProjectId === this.data?.project.Id && !this.isBusy
    )
  }

  /** @param {Data} data */
  content(data) {
    const { project, release, places, previews } = data
    const version = release.Version
    const chosen = places.filter(({ environment }) => previews[environment.Id])
    const isFar = chosen.length > 0 && chosen.every(({ environment }) => environment.Remote)
    const verb = isFar ? 'Promote' : 'Deploy'
    const title =
      chosen.length > 0
        ? `${verb} ${version} to ${listed(chosen.map(({ environment }) => environment.Name))}`
        : `Deploy ${version}`
    const why = this.#why(data)
    return html`
      <div class="page deploy">
        <header class="page-head"><div>
          <nav class="crumbs" aria-label="Where you are"><a href="/${this.space.Slug}/projects">Projects</a><span>/</span><a href=${this.address}>${project.Name}</a><span>/</span><a href=${this.#address}>${version}</a></nav>
          <h1>Deploy ${version}</h1>
        </div></header>
        ${this.problem()}
        <div class="narrow">
          <form aria-label="Deploy ${version}" @submit=${(/** @type {Event} */ event) => event.preventDefault()}>
            ${this.fault ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
            ${this.#where(places, previews)}
            ${chosen.some(({ environment }) => environment.Remote) ? farNote(chosen) : nothing}
            ${chosen.length > 0 ? html`${isFar ? nothing : this.#plan(data)}${this.#prompts(data)}${this.#when()}` : nothing}
            <div class="form-end">
              ${button({ label: html`${icon(isFar ? 'chain' : 'play')}${this.isBusy ? (isFar ? 'Promoting…' : 'Deploying…') : title}`, kind: 'primary', refusal: why, onclick: () => this.#deploy(data) })}
              <a class="button bare" href=${this.#address}>Cancel</a>
              ${why && chosen.length > 0 ? html`<span class="quiet small">${why}</span>` : nothing}
            </div>
          </form>
          ${release.ReleaseNotes ? html`<aside class="aside"><h2>What ${version} brings</h2><p class="notes">${release.ReleaseNotes}</p></aside>` : nothing}
        </div>
      </div>`
  }

  #where(/** @type {Place[]} */ places, /** @type {Record<string, Preview>} */ previews) {
    if (places.length === 0) {
      return html`<p class="note">${icon('info')}<span>Nowhere to deploy to yet. <a href="/${this.space.Slug}/infrastructure/environments">Add an environment</a>.</span></p>`
    }
    return html`
      <fieldset>
        <legend>Where</legend>
        <div class="choices">${places.map(({ environment, phase, why }) => {
          const isChosen = Boolean(previews[environment.Id])
          return html`<label class="choice-row"><input type="checkbox" name="environment" .checked=${isChosen} ?disabled=${Boolean(why)} @change=${() => this.#toggle(environment.Id, previews)}>
            <span>${environment.Remote ? chainMark() : nothing}<b>${environment.Name}</b>${why ? html` <small>${why}</small>` : nothing}</span><small>${phase === environment.Name ? '' : phase}</small></label>`
        })}</div>
      </fieldset>`
  }

  #plan(/** @type {Data} */ { previews, steps }) {
    const planned = new Map(
      Object.values(previews).flatMap(({ StepsToExecute }) =>
        StepsToExecute.map((step) => [step.ActionId, step]),
      ),
    )
    if (planned.size === 0) {
      return html`<fieldset><legend>What runs</legend><p class="note">${icon('info')}<span>${steps === 0 ? 'This release has no step.' : 'No step of this release runs there.'}</span></p></fieldset>`
    }
    return html`
      <fieldset>
        <legend>What runs</legend>
        <ol class="panel plan">${[...planned.values()].map((step) => {
          const isLeftOut = this.skipped.includes(step.ActionId)
          const fixed = step.IsDisabled
            ? 'Switched off'
            : (step.SkipReason ?? (step.HasNoApplicableMachines ? 'No target fits' : ''))
          const note = fixed || (isLeftOut ? 'Left out' : '')
          return html`<li class=${note ? 'off' : ''}>
            <input type="checkbox" aria-label="Run ${step.ActionName}" .checked=${!note} ?disabled=${!step.CanBeSkipped || Boolean(fixed)} @change=${() => this.#skip(step.ActionId)}>
            <span class="n">${step.ActionNumber}</span><span class="name">${step.ActionName}</span><span class="quiet small">${note}</span></li>`
        })}</ol>
      </fieldset>`
  }

  #prompts(/** @type {Data} */ data) {
    const questions = questionsOf(data)
    if (questions.length === 0) return nothing
    return html`<fieldset><legend>Asked for this deployment</legend><div class="prompts">${questions.map((question) => this.#prompt(question))}</div></fieldset>`
  }

  #prompt(/** @type {Question} */ { Name, Control, IsValueRequired }) {
    const value = this.answers[Name] ?? ''
    const kind = Control.DisplaySettings?.['Octopus.ControlType'] ?? Control.Type
    const label = Control.Label || Name
    const isMissing = this.isTried && IsValueRequired && !value.trim()
    const options = {
      id: `prompt-${Name}`,
      label,
      ...(Control.Description && { help: Control.Description }),
      error: isMissing ? 'An answer is required.' : undefined,
    }
    const set = (/** @type {string} */ text) => {
      this.answers = { ...this.answers, [Name]: text }
    }
    if (kind === 'Checkbox') {
      return checkbox({
        id: options.id,
        label,
        help: Control.Description,
        checked: value === 'True',
        onchange: (isOn) => set(isOn ? 'True' : 'False'),
      })
    }
    if (kind === 'Select') {
      const choices = (Control.DisplaySettings?.['Octopus.SelectOptions'] ?? '')
        .split('\n')
        .filter(Boolean)
      return field(
        options,
        html`<select class="input" id=${options.id} aria-describedby=${describes(options)} @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => set(event.target.value)}>
          <option value=""></option>${choices.map((choice) => {
            // A choice may have a text of its own: `value|text`.
            const [own = choice, text = own] = choice.split('|')
            return html`<option value=${own} ?selected=${own === value}>${text}</option>`
          })}</select>`,
      )
    }
    const attributes = { id: options.id, describes: describes(options), isWrong: isMissing }
    return field(
      options,
      kind === 'MultiLineText'
        ? area(attributes, value, set)
        : line(attributes, value, set, kind === 'Sensitive'),
    )
  }

  #when() {
    return html`
      <fieldset>
        <legend>When</legend>
        <div class="when">
          <label class="box"><input type="radio" name="when" .checked=${!this.isLater} @change=${() => {
            this.isLater = false
          }}>Now</label>
          <label class="box"><input type="radio" name="when" .checked=${this.isLater} @change=${() => {
            this.isLater = true
            this.later ||= localTime(new Date(Date.now() + 3_600_000))
          }}>Later</label>
          ${
            this.isLater
              ? html`<input class="input" type="datetime-local" aria-label="Start at" .value=${this.later} min=${localTime(new Date())} @change=${(
                  /** @type {Event & { target: HTMLInputElement }} */ event,
                ) => {
                  this.later = event.target.value
                }}>`
              : nothing
          }
        </div>
      </fieldset>
      ${field(
        { id: 'comments', label: 'Comment', help: 'Optional; it stays with the deployment.' },
        html`<input class="input" id="comments" autocomplete="off" aria-describedby="comments-help" .value=${this.comments} @input=${(
          /** @type {Event & { target: HTMLInputElement }} */ event,
        ) => {
          this.comments = event.target.value
        }}>`,
      )}`
  }

  #why(/** @type {Data} */ data) {
    if (data.project.IsDisabled) return 'The project is switched off.'
    const refusal = this.refusal('DeploymentCreate')
    if (refusal) return refusal
    if (Object.keys(data.previews).length === 0) return 'Choose where.'
    const missing = questionsOf(data).filter(
      ({ Name, IsValueRequired }) => IsValueRequired && !(this.answers[Name] ?? '').trim(),
    )
    return this.isTried && missing.length > 0 ? 'An answer is missing above.' : ''
  }

  #toggle(/** @type {string} */ id, /** @type {Record<string, Preview>} */ previews) {
    const ids = Object.keys(previews)
    setQuery({
      env: (ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id]).join(','),
    })
  }

  #skip(/** @type {string} */ id) {
    this.skipped = this.skipped.includes(id)
      ? this.skipped.filter((other) => other !== id)
      : [...this.skipped, id]
  }

  async #deploy(/** @type {Data} */ data) {
    this.isTried = true
    await this.updateComplete
    if (this.isBusy || this.#why(data)) {
      const invalid = this.querySelector('[aria-invalid="true"]')
      if (invalid instanceof HTMLElement) invalid.focus()
      return
    }
    this.isBusy = true
    this.fault = undefined
    /** @type {Resource[]} */
    const deployments = []
    try {
      for (const [id, preview] of Object.entries(data.previews))
        deployments.push(await this.#post(data.release.Id, id, preview))
      const [first] = deployments
      await navigate(
        deployments.length === 1 ? `/${this.space.Slug}/tasks/${first?.TaskId}` : this.#address,
      )
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.fault = error
    } finally {
      this.isBusy = false
    }
  }

  /** @param {string} releaseId @param {string} environmentId @param {Preview} preview @returns {Promise<Resource>} */
  #post(releaseId, environmentId, { StepsToExecute, Form }) {
    const ids = StepsToExecute.filter((step) => step.CanBeSkipped).map(({ ActionId }) => ActionId)
    const names = (Form?.Elements ?? []).map(({ Name }) => Name)
    return this.api.post('/deployments', {
      ReleaseId: releaseId,
      EnvironmentId: environmentId,
      SkipActions: this.skipped.filter((id) => ids.includes(id)),
      FormValues: Object.fromEntries(names.map((name) => [name, this.answers[name] ?? ''])),
      ...(this.isLater && this.later && { QueueTime: new Date(this.later).toISOString() }),
      ...(this.comments && { Comments: this.comments }),
    })
  }
}

/**
 * Where a release may go and where not yet, in the order of its phases.
 * @param {{ Phases: import('./release.js').Phase[], Blocked?: Record<string, string> }} progression
 * @param {Resource[]} environments
 * @returns {Place[]}
 */
function placesOf({ Phases, Blocked = {} }, environments) {
  let missing = ''
  return Phases.flatMap((phase) => {
    const ids = [...phase.AutomaticDeploymentTargets, ...phase.OptionalDeploymentTargets]
    const why =
      phase.Blocked && phase.Progress !== 'Pending'
        ? 'The release has a defect.'
        : missing && phase.Progress === 'Pending'
          ? `Opens when ${missing} is complete.`
          : ''
    if (phase.Progress !== 'Complete' && !phase.IsOptionalPhase && !missing) missing = phase.Name
    const own = environments.filter(({ Id }) => ids.includes(Id))
    return own.map((environment) => ({
      environment,
      phase: phase.Name,
      why: Blocked[environment.Id] ?? why,
    }))
  })
}

/** What is asked for the chosen environments, each question once. @param {Data} data */
function questionsOf({ previews }) {
  const all = Object.values(previews).flatMap(({ Form }) => Form?.Elements ?? [])
  return [...new Map(all.map((question) => [question.Name, question])).values()]
}

/** What a promotion does, and who decides from there. @param {Place[]} chosen */
function farNote(chosen) {
  const names = chosen.flatMap(({ environment }) => (environment.Remote ? [environment.Name] : []))
  return html`<p class="note">${icon('chain')}<span>The release is handed over whole: what runs at ${listed(names)}, with which values, and when, is decided there.</span></p>`
}

/** @param {string[]} names */
const listed = (names) => (names.length < 3 ? names.join(' and ') : `${names.length} environments`)

/** A moment as the browser's field for it wants it, in local time. @param {Date} at */
const localTime = (at) =>
  new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)

/** @typedef {{ id: string, describes: unknown, isWrong: boolean }} Attributes */

/** @param {Attributes} attributes @param {string} value @param {(text: string) => void} set @param {boolean} isSecret */
const line = ({ id, describes, isWrong }, value, set, isSecret) => html`
  <input class="input" id=${id} type=${isSecret ? 'password' : 'text'} autocomplete="off" .value=${value} aria-invalid=${isWrong ? 'true' : nothing} aria-describedby=${describes}
    @input=${(/** @type {Event & { target: HTMLInputElement }} */ event) => set(event.target.value)}>`

/** @param {Attributes} attributes @param {string} value @param {(text: string) => void} set */
const area = ({ id, describes, isWrong }, value, set) => html`
  <textarea class="input area" id=${id} rows="3" .value=${value} aria-invalid=${isWrong ? 'true' : nothing} aria-describedby=${describes}
    @input=${(/** @type {Event & { target: HTMLTextAreaElement }} */ event) => set(event.target.value)}></textarea>`

customElements.define('tako-page-deploy', TakoPageDeploy)
