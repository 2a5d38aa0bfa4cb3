import { html, nothing } from 'lit'
import { icon } from './icons.js'

/**
 * @typedef {import('./import-sender.js').Preview} Preview
 * @typedef {import('./import-sender.js').NeededMapping} NeededMapping
 * @typedef {{ Id: string, Name: string, FeedType?: string }} Named
 * @typedef {{ Environment: Named[], WorkerPool: Named[], Feed: Named[], Team: Named[], lifecycles: Named[], groups: Named[] }} Choices what this space has
 * @typedef {object} Calls
 * @property {string} refusal why nothing may be chosen, or ''
 * @property {(mapping: NeededMapping, targetId: string | null) => void} choose
 * @property {(id: string) => void} chooseLifecycle
 * @property {(id: string) => void} chooseGroup
 */

const WORDS = {
  Environment: 'Environment',
  WorkerPool: 'Worker pool',
  Feed: 'Feed',
  Team: 'Team',
}
/** The value of an option: an environment that this space will not have. */
const NOT_HERE = '-'

/** Decisions that are missing. @param {Preview} preview */
export const openNames = ({ Mappings, Lifecycle }) =>
  Mappings.filter(({ State }) => State === 'Needed' || State === 'Gone').length +
  (Lifecycle ? 0 : 1)

/**
 * What the release calls by name, and what that means here.
 * @param {import('./import-look.js').Import} one
 * @param {Preview} preview
 * @param {Choices} choices
 * @param {Calls} calls
 */
export const namesPanel = (one, preview, choices, calls) => html`
  <section class="panel" id="names" aria-labelledby="names-title">
    <header class="panel-head"><h2 id="names-title">Names here</h2><span class="quiet small">What the release calls by name, and what it means in this space</span></header>
    <ul class="mappings">
      ${lifecycleRow(preview, choices, calls)}
      ${preview.ProjectId === null && choices.groups.length > 1 ? groupRow(one, choices, calls) : nothing}
      ${preview.Mappings.map((mapping) => mappingRow(one, mapping, choices, calls))}
    </ul>
  </section>`

/**
 * @param {object} row
 * @param {string} row.kind
 * @param {unknown} row.theirs
 * @param {unknown} row.control
 * @param {unknown} row.why
 */
const row = ({ kind, theirs, control, why }) =>
  html`<li><span class="quiet">${kind}</span><span class="theirs">${theirs}</span>${icon('arrow')}<span class="ours">${control}</span><span class="why small quiet">${why}</span></li>`

/**
 * @param {object} options
 * @param {string} options.label
 * @param {string} options.chosen
 * @param {[value: string, text: string][]} options.options
 * @param {string} options.refusal
 * @param {boolean} [options.isMissing]
 * @param {(value: string) => void} options.onchange
 */
const select = ({ label, chosen, options, refusal, isMissing = false, onchange }) => html`
  <select class="input" aria-label=${label} aria-invalid=${isMissing ? 'true' : nothing} ?disabled=${Boolean(refusal)} title=${refusal || nothing}
    @change=${(/** @type {Event & { target: HTMLSelectElement }} */ event) => onchange(event.target.value)}>
    ${options.map(([value, text]) => html`<option value=${value} .selected=${value === chosen} ?disabled=${value === ''}>${text}</option>`)}</select>`

const needed = html`<span class="needs">${icon('waiting')}Needed to import</span>`

/** @param {Preview} preview @param {Choices} choices @param {Calls} calls */
function lifecycleRow({ Lifecycle, ProjectId }, { lifecycles }, { refusal, chooseLifecycle }) {
  if (ProjectId !== null)
    return row({
      ...{ kind: 'Lifecycle', theirs: html`<b>Of this project</b>` },
      control: html`<b>${Lifecycle?.Name ?? 'None'}</b>`,
      why: 'As it is: the project is here already',
    })
  return row({
    ...{ kind: 'Lifecycle', theirs: html`<b>Of the new project</b>` },
    control: select({
      ...{ label: 'Lifecycle of the new project', refusal, isMissing: Lifecycle === null },
      chosen: Lifecycle?.Id ?? '',
      options: optionsOf(lifecycles, Lifecycle, 'Choose a lifecycle'),
      onchange: chooseLifecycle,
    }),
    why: Lifecycle ? (lifecycles.length === 1 ? 'the only one' : '') : needed,
  })
}

