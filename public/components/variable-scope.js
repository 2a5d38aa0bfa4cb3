/**
 * @typedef {{ Label?: string, Description?: string, Required?: boolean, DisplaySettings?: Record<string, string> }} Prompt
 * @typedef {Record<string, string[]>} Scope
 * @typedef {{ Id?: string, Name: string, Value: string | null, Description?: string, Type: string, IsSensitive: boolean,
 *   IsEditable?: boolean, NotPromoted?: boolean, Prompt?: Prompt | null, Scope: Scope }} Variable a value of a variable, as the API has it
 * @typedef {{ environment: string, channel: string, step: string }} Context ids; '' is any
 * @typedef {'applies' | 'step' | 'asked' | 'beaten' | 'out'} Result
 */

/** Kinds of scope, the one that counts most first. */
const RANKS = ['Action', 'Machine', 'Role', 'TenantTag', 'Environment', 'Channel', 'ProcessOwner']

/** @param {string[] | undefined} ids @param {string} id */
const holds = (ids, id) => !ids || ids.length === 0 || ids.includes(id)

/**
 * Whether a value applies when these are chosen; a step that is not chosen may be any.
 * @param {Variable} variable
 * @param {Context} context
 */
function isIn({ Scope }, { environment, channel, step }) {
  const away = ['Machine', 'Role', 'TenantTag'].some((kind) => (Scope[kind] ?? []).length > 0)
  const isHere =
    holds(Scope.Environment, environment) && (!channel || holds(Scope.Channel, channel))
  return !away && isHere && (!step || holds(Scope.Action, step))
}

/** Over how much a value wins: a digit for each kind, the highest rank first. @param {Variable} variable */
const weightOf = ({ Scope }) =>
  RANKS.map((kind) => ((Scope[kind] ?? []).length > 0 ? 1 : 0)).join('')

/**
 * What becomes of each value of one name when these are chosen.
 * @param {Variable[]} values all that have the name
 * @param {Context} context
 * @returns {Result[]}
 */
export function resultsOf(values, context) {
  const isForSome = (/** @type {Variable} */ value) =>
    !context.step && (value.Scope.Action ?? []).length > 0
  const rivals = values.filter((value) => isIn(value, context) && !isForSome(value))
  const best = rivals.reduce(
    (/** @type {Variable | undefined} */ winner, value) =>
      !winner || weightOf(value) > weightOf(winner) ? value : winner,
    undefined,
  )
  return values.map((value) => {
    if (!isIn(value, context)) return 'out'
    if (isForSome(value)) return 'step'
    if (value !== best) return 'beaten'
    return value.Prompt ? 'asked' : 'applies'
  })
}

/** A value of no name yet. @returns {Variable} */
export const newVariable = (Name = '') => ({
  Name,
  Value: '',
  Description: '',
  Type: 'String',
  IsSensitive: false,
  Prompt: null,
  Scope: {},
})
