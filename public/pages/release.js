import { html, nothing } from 'lit'
import { ApiError } from '../api.js'
import { buildFacts, buildLine } from '../components/build-facts.js'
import { button } from '../components/form.js'
import { icon } from '../components/icons.js'
import { BODY, kindOf, SYNTAX } from '../components/process-model.js'
import { claims, originChip, originFacts } from '../components/release-origin.js'
import { chainMark, remoteLook } from '../components/remote-look.js'
import { wordOfTask } from '../components/states.js'
import { ask } from '../components/tako-ask.js'
import { scopeChips, shownValue } from '../components/variable-parts.js'
import '../components/tako-code.js'
import '../components/tako-defects.js'
import '../components/tako-progress-line.js'
import '../components/tako-state.js'
import '../components/tako-time.js'
import { toast } from '../components/toast.js'
import { age, counted, stateOf } from '../format.js'
import { navigate } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { may } from '../permissions.js'
import { styles as projectStyles } from './project.styles.js'
import { ProjectPage } from './project-page.js'
import { styles } from './release.styles.js'

pageStyles('tako-page-release', projectStyles)
pageStyles('tako-page-release', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {Resource & { State: string }} ServerTask
 * @typedef {{ Task: ServerTask, Deployment: Resource }} Deployed
 * @typedef {{ Name: string, Blocked: boolean, Progress: string, Deployments: Deployed[], AutomaticDeploymentTargets: string[],
 *   OptionalDeploymentTargets: string[], MinimumEnvironmentsBeforePromotion: number, IsOptionalPhase: boolean }} Phase
 * @typedef {{ Phases: Phase[], NextDeployments: string[], Blocked?: Record<string, string> }} Progression
 * @typedef {{ project: Resource, group: Resource | null, release: Resource, channel: Resource, progression: Progression,
 *   environments: Resource[], process: Resource, variables: Resource | null, defects: Resource[], missing: { Id: string, Version: string }[] }} Data
 * @typedef {{ ActionName: string, StepName?: string, PackageReferenceName: string, Version: string }} Selected
 */

/**
 * A release: how far it is, what it froze, and where it may go next.
 * @extends {ProjectPage<Data>}
 */
class TakoPageRelease extends ProjectPage {
  static properties = {
    fault: { state: true },
    defectFault: { state: true },
    isBusy: { state: true },
  }

  name = 'release'

  constructor() {
    super()
    /** @type {ApiError | undefined} */
    this.fault = undefined
    /** @type {ApiError | undefined} */
    this.defectFault = undefined
    this.isBusy = false
  }

  keys() {
    return [this.params.project, this.params.version]
  }

  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const { project, group } = await this.project(signal)
    const release = await this.api.get(
      `/projects/${project.Id}/releases/${encodeURIComponent(this.params.version ?? '')}`,
      signal,
    )
    const [progression, environments, channel, process, variables, defects, missing] =
      await Promise.all([
        this.api.get(`/releases/${release.Id}/progression`, signal),
        this.api.get('/environments/all', signal),
        this.api.get(`/channels/${release.ChannelId}`, signal),
        this.api.get(`/deploymentprocesses/${release.ProjectDeploymentProcessSnapshotId}`, signal),
        may(this.me, this.space, 'VariableView')
          ? this.api.get(`/variables/${release.ProjectVariableSetSnapshotId}`, signal)
          : null,
        this.api.get(`/releases/${release.Id}/defects`, signal),
        release.SelectedPackages.length > 0
          ? this.api.get(`/releases/${release.Id}/missingpackages`, signal)
          : { Packages: [] },
      ])
    return {
      project,
      group,
      release,
      channel,
      progression,
      environments,
      process,
      variables,
      defects: defects.Items,
      missing: missing.Packages,
    }
  }

  /** @param {import('../live.js').Change} change */
  isTouched(change) {
    if (change.Kind === 'Package') return true
    if (change.Kind === 'Release') return change.Id === this.data?.release.Id
    const isMine = change.ProjectId === this.data?.project.Id
    return isMine && ['Deployment', 'ServerTask'].includes(change.Kind)
  }

  get #address() {
    return this.addressOf(this.params.version ?? '')
  }

  /** @param {Data} data */
  content(data) {
    const { project, release, channel } = data
    return html`
      <div class="page release">
        <header class="page-head">
          <div>
            <nav class="crumbs" aria-label="Where you are"><a href="/${this.space.Slug}/projects">Projects</a><span>/</span><a href=${this.address}>${project.Name}</a><span>/</span><a href="${this.address}/releases">Releases</a></nav>
            <h1 class="number">${release.Version}${channel.IsDefault ? nothing : html`<span class="chip">${channel.Name}</span>`} ${originChip(release.Remote)}</h1>
          </div>
          <div class="row wrap">${this.#actions(data)}</div>
        </header>
        ${this.problem()}
        ${this.fault ? html`<tako-problem .error=${this.fault} .isFinal=${true}></tako-problem>` : nothing}
        <div class="panel line-panel"><tako-progress-line label="Phases of ${release.Version}" .legs=${this.#legs(data)}></tako-progress-line></div>
        <div class="sections">
          <div>${this.#deployments(data)}${release.Remote ? claims(release.Remote) : nothing}${this.#packages(data)}${this.#process(data)}${this.#variables(data)}</div>
          <div>${this.#defects(data)}${this.#facts(data)}</div>
        </div>
      </div>`
  }

  #actions(/** @type {Data} */ data) {
    const { release, project, progression, environments } = data
    const next = environments.find(({ Id }) => progression.NextDeployments.includes(Id))
    const why = project.IsDisabled
      ? 'The project is switched off.'
      : this.refusal('DeploymentCreate')
    const mayDelete = may(this.me, this.space, 'ReleaseDelete')
    const places = progression.Phases.flatMap((phase) => [
      ...phase.AutomaticDeploymentTargets,
      ...phase.OptionalDeploymentTargets,
    ])
    const goesOut = environments.some(({ Id, Remote }) => Remote && places.includes(Id))
    const hasLine = (goesOut || release.Remote) && may(this.me, this.space, 'PromotionView')
    return html`
      ${hasLine ? html`<a class="button bare" href="/${this.space.Slug}/promotions/line/${release.Id}">${icon('promotions')}Line over spaces</a>` : nothing}
      <a class="button bare" href="${this.#address}/compare">Compare…</a>
      ${mayDelete ? button({ label: 'Delete…', kind: 'bare', onclick: () => this.#delete(release) }) : nothing}
      ${
        why
          ? button({ label: 'Deploy', name: 'Deploy', refusal: why, onclick: () => {} })
          : html`<a class="button primary" href="${this.#address}/deploy${next ? `?env=${next.Id}` : ''}">${icon(next?.Remote ? 'chain' : 'play')}${next?.Remote ? 'Promote' : 'Deploy'}${next ? ` to ${next.Name}` : '…'}</a>`
      }`
  }

  /** @returns {import('../components/tako-progress-line.js').Leg[]} */
  #legs(/** @type {Data} */ { progression, environments }) {
    const isAllowed = !this.refusal('DeploymentCreate')
    let missing = ''
    return progression.Phases.map((phase) => {
      const ids = [...phase.AutomaticDeploymentTargets, ...phase.OptionalDeploymentTargets]
      const places = environments.filter(({ Id }) => ids.includes(Id))
      const needed = phase.IsOptionalPhase
        ? 0
        : phase.MinimumEnvironmentsBeforePromotion || places.length
      const why = missing ? `Needs ${missing}` : ''
      const isBlocked = phase.Progress === 'Pending' && Boolean(missing)
      if (phase.Progress !== 'Complete' && !phase.IsOptionalPhase && !missing) missing = phase.Name
      const note = phase.IsOptionalPhase
        ? 'optional'
        : places.length > 1 && needed < places.length
          ? `needs ${needed} of ${places.length}`
          : ''
      return {
        name: phase.Name,
        note,
        isDone: phase.Progress === 'Complete',
        isHere: phase.Progress === 'Current',
        stations: places.map((environment) => {
          const latest = newestOf(phase.Deployments, environment.Id)
          const isRunning =
            latest && ['Queued', 'Executing', 'Cancelling'].includes(latest.Task.State)
          return {
            id: environment.Id,
            name: environment.Name,
            remote: environment.Remote ? (latest?.Deployment.RemoteNews?.RemoteSpace ?? '') : null,
            ...lookOf(latest),
            href: latest ? `/${this.space.Slug}/tasks/${latest.Task.Id}` : '',
            deployHref:
              isAllowed &&
              !isBlocked &&
              !isRunning &&
              !phase.Blocked &&
              !progression.Blocked?.[environment.Id]
                ? `${this.#address}/deploy?env=${environment.Id}`
                : '',
            why:
              progression.Blocked?.[environment.Id] ??
              (why || (phase.Blocked ? 'Has a defect' : '')),
          }
        }),
      }
    })
  }

  #deployments(/** @type {Data} */ { progression, environments, release }) {
    const all = progression.Phases.flatMap(({ Deployments }) => Deployments)
    all.sort((a, b) => String(b.Deployment.Created).localeCompare(String(a.Deployment.Created)))
    if (all.length === 0) {
      return html`<section class="panel"><header class="panel-head"><h2>Deployments</h2></header><p class="panel-body quiet">Not deployed yet.</p></section>`
    }
    return html`
      <section class="panel">
        <header class="panel-head"><h2>Deployments</h2></header>
        <table class="table cards"><caption class="visually-hidden">Deployments of ${release.Version}</caption>
          <thead><tr><th scope="col">Environment</th><th scope="col">State</th><th scope="col">By</th><th scope="col">Took</th><th scope="col" class="right">When</th></tr></thead>
          <tbody>${all.map(
            ({ Task, Deployment }) => html`<tr>
              <th scope="row"><a href="/${this.space.Slug}/tasks/${Task.Id}">${environments.find(({ Id }) => Id === Deployment.EnvironmentId)?.Name ?? 'A deleted environment'}</a></th>
              <td data-column="State">${stateCell({ Task, Deployment })}</td>
              <td data-column="By">${Deployment.DeployedBy ?? ''}</td>
              <td data-column="Took">${Task.Duration ?? ''}</td>
              <td data-column="When" class="right"><tako-time .at=${Deployment.Created} suffix="ago"></tako-time></td></tr>`,
          )}</tbody></table>
      </section>`
  }

  #packages(/** @type {Data} */ { release, process, missing }) {
    const selected = /** @type {Selected[]} */ (release.SelectedPackages)
    if (selected.length === 0) return nothing
    const steps = /** @type {import('../components/process-model.js').Step[]} */ (process.Steps)
    return html`
      <section class="panel frozen packages-frozen">
        <header class="panel-head"><h2>Packages, as frozen</h2><span class="quiet small push">${counted(selected.length, 'package')}</span></header>
        ${selected.map((one) => {
          const packageId = packageIdOf(one, steps)
          const isSame = (
            /** @type {{ Id?: string, PackageId?: string, Version: string }} */ other,
          ) =>
            (other.PackageId ?? other.Id)?.toLowerCase() === packageId.toLowerCase() &&
            other.Version === one.Version
          const build = release.BuildInformation.find(isSame)
          const line = html`<span><b>${packageId}</b> <span class="version">${one.Version}</span><small>${one.StepName || one.ActionName}</small></span>
            ${missing.some(isSame) ? html`<span class="missing small">${icon('warning')}<span>gone from the feed: deploying fails until this version is pushed again</span></span>` : nothing}
            <span class="push small">${buildLine(build)}</span>`
          return build
            ? html`<details><summary>${icon('right')}${line}</summary><div class="build">${buildFacts(build)}</div></details>`
            : html`<p class="frozen-step">${line}</p>`
        })}
      </section>`
  }

  #process(/** @type {Data} */ { process }) {
    const steps = /** @type {import('../components/process-model.js').Step[]} */ (process.Steps)
    return html`
      <section class="panel frozen">
        <header class="panel-head"><h2>Process, as frozen</h2><span class="quiet small push">${counted(steps.length, 'step')}</span></header>
        ${steps.length === 0 ? html`<p class="panel-body quiet">This release has no step: deploying it does nothing.</p>` : nothing}
        ${steps.map((step, at) => {
          const properties = step.Actions[0]?.Properties ?? {}
          const body = properties[BODY]
          const line = html`<span class="n">${at + 1}</span><b>${step.Name}</b><span class="quiet small">${properties[SYNTAX] ?? kindOf(step)}</span>`
          return body
            ? html`<details><summary>${icon('right')}${line}</summary><tako-code label="Script of ${step.Name}" .value=${body} syntax=${properties[SYNTAX]} isReadOnly></tako-code></details>`
            : html`<p class="frozen-step">${line}</p>`
        })}
      </section>`
  }

  #variables(/** @type {Data} */ { variables }) {
    if (!variables) return nothing
    const all = /** @type {import('../components/variable-parts.js').Variable[]} */ (
      variables.Variables
    )
    return html`
      <section class="panel frozen">
        <header class="panel-head"><h2>Variables, as frozen</h2><span class="quiet small push">${counted(all.length, 'value')}</span></header>
        ${
          all.length === 0
            ? html`<p class="panel-body quiet">None.</p>`
            : html`<table class="table cards"><caption class="visually-hidden">Variables as frozen</caption>
                <thead><tr><th scope="col">Name</th><th scope="col">Value</th><th scope="col">Applies to</th></tr></thead>
                <tbody>${all.map((one) => html`<tr><th scope="row" class="mono">${one.Name}</th><td data-column="Value">${shownValue(one)}</td><td data-column="Applies to">${scopeChips(one, variables.ScopeValues)}</td></tr>`)}</tbody></table>`
        }
      </section>`
  }

  #defects(/** @type {Data} */ { release, defects }) {
    const path = `/releases/${release.Id}/defects`
    return html`<tako-defects .defects=${defects} version=${release.Version}
      .refusals=${{ report: this.refusal('DefectReport'), resolve: this.refusal('DefectResolve') }}
      ?isBusy=${this.isBusy} .fault=${this.defectFault}
      @report=${(/** @type {CustomEvent<string>} */ { detail: Description }) => this.#aboutDefect(() => this.api.post(path, { Description }), 'The defect is reported.')}
      @resolve=${() => this.#aboutDefect(() => this.api.post(`${path}/resolve`, {}), 'The defect is resolved.')}></tako-defects>`
  }

  /** @param {() => Promise<unknown>} action @param {string} text */
  async #aboutDefect(action, text) {
    if (this.isBusy) return
    this.isBusy = true
    this.defectFault = undefined
    try {
      await action()
      toast(text)
      await this.reload()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.defectFault = error
    } finally {
      this.isBusy = false
    }
  }

  #facts(/** @type {Data} */ { release, channel }) {
    return html`
      <section class="panel"><div class="panel-body"><dl class="facts">
        <div><dt>Created</dt><dd><tako-time .at=${release.Assembled} suffix="ago"></tako-time></dd></div>
        <div><dt>Channel</dt><dd>${channel.Name}</dd></div>
        ${release.Remote ? originFacts(release.Remote, release.Version) : nothing}
      </dl></div></section>
      <section class="panel"><header class="panel-head"><h2>Notes</h2></header>
        <p class="panel-body notes ${release.ReleaseNotes ? '' : 'quiet'}">${release.ReleaseNotes || 'None were written.'}</p></section>`
  }

  async #delete(/** @type {Resource} */ release) {
    const version = release.Version
    const count =
      this.data?.progression.Phases.reduce((sum, { Deployments }) => sum + Deployments.length, 0) ??
      0
    const isSure = await ask({
      title: `Delete ${version}?`,
      text: html`<p>The release, ${count ? `its ${counted(count, 'deployment')} and their logs go` : 'which was never deployed, goes'}. Process and variables of the project stay.</p>`,
      verb: `Delete ${version}`,
      isDanger: true,
      typed: version,
    })
    if (!isSure) return
    try {
      await this.api.delete(`/releases/${release.Id}`)
      await navigate(this.address)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.fault = error
    }
  }
}

