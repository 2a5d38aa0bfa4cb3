import { html, nothing } from 'lit'
import { icon } from '../components/icons.js'
import { blockOf, currentOf, latestOf, needsText, stagesOf } from '../components/progression.js'
import { chainMark, remoteLook } from '../components/remote-look.js'
import { wordOfTask } from '../components/states.js'
import '../components/tako-state.js'
import '../components/tako-time.js'
import { age, stateOf } from '../format.js'
import { setQuery } from '../navigation.js'
import { pageStyles } from '../page-styles.js'
import { may } from '../permissions.js'
import { styles } from './project.styles.js'
import { ProjectPage } from './project-page.js'

pageStyles('tako-page-project', styles)

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {import('../components/progression.js').Row} Row
 * @typedef {import('../components/progression.js').Stage} Stage
 * @typedef {Resource & { State: string }} ServerTask
 * @typedef {{ project: Resource, group: Resource | null, rows: Row[], stages: Stage[], hasSteps: boolean,
 *   tasks: ServerTask[] }} Data
 */

const SHOWN = 10

/**
 * A project's releases in each environment, and where each may go.
 * @extends {ProjectPage<Data>}
 */
class TakoPageProject extends ProjectPage {
  /** @param {AbortSignal} signal @returns {Promise<Data>} */
  async load(signal) {
    const { project, group } = await this.project(signal)
    const mayTasks = may(this.me, this.space, 'TaskView')
    const [progression, lifecycle, environments, process, tasks] = await Promise.all([
      this.api.get(`/projects/${project.Id}/progression?releaseHistoryCount=${SHOWN}`, signal),
      this.api.get(`/lifecycles/${project.LifecycleId}`, signal),
      this.api.get('/environments/all', signal),
      this.api.get(`/deploymentprocesses/${project.DeploymentProcessId}`, signal),
      mayTasks ? this.api.get(`/tasks?project=${project.Id}&take=6`, signal) : { Items: [] },
    ])
    return {
      project,
      group,
      rows: progression.Releases,
      stages: stagesOf(lifecycle, environments),
      hasSteps: process.Steps.length > 0,
      tasks: tasks.Items,
    }
  }

  /** @param {import('../live.js').Change} change */
  isTouched(change) {
    if (['Lifecycle', 'Environment'].includes(change.Kind) || super.isTouched(change)) return true
    const isMine = change.ProjectId === this.data?.project.Id
    return (
      isMine && ['Release', 'Deployment', 'ServerTask', 'DeploymentProcess'].includes(change.Kind)
    )
  }

  /** @param {Data} data */
  body(data) {
    if (data.rows.length === 0) return this.#empty(data)
    const channel = this.query.get('channel') ?? ''
    const find = this.query.get('find') ?? ''
    const rows = data.rows.filter(
      ({ Release, Channel }) =>
        (!channel || Channel?.Id === channel) &&
        String(Release.Version).toLowerCase().includes(find.toLowerCase()),
    )
    return html`
      ${this.#toolbar(data, rows, channel, find)}
      ${rows.length === 0 ? html`<p class="quiet">No release is called ‘${find}’. <button class="button bare compact" type="button" @click=${() => setQuery({ find: '', channel: '' })}>Clear filter</button></p>` : this.#matrix(data, rows)}
      ${data.tasks.length > 0 ? html`<div class="columns">${this.#tasks(data)}</div>` : nothing}`
  }

  #empty(/** @type {Data} */ { hasSteps, stages }) {
    const text =
      'No release yet. A release freezes process, variables and packages, so that what was tested is what goes on.'
    if (!hasSteps) {
      return html`<section class="panel empty-panel"><h2>No step yet.</h2><p class="quiet">Begin with the process: it says what runs at each deployment. Then create a release of it.</p>
        <a class="button primary" href="${this.address}/process">${icon('plus')}Add a step</a></section>`
    }
    return html`<section class="panel empty-panel"><h2>No release yet.</h2><p class="quiet">${text}</p>
      ${stages.every(({ environments }) => environments.length === 0) ? html`<p class="quiet">There is nowhere to deploy to yet: <a href="/${this.space.Slug}/infrastructure/environments">add an environment</a>.</p>` : nothing}
      ${this.refusal('ReleaseCreate') ? html`<p class="quiet small">${this.refusal('ReleaseCreate')}</p>` : html`<a class="button primary" href="${this.address}/releases/new">${icon('plus')}Create release</a>`}</section>`
  }

