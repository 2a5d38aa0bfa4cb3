import { packageFault, SCRIPT } from './package-model.js'

/**
 * @typedef {Record<string, any> & { Name: string, Actions: Action[] }} Step of a process, as the API has it
 * @typedef {Record<string, any> & { Name: string, ActionType: string, Properties: Record<string, any> }} Action
 * @typedef {'script' | 'package'} StepKind what the form of a step can show
 * @typedef {{ key: string, step: Step }} Draft a step being edited; the key stays while names change
 */

export const BODY = `${SCRIPT}.ScriptBody`
export const SYNTAX = `${SCRIPT}.Syntax`
export const RETRIES = 'Octopus.Action.AutoRetry.MaximumCount'
export const TIME_LIMIT = 'Octopus.Action.ExecutionTimeout.Minutes'

/** The languages of scripts, the usual one first. @type {[string, string][]} */
export const SYNTAXES = [
  ['Bash', 'Bash'],
  ['Python', 'Python'],
  ['PowerShell', 'PowerShell'],
  ['CSharp', 'C#'],
]

/** When a step runs, in words. @type {Record<string, string>} */
export const CONDITIONS = {
  Success: 'No step before it has failed',
  Failure: 'A step before it has failed',
  Always: 'Always, also after a failure',
}

const FIRST = {
  Bash: 'echo "Hello from #{Octopus.Environment.Name}"\n',
}

/** @type {Record<StepKind, { name: string, type: string, properties: Record<string, string> }>} */
const KINDS = {
  script: {
    name: 'Run a script',
    type: 'Octopus.Script',
    properties: {
      [`${SCRIPT}.ScriptSource`]: 'Inline',
      [SYNTAX]: 'Bash',
      [BODY]: FIRST.Bash,
    },
  },
  package: { name: 'Deploy a package', type: 'Octopus.TentaclePackage', properties: {} },
}

/**
 * A step with a name that no other has.
 * @param {StepKind} kind
 * @param {string[]} names of the other steps
 * @returns {Step}
 */
export function newStep(kind, names) {
  const { name, type, properties } = KINDS[kind]
  const Name = freeName(name, names)
  return {
    Name,
    Condition: 'Success',
    StartTrigger: 'StartAfterPrevious',
    PackageRequirement: 'LetOctopusDecide',
    Properties: {},
    Actions: [
      {
        Name,
        ActionType: type,
        IsDisabled: false,
        IsRequired: false,
        Environments: [],
        ExcludedEnvironments: [],
        Channels: [],
        TenantTags: [],
        Packages: [],
        Properties: { 'Octopus.Action.RunOnServer': 'true', ...properties },
      },
    ],
  }
}

/**
 * A copy of a step under a free name, without the ids of the first.
 * @param {Step} step
 * @param {string[]} names
 * @returns {Step}
 */
export function copyOf(step, names) {
  const Name = freeName(step.Name, names)
  const { Id: _id, Slug: _slug, ...rest } = structuredClone(step)
  const Actions = rest.Actions.map(({ Id: _actionId, Slug: _actionSlug, ...action }, at) => ({
    ...action,
    Name: at === 0 ? Name : freeName(String(action.Name), names),
  }))
  return /** @type {Step} */ ({ ...rest, Name, Actions })
}

/** @param {string} name @param {string[]} names */
function freeName(name, names) {
  const taken = names.map((other) => other.toLowerCase())
  for (let number = 1; ; number++) {
    const free = number === 1 ? name : `${name} ${number}`
    if (!taken.includes(free.toLowerCase())) return free
  }
}

/**
 * Which form shows all of the step, null when none does: it has several actions, or is of a type that Tako does
 * not have yet.
 * @param {Step} step
 * @returns {StepKind | null}
 */
export function formOf(step) {
  const [action, ...others] = step.Actions
  if (!action || others.length > 0) return null
  if (action.ActionType === 'Octopus.TentaclePackage') return 'package'
  const source = action.Properties[`${SCRIPT}.ScriptSource`] ?? 'Inline'
  const isKnown = source === 'Inline' || source === 'Package'
  return action.ActionType === 'Octopus.Script' && isKnown ? 'script' : null
}