/** Which package a selection is about: the process knows it. @param {Selected} selected @param {import('../components/process-model.js').Step[]} steps @returns {string} */
function packageIdOf({ ActionName, PackageReferenceName }, steps) {
  const action = steps
    .flatMap(({ Actions }) => Actions)
    .find(({ Name }) => Name.toLowerCase() === ActionName.toLowerCase())
  const packages = /** @type {import('../components/package-model.js').Reference[]} */ (
    action?.Packages ?? []
  )
  const reference = packages.find(({ Name }) => Name === PackageReferenceName)
  return reference?.PackageId ?? (PackageReferenceName || ActionName)
}

/** How a deployment looks: one to another space by what that tells. @param {Deployed | undefined} deployed */
function lookOf(deployed) {
  if (!deployed) return { state: null, word: '', when: '', title: '' }
  const { Task, Deployment } = deployed
  if (Deployment.RemoteNews !== undefined) return remoteLook(Task, Deployment.RemoteNews)
  const when = age(Task.CompletedTime ?? Task.QueueTime)
  return { state: stateOf(Task), word: wordOfTask(Task), when, title: '' }
}

/** @param {Deployed} deployed */
function stateCell(deployed) {
  const { state, word, title } = lookOf(deployed)
  const news = deployed.Deployment.RemoteNews
  return html`<tako-state state=${state ?? 'queued'} title=${title || nothing}><span>${news === undefined || state === 'remote' ? nothing : chainMark(news?.RemoteSpace)}${word}</span></tako-state>`
}

/** @param {Deployed[]} deployments @param {string} environmentId */
const newestOf = (deployments, environmentId) =>
  deployments
    .filter(({ Deployment }) => Deployment.EnvironmentId === environmentId)
    .sort((a, b) => String(b.Deployment.Created).localeCompare(String(a.Deployment.Created)))[0]

customElements.define('tako-page-release', TakoPageRelease)