/** @param {import('./import-look.js').Import} one @param {Choices} choices @param {Calls} calls */
function groupRow({ ProjectGroupId }, { groups }, { refusal, chooseGroup }) {
  return row({
    ...{ kind: 'Group', theirs: html`<b>Of the new project</b>` },
    control: select({
      ...{ label: 'Group of the new project', refusal },
      chosen: ProjectGroupId ?? groups[0]?.Id ?? '',
      options: groups.map(({ Id, Name }) => [Id, Name]),
      onchange: chooseGroup,
    }),
    why: nothing,
  })
}

/** @param {import('./import-look.js').Import} one @param {NeededMapping} mapping @param {Choices} choices @param {Calls} calls */
function mappingRow(one, mapping, choices, { refusal, choose }) {
  const { Kind, Name, FeedType, State, TargetId, TargetName, Suggestions, UsedBy } = mapping
  const isMissing = State === 'Needed' || State === 'Gone'
  const word = WORDS[Kind]
  const fitting = choices[Kind].filter((thing) => Kind !== 'Feed' || thing.FeedType === FeedType)
  // Who may not view what there is still has the suggestions.
  const known = fitting.length > 0 ? fitting : Suggestions
  const chosen = TargetId && TargetName ? { Id: TargetId, Name: TargetName } : null
  const options = optionsOf(
    known,
    chosen,
    `Choose a${Kind === 'Environment' ? 'n' : ''} ${word.toLowerCase()}`,
  )
  const [suggestion] = Suggestions
  return row({
    ...{
      kind: word,
      theirs: html`<b>${Name}</b><small class="quiet" title=${UsedBy.join('\n')}>${UsedBy[0]}${UsedBy.length > 1 ? ` And ${UsedBy.length - 1} more.` : ''}</small>`,
    },
    control: select({
      ...{ label: `${word} for ${Name}`, refusal, isMissing },
      chosen: State === 'LeftOut' ? NOT_HERE : (chosen?.Id ?? ''),
      options: Kind === 'Environment' ? [...options, [NOT_HERE, 'Not here']] : options,
      onchange: (value) => choose(mapping, value === NOT_HERE ? null : value),
    }),
    why: isMissing
      ? html`${needed}${suggestion && !refusal ? html`<button class="button compact" type="button" @click=${() => choose(mapping, suggestion.Id)}>Take “${suggestion.Name}”</button>` : nothing}${State === 'Gone' ? ' What was chosen is gone.' : nothing}`
      : whyChosen(one, mapping),
  })
}

/** @param {import('./import-look.js').Import} one @param {NeededMapping} mapping */
function whyChosen({ Mappings }, { Kind, Name, State }) {
  if (State === 'SameName') return 'the same name'
  const isOwn = Mappings.some(
    (/** @type {{ Kind: string, Name: string }} */ own) => own.Kind === Kind && own.Name === Name,
  )
  return isOwn ? nothing : 'as last time'
}

/**
 * @param {Named[]} all
 * @param {Named | null} chosen
 * @param {string} empty
 * @returns {[value: string, text: string][]}
 */
const optionsOf = (all, chosen, empty) => [
  ...(chosen ? [] : [/** @type {[string, string]} */ (['', empty])]),
  ...(chosen && !all.some(({ Id }) => Id === chosen.Id)
    ? [/** @type {[string, string]} */ ([chosen.Id, chosen.Name])]
    : []),
  ...all.map(({ Id, Name }) => /** @type {[string, string]} */ ([Id, Name])),
]
