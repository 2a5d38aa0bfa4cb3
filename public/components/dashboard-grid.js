import { html, nothing } from 'lit'
import { age, initials, stateOf } from '../format.js'
import { icon } from './icons.js'
import { chainMark, remoteLook } from './remote-look.js'
import { wordOfTask } from './states.js'
import './tako-state.js'

/**
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {{ Projects: Resource[], ProjectGroups: Resource[], Environments: Resource[], Items: Item[], remote?: Far }} Board
 * @typedef {{ EnvironmentIds: string[], Items: { DeploymentId: string, News: import('./remote-look.js').News | null }[] }} Far what is in other spaces
 * @typedef {Resource & { ProjectId: string, EnvironmentId: string, ReleaseVersion: string, TaskId: string, DeploymentId: string, State: string }} Item
 * @typedef {{ text: string, group: string, isAttention: boolean, folded: Set<string> }} Filter
 */

/**
 * The items of a board by project and environment: what was deployed last, and what succeeded before.
 * @param {Board} board
 */
export function cellsOf({ Items, remote }) {
  const byPlace = (/** @type {Item[]} */ items) =>
    new Map(items.map((item) => [`${item.ProjectId}/${item.EnvironmentId}`, item]))
  return {
    far: new Set(remote?.EnvironmentIds),
    news: new Map(remote?.Items.map(({ DeploymentId, News }) => [DeploymentId, News])),
    current: byPlace(Items.filter(({ IsPrevious }) => !IsPrevious)),
    previous: byPlace(Items.filter(({ IsPrevious }) => IsPrevious)),
  }
}

/**
 * The groups that a filter leaves, with their projects.
 * @param {Board} board
 * @param {Filter} filter
 */
export function groupsOf(board, { text, group, isAttention }) {
  const wanted = text.trim().toLowerCase()
  const noticed = new Set(
    board.Items.filter((item) => !item.IsPrevious && needsAttention(item)).map(
      ({ ProjectId }) => ProjectId,
    ),
  )
  return board.ProjectGroups.filter(({ Id }) => !group || Id === group)
    .map(({ Id, Name }) => ({
      id: Id,
      name: Name,
      projects: board.Projects.filter(
        (project) =>
          project.ProjectGroupId === Id &&
          project.Name.toLowerCase().includes(wanted) &&
          (!isAttention || noticed.has(project.Id)),
      ),
    }))
    .filter(({ projects }) => projects.length > 0)
}

/** Whether somebody should look: all but what is well, or was ended by a person. @param {Item} item */
const needsAttention = (item) => !['success', 'cancelled'].includes(stateOf(item))

/**
 * The projects of a space in their environments.
 * @param {Board} board
 * @param {{ filter: Filter, base: string, mayFollow: boolean, onfold: (id: string) => void }} options `base` is the space's
 *   address; `mayFollow`: whether what is known of promotions may be viewed
 */
export function dashboardGrid(board, { filter, base, mayFollow, onfold }) {
  const cells = cellsOf(board)
  const { Environments: environments } = board
  return html`
    <div class="panel grid-panel">
      <table class="grid" style="--columns:${environments.length}" @keydown=${moveByCell}>
        <caption class="visually-hidden">The latest release of every project in every environment</caption>
        <thead><tr><th scope="col">Project</th>${environments.map(({ Id, Name }) => html`<th scope="col" title=${Name}>${cells.far.has(Id) ? chainMark() : nothing}${Name}</th>`)}</tr></thead>
        ${groupsOf(board, filter).map(({ id, name, projects }) => {
          const isFolded = filter.folded.has(id)
          return html`
            <tbody>
              <tr class="group"><th colspan=${environments.length + 1} scope="rowgroup"><button class="button bare compact" type="button" aria-expanded=${!isFolded} @click=${() => onfold(id)}>${icon(isFolded ? 'right' : 'down')}${name}<span class="quiet">${projects.length}</span></button></th></tr>
              ${isFolded ? nothing : projects.map((project) => rowOf(project, { environments, cells, base, mayFollow }))}
            </tbody>`
        })}
      </table>
    </div>`
}