/** What a step does, in a word or two. @param {Step} step */
export function kindOf(step) {
  const type = step.Actions[0]?.ActionType ?? ''
  if (step.Actions.length > 1) return `${step.Actions.length} actions`
  if (type === 'Octopus.TentaclePackage') return 'Package'
  return type === 'Octopus.Script' ? 'Script' : type.replace(/^Octopus\./, '')
}

/** @param {Step} step @returns {import('./icons.js').IconName} */
export const iconOf = (step) =>
  step.Actions[0]?.ActionType === 'Octopus.TentaclePackage' ? 'package' : 'script'

/**
 * What is special about when a step runs, in few words each.
 * @param {Step} step
 * @param {(id: string) => string} environmentName
 */
export function notesOf(step, environmentName) {
  const action = step.Actions[0]
  const notes = []
  if (step.StartTrigger === 'StartWithPrevious') notes.push('with the one before')
  if (step.Condition === 'Failure') notes.push('after a failure')
  if (step.Condition === 'Always') notes.push('always')
  const only = /** @type {string[]} */ (action?.Environments ?? [])
  const not = /** @type {string[]} */ (action?.ExcludedEnvironments ?? [])
  if (only.length > 0) notes.push(`${only.map(environmentName).join(', ')} only`)
  if (not.length > 0) notes.push(`not ${not.map(environmentName).join(', ')}`)
  return notes
}

/**
 * Which steps differ from those that are saved, by key: `added`, `changed`; and the names of those removed.
 * @param {Draft[]} drafts
 * @param {Step[]} saved
 */
export function changesOf(drafts, saved) {
  const before = new Map(saved.map((step) => [step.Id, step]))
  /** @type {Map<string, 'added' | 'changed'>} */
  const marks = new Map()
  for (const { key, step } of drafts) {
    const old = before.get(step.Id)
    if (!old) marks.set(key, 'added')
    else if (JSON.stringify(old) !== JSON.stringify(step)) marks.set(key, 'changed')
  }
  const kept = drafts.map(({ step }) => step.Id)
  const removed = saved.filter((step) => !kept.includes(step.Id))
  const order = saved.filter((step) => kept.includes(step.Id)).map((step) => step.Id)
  const isMoved = order.join() !== kept.filter((id) => order.includes(id)).join()
  return { marks, removed, isMoved, isAny: marks.size > 0 || removed.length > 0 || isMoved }
}

/** The changes as a line for the save bar: `2 steps changed: Build, Test`. @param {ReturnType<typeof changesOf>} changes @param {Draft[]} drafts */
export function changesText({ marks, removed, isMoved }, drafts) {
  const named = (/** @type {string} */ kind) =>
    drafts.filter(({ key }) => marks.get(key) === kind).map(({ step }) => step.Name)
  const parts = [
    [named('added'), 'added'],
    [named('changed'), 'changed'],
    [removed.map(({ Name }) => Name), 'removed'],
  ]
  const texts = parts
    .filter(([names]) => names && names.length > 0)
    .map(([names, what]) => `${/** @type {string[]} */ (names).join(', ')} ${what}`)
  if (isMoved) texts.push('order changed')
  return texts.join(' · ')
}

/**
 * What keeps a step from being saved, by field.
 * @param {Step} step
 * @param {Draft[]} drafts
 * @returns {{ name?: string, packages?: string }}
 */
export function faultsOf(step, drafts) {
  const name = step.Name.trim()
  if (!name) return { name: 'A step needs a name.' }
  const isTaken = drafts.some(
    (other) => other.step !== step && other.step.Name.trim().toLowerCase() === name.toLowerCase(),
  )
  if (isTaken) return { name: `Another step is called ${name}.` }
  const packages = step.Actions.map(packageFault).find(Boolean)
  return packages ? { packages } : {}
}

/** What keeps a step from being saved, in one sentence; '' when nothing. @param {Step} step @param {Draft[]} drafts */
export function faultOf(step, drafts) {
  const { name, packages } = faultsOf(step, drafts)
  return name ?? (packages ? `${step.Name}: ${packages}` : '')
}
