import { html, nothing } from 'lit'
import { areaField, button } from './form.js'
import { formDialog } from './form-dialog.js'
import { icon } from './icons.js'
import { titleOf } from './import-look.js'
import './tako-problem.js'

/**
 * @typedef {import('./import-look.js').Import} Import
 * @typedef {object} Notes
 * @property {string} notice that something else is shown than before, or ''
 * @property {Error | undefined} fault of what was done last
 * @property {string} refusal why nothing may be decided, or ''
 * @property {() => void} understood
 * @property {(isOther: boolean) => void} takeAsOther whether it is taken under another version
 */

/**
 * What is to be known before anything else of a review.
 * @param {Import} one
 * @param {string[]} warnings
 * @param {Notes} notes
 */
export const importNotes = (one, warnings, notes) => html`
  ${notes.notice ? html`<div class="note waiting" role="status">${icon('warning')}<span>${notes.notice}</span><span class="push"></span><button class="button compact" type="button" @click=${notes.understood}>I have seen it</button></div>` : nothing}
  ${notes.fault ? html`<tako-problem .error=${notes.fault} .isFinal=${true}></tako-problem>` : nothing}
  ${one.State === 'ImportFailed' ? html`<div class="note failed">${icon('failed')}<span>${one.Message || 'It could not be imported.'}</span></div>` : nothing}
  ${warnings.length > 0 ? html`<section class="note waiting" aria-label="Warnings">${icon('warning')}<ul>${warnings.map((text) => html`<li>${text}</li>`)}</ul></section>` : nothing}
  ${one.HasVersionConflict ? versionNote(one, notes) : nothing}`

/** Where two releases have one version, which of them this is. @param {Import} one @param {Notes} notes */
function versionNote({ AsVersion, ReleaseVersion, Revision }, { refusal, takeAsOther }) {
  const other = AsVersion ?? `${ReleaseVersion}+r${Revision + 1}`
  const take = button({
    label: AsVersion ? `Keep it ${ReleaseVersion}` : `Take it as ${other}`,
    ...{ kind: 'compact', refusal },
    onclick: () => takeAsOther(AsVersion === null),
  })
  return html`<div class="note waiting">${icon('warning')}<span>Another release of the project is ${ReleaseVersion} here. ${AsVersion ? `This one is imported as ${AsVersion}.` : 'Take this one under another version, or reject it.'}</span><span class="push"></span>${take}</div>`
}

/**
 * Asks why it is rejected.
 * @param {Import} one
 * @param {object} options
 * @param {string} options.reason as it is typed so far
 * @param {boolean} options.isBusy
 * @param {Error | undefined} options.error
 * @param {(text: string) => void} options.oninput
 * @param {() => void} options.onsend
 * @param {() => void} options.onclosed
 */
export const rejectDialog = (one, { reason, oninput, ...options }) =>
  formDialog(
    { ...options, title: `Reject ${titleOf(one)}?`, verb: 'Reject' },
    html`<p>Nothing of it is imported, and ${one.RemoteSpace} is told why. The sender may send it anew.</p>
      ${areaField({ id: 'reject-reason', label: 'Reason', value: reason, oninput })}`,
  )