/**
 * @param {Resource} project
 * @param {{ environments: Resource[], cells: ReturnType<typeof cellsOf>, base: string, mayFollow: boolean }} options
 */
const rowOf = (project, { environments, cells, base, mayFollow }) => html`
  <tr>
    <th scope="row"><a class="project plain" href="${base}/projects/${project.Slug}"><span class="tile" aria-hidden="true">${initials(project.Name)}</span><span>${project.Name}</span></a></th>
    ${environments.map(({ Id, Name }) => {
      const place = `${project.Id}/${Id}`
      const item = cells.current.get(place)
      if (!item) return html`<td data-column=${Name}><span class="none">–</span></td>`
      const before = cells.previous.get(place)
      return html`<td data-column=${Name}>${
        cells.news.has(item.DeploymentId)
          ? farCell(item, { before, news: cells.news.get(item.DeploymentId), base, mayFollow })
          : cellOf(item, before, base)
      }</td>`
    })}
  </tr>`

/**
 * @param {Item} item
 * @param {Item | undefined} previous what still runs when this one failed
 * @param {string} base
 */
function cellOf(item, previous, base) {
  const state = stateOf(item)
  const runs = state === 'failed' && previous?.ReleaseVersion
  const at = item.CompletedTime ?? item.StartTime ?? item.QueueTime
  return html`
    <a class="cell plain ${state}" href="${base}/tasks/${item.TaskId}" title=${item.ErrorMessage || nothing}>
      <tako-state state=${state}><span class="version">${item.ReleaseVersion}</span>${runs ? html`<span class="of">${runs} runs</span>` : nothing}</tako-state>
      <span class="when">${wordOfTask(item)}${at ? ` · ${age(at)}` : ''}</span>
      ${state === 'executing' ? html`<span class="progress running" aria-hidden="true"><i></i></span>` : nothing}
    </a>`
}

/**
 * A cell of another space: what it has told last, and how old that is.
 * @param {Item} item
 * @param {{ before: Item | undefined, news: import('./remote-look.js').News | null | undefined, base: string, mayFollow: boolean }} options `before`: what succeeded there before
 */
function farCell(item, { before, news, base, mayFollow }) {
  const { state, word, when, title } = remoteLook(/** @type {any} */ (item), news)
  const runs = state !== 'success' && before?.ReleaseVersion
  const isOld = when.startsWith('as of')
  return html`
    <a class="cell plain far ${state}" href=${mayFollow ? `${base}/promotions/line/${item.ReleaseId}` : `${base}/tasks/${item.TaskId}`} title=${title || nothing}>
      <tako-state state=${state}><span class="version">${item.ReleaseVersion}</span>${runs ? html`<span class="of">${runs} runs</span>` : nothing}${isOld ? html`<span class="of">${when}</span>` : nothing}</tako-state>
      <span class="when">${state === 'remote' ? nothing : chainMark(news?.RemoteSpace)}${word}${when && !isOld ? ` · ${when}` : ''}</span>
      ${state === 'executing' ? html`<span class="progress running" aria-hidden="true"><i></i></span>` : nothing}
    </a>`
}

/** Arrows move between the cells of the grid. @param {KeyboardEvent} event */
function moveByCell(event) {
  const [down, right] =
    { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key] ?? []
  const cell = event.target instanceof Element ? event.target.closest('td, th') : null
  if (down === undefined || right === undefined || !(cell instanceof HTMLTableCellElement)) return
  const table = cell.closest('table')
  const rows = [...(table?.rows ?? [])]
  let row = rows.indexOf(/** @type {HTMLTableRowElement} */ (cell.parentElement))
  let column = cell.cellIndex
  for (;;) {
    row += down
    column += right
    const next = rows[row]?.cells[column]
    if (!rows[row] || (right && !next)) return
    const link = next?.querySelector('a')
    if (!link) continue
    event.preventDefault()
    link.focus()
    return
  }
}
