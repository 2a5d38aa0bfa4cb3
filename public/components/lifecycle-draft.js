/**
 * @typedef {import('./lifecycle-line.js').Phase} Phase
 * @typedef {import('../api.js').Resource} Resource
 * @typedef {'none' | 'manual' | 'automatic'} Way how an environment belongs to a phase
 * @typedef {{ QuantityToKeep: number, ShouldKeepForever: boolean, Unit: string, Strategy: string }} Retention
 */

/** @type {Retention} */
export const FOREVER = {
  QuantityToKeep: 0,
  ShouldKeepForever: true,
  Unit: 'Days',
  Strategy: 'Forever',
}

/** A phase with nothing in it. @param {string} Name @returns {Phase} */
export const newPhase = (Name) => ({
  Name,
  OptionalDeploymentTargets: [],
  AutomaticDeploymentTargets: [],
  MinimumEnvironmentsBeforePromotion: 0,
  IsOptionalPhase: false,
  IsPriorityPhase: false,
  ReleaseRetentionPolicy: null,
  TentacleRetentionPolicy: null,
})

/** How an environment belongs to a phase. @param {Phase} phase @param {string} id @returns {Way} */
export function wayOf({ AutomaticDeploymentTargets, OptionalDeploymentTargets }, id) {
  if (AutomaticDeploymentTargets.includes(id)) return 'automatic'
  return OptionalDeploymentTargets.includes(id) ? 'manual' : 'none'
}

/** The phase with an environment in it in another way. @param {Phase} phase @param {string} id @param {Way} way @returns {Phase} */
export function withWay(phase, id, way) {
  const without = (/** @type {string[]} */ ids) => ids.filter((other) => other !== id)
  const automatic = without(phase.AutomaticDeploymentTargets)
  const manual = without(phase.OptionalDeploymentTargets)
  if (way === 'automatic') automatic.push(id)
  if (way === 'manual') manual.push(id)
  const count = automatic.length + manual.length
  return {
    ...phase,
    AutomaticDeploymentTargets: automatic,
    OptionalDeploymentTargets: manual,
    MinimumEnvironmentsBeforePromotion: Math.min(phase.MinimumEnvironmentsBeforePromotion, count),
  }
}

/** The list with an item at another place. @template T @param {T[]} list @param {number} from @param {number} to */
export function moved(list, from, to) {
  const copy = [...list]
  copy.splice(to, 0, ...copy.splice(from, 1))
  return copy
}

/** What has been changed, in words; '' when nothing. @param {Resource} was @param {Resource} is */
export function changesOf(was, is) {
  const same = (/** @type {unknown} */ a, /** @type {unknown} */ b) =>
    JSON.stringify(a) === JSON.stringify(b)
  const parts = [
    same(was.Name, is.Name) ? '' : 'name',
    same(was.Description ?? '', is.Description ?? '') ? '' : 'description',
    same(was.Phases, is.Phases) ? '' : 'phases',
    same(was.ReleaseRetentionPolicy, is.ReleaseRetentionPolicy) ? '' : 'retention',
  ].filter(Boolean)
  const text = parts.join(', ')
  return text && `${text[0]?.toUpperCase()}${text.slice(1)} changed`
}

/** What keeps it from being saved, by phase; '' when nothing does. @param {Resource} draft */
export function faultOf(draft) {
  if (!draft.Name.trim()) return 'It needs a name.'
  /** @type {Phase[]} */
  const phases = draft.Phases
  if (phases.some(({ Name }) => !Name.trim())) return 'Each phase needs a name.'
  const names = phases.map(({ Name }) => Name.trim().toLowerCase())
  if (new Set(names).size < names.length) return 'Two phases have the same name.'
  return ''
}
