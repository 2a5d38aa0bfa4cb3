import { html, nothing } from 'lit'
import { chainMark } from './remote-look.js'

/**
 * @typedef {{ Id?: string, Name: string, OptionalDeploymentTargets: string[], AutomaticDeploymentTargets: string[], MinimumEnvironmentsBeforePromotion: number, IsOptionalPhase: boolean } & Record<string, any>} Phase
 */

/**
 * The phases as stations of a line, with the environments below: hollow by hand, filled automatic.
 * @param {Phase[]} phases
 * @param {Map<string, string>} names of the environments, by id
 * @param {Set<string>} [far] ids of those in other spaces
 */
export function lifecycleLine(phases, names, far = new Set()) {
  if (phases.length === 0) {
    return html`<p class="quiet">No phases: a release goes through the environments one by one, in their order.</p>`
  }
  return html`
    <ol class="lifecycle-line">${phases.map((phase) => {
      const { Name, OptionalDeploymentTargets, AutomaticDeploymentTargets, IsOptionalPhase } = phase
      return html`
        <li class=${IsOptionalPhase ? 'optional' : ''}>
          <b>${Name}</b> <small>${needs(phase)}</small>
          <ul>${[...AutomaticDeploymentTargets, ...OptionalDeploymentTargets].map((id) => {
            const isAutomatic = AutomaticDeploymentTargets.includes(id)
            return html`<div><span><i class=${isAutomatic ? 'automatic' : ''} aria-hidden="true"></i>${far.has(id) ? chainMark() : nothing}${names.get(id) ?? 'an environment you may not see'}${isAutomatic ? html`<small>automatic</small>` : nothing}</span></div>`
          })}</ul>
        </li>`
    })}</ol>`
}

/** How much of a phase is needed before the next: `needs 1 of 2`. @param {Phase} phase */
export function needs({
  OptionalDeploymentTargets,
  AutomaticDeploymentTargets,
  MinimumEnvironmentsBeforePromotion: least,
  IsOptionalPhase,
}) {
  if (IsOptionalPhase) return 'optional'
  const count = OptionalDeploymentTargets.length + AutomaticDeploymentTargets.length
  if (count < 2) return ''
  return least > 0 && least < count ? `needs ${least} of ${count}` : 'needs all'
}