  #toolbar(
    /** @type {Data} */ data,
    /** @type {Row[]} */ rows,
    /** @type {string} */ channel,
    /** @type {string} */ find,
  ) {
    const channels = new Map(
      data.rows.flatMap(({ Channel }) => (Channel ? [[Channel.Id, Channel.Name]] : [])),
    )
    return html`
      <div class="row wrap toolbar">
        ${
          channels.size > 1
            ? html`<select class="input" aria-label="Channel" @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => setQuery({ channel: event.target.value })}>
                <option value="">All channels</option>${[...channels].map(([id, name]) => html`<option value=${id} ?selected=${id === channel}>${name}</option>`)}</select>`
            : nothing
        }
        <label class="search"><span class="visually-hidden">Find a release</span>${icon('search')}<input class="input" type="search" placeholder="Find a release" .value=${find}
          @input=${(/** @type {Event & { target: HTMLInputElement }} */ event) => setQuery({ find: event.target.value })}></label>
        <span class="quiet small">${rows.length === 1 ? 'One release' : `${rows.length} releases`}, the newest first</span>
        <a class="push small" href="${this.address}/releases">All releases</a>
      </div>`
  }

  #matrix(/** @type {Data} */ data, /** @type {Row[]} */ rows) {
    const stages = data.stages.filter(({ environments }) => environments.length > 0)
    const environments = stages.flatMap((stage) => stage.environments)
    const current = currentOf(data.rows)
    return html`
      <div class="panel matrix-panel">
        <table class="matrix" style="--columns:${environments.length}">
          <caption class="visually-hidden">Releases of ${data.project.Name} in each environment, and where each may go</caption>
          <colgroup><col class="release">${environments.map(() => html`<col>`)}</colgroup>
          <thead>
            <tr class="phases"><td></td>${stages.map(
              (stage, at) =>
                html`<th scope="colgroup" colspan=${stage.environments.length}><span class="phase"><b>${at + 1}</b><span>${stage.name}</span><span class="needs">${needsText(stage)}</span></span></th>`,
            )}</tr>
            <tr><th scope="col">Release</th>${environments.map(({ Name, Remote }) => html`<th scope="col">${Remote ? chainMark() : nothing}${Name}</th>`)}</tr>
          </thead>
          <tbody>${rows.map((row) => this.#row(row, stages, current))}</tbody>
        </table>
      </div>`
  }

  /** @param {Row} row @param {Stage[]} stages @param {Map<string, Row>} current */
  #row(row, stages, current) {
    const { Release, Channel } = row
    const note = String(Release.ReleaseNotes ?? '').split('\n')[0]
    const last = stages.at(-1)?.environments.filter(({ Id }) => current.get(Id) === row) ?? []
    return html`
      <tr>
        <th scope="row">
          <span class="row"><a class="version plain" href="${this.addressOf(Release.Version)}">${Release.Version}</a>
            ${Channel && !Channel.IsDefault && Channel.Name !== 'Default' ? html`<span class="chip">${Channel.Name}</span>` : nothing}
            ${last.map(({ Name }) => html`<span class="chip accent">in ${Name}</span>`)}
            ${row.HasUnresolvedDefect ? html`<span class="defect">${icon('bug')}Defect</span>` : nothing}</span>
          ${note ? html`<span class="note-line" title=${note}>${note}</span>` : nothing}
          <span class="note-line quiet"><tako-time .at=${Release.Assembled} suffix="ago"></tako-time></span>
        </th>
        ${stages.flatMap((stage) => stage.environments.map((environment) => html`<td data-column=${environment.Name}>${this.#cell(row, environment, stages)}</td>`))}
      </tr>`
  }

  /** @param {Row} row @param {import('../components/progression.js').Ref} environment @param {Stage[]} stages */
  #cell(row, environment, stages) {
    const version = row.Release.Version
    const item = latestOf(row, environment.Id)
    if (item) {
      const news = row.RemoteNews?.[item.DeploymentId ?? '']
      if (news !== undefined) return this.#far(item, news, `${version} in ${environment.Name}`)
      const state = stateOf(item)
      return html`
        <a class="deployed plain ${state}" href="/${this.space.Slug}/tasks/${item.TaskId}" aria-label="${version} in ${environment.Name}: ${wordOfTask(item)}">
          <tako-state state=${state}><span>${wordOfTask(item)}</span></tako-state>
          <span class="when">${age(item.CompletedTime ?? item.Created)}</span>
        </a>`
    }
    const block = blockOf(row, environment.Id, stages)
    const why = block ? (row.Blocked?.[environment.Id] ?? block) : this.refusal('DeploymentCreate')
    if (why) {
      return html`<span class="blocked"><button class="button compact" type="button" aria-disabled="true" aria-label="Deploy ${version} to ${environment.Name}: ${why}" title=${why}>${icon('lock')}${block || 'Not allowed'}</button></span>`
    }
    const isFirst = row.NextDeployments.includes(environment.Id)
    return html`<a class="button compact ${isFirst ? 'first' : 'again'}" href="${this.addressOf(version)}/deploy?env=${environment.Id}" aria-label="${environment.Remote ? 'Promote' : 'Deploy'} ${version} to ${environment.Name}">${environment.Remote ? html`${icon('chain')}Promote` : html`${icon('play')}Deploy`}</a>`
  }

  /**
   * What another space tells of a release.
   * @param {import('../components/progression.js').Item} item
   * @param {import('../components/remote-look.js').News | null} news
   * @param {string} what
   */
  #far(item, news, what) {
    const { state, word, when, title } = remoteLook(item, news)
    return html`
      <a class="deployed plain far ${state}" href="/${this.space.Slug}/tasks/${item.TaskId}" aria-label="${what}: ${title || word}" title=${title || nothing}>
        <tako-state state=${state}><span>${state === 'remote' ? nothing : chainMark(news?.RemoteSpace)}${word}</span></tako-state>
        <span class="when">${when}</span>
      </a>`
  }

  #tasks(/** @type {Data} */ { tasks, project }) {
    return html`
      <section class="panel">
        <header class="panel-head"><h2>Last tasks</h2><a class="push small" href="/${this.space.Slug}/tasks?project=${project.Id}">All tasks</a></header>
        <ul class="changes tasks">${tasks.map(
          (task) =>
            html`<li><tako-state state=${stateOf(task)}>${wordOfTask(task)}</tako-state><a class="plain" href="/${this.space.Slug}/tasks/${task.Id}">${task.Description}</a><tako-time class="quiet small" .at=${task.CompletedTime ?? task.StartTime ?? task.QueueTime}></tako-time></li>`,
        )}</ul>
      </section>`
  }
}

customElements.define('tako-page-project', TakoPageProject)
