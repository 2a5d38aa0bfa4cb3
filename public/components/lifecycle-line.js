import { html, nothing } from 'lit'
import { css } from 'lit'
import { pageStyles } from '../page-styles.js'

pageStyles(css`
  .lifecycle-line { display: flex; gap: 0; overflow-x: auto; padding: 4px 2px; }
  .lifecycle-line li { position: relative; flex: 1 0 130px; max-width: 220px; padding: 26px 12px 0 0; font-size: var(--size-s); }
  .lifecycle-line li::before { content: ""; position: absolute; top: 6px; left: 0; width: 12px; height: 12px; border-radius: 50%; border: 2px solid var(--text-2); background: var(--surface); box-sizing: border-box; z-index: 1; }
  .lifecycle-line li::after { content: ""; position: absolute; top: 11px; left: 12px; right: 0; border-top: 2px solid var(--line-button); }
  .lifecycle-line li:last-child::after { display: none; }
  .lifecycle-line li.optional::before { border-style: dashed; }
  .lifecycle-line b { font-weight: 600; }
  .lifecycle-line small { color: var(--text-3); font-size: var(--size-xs); }
  .lifecycle-line ul { display: grid; gap: 2px; margin-top: 4px; }
  .lifecycle-line ul span { display: inline-flex; align-items: center; gap: 6px; color: var(--text-2); }
  .lifecycle-line ul i { width: 8px; height: 8px; border-radius: 50%; border: 1.5px solid var(--text-3); }
  .lifecycle-line ul i.automatic { background: var(--text-2); border-color: var(--text-2); }
  .lifecycle-line ul div { display: contents; }
`)

/**
 * @typedef {{ Id?: string, Name: string, OptionalDeploymentTargets: string[], AutomaticDeploymentTargets: string[], MinimumEnvironmentsBeforePromotion: number, IsOptionalPhase: boolean } & Record<string, any>} Phase
 */

/**
 * The phases as stations of a line, with the environments below: hollow by hand, filled automatic.
 * @param {Phase[]} phases
 * @param {Map<string, string>} names of the environments, by id
 */
export function lifecycleLine(phases, names) {
  if (phases.length === 0) {
    return html`<p class="quiet">No phases: any release may go to every environment, in any order.</p>`
  }
  return html`
    <ol class="lifecycle-line">${phases.map((phase) => {
      const { Name, OptionalDeploymentTargets, AutomaticDeploymentTargets, IsOptionalPhase } = phase
      return html`
        <li class=${IsOptionalPhase ? 'optional' : ''}>
          <b>${Name}</b> <small>${needs(phase)}</small>
          <ul>${[...AutomaticDeploymentTargets, ...OptionalDeploymentTargets].map((id) => {
            const isAutomatic = AutomaticDeploymentTargets.includes(id)
            return html`<div><span><i class=${isAutomatic ? 'automatic' : ''} aria-hidden="true"></i>${names.get(id) ?? 'an environment you may not see'}${isAutomatic ? html`<small>automatic</small>` : nothing}</span></div>`
          })}</ul>
        </li>`
    })}</ol>`
}

/** How much of a phase is needed before the next: `needs 1 of 2`. @param {Phase} phase */
export function needs({ OptionalDeploymentTargets, AutomaticDeploymentTargets, MinimumEnvironmentsBeforePromotion: least, IsOptionalPhase }) {
  if (IsOptionalPhase) return 'optional'
  const count = OptionalDeploymentTargets.length + AutomaticDeploymentTargets.length
  if (count < 2) return ''
  return least > 0 && least < count ? `needs ${least} of ${count}` : 'needs all'
}
