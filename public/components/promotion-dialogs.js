import { html, nothing } from 'lit'
import { size } from '../format.js'
import { button, textField } from './form.js'
import { closeDialog, formDialog } from './form-dialog.js'
import { icon } from './icons.js'
import { whyNotResend } from './promotion-facts.js'
import './tako-problem.js'
import './tako-state.js'

/**
 * @typedef {import('./promotion-facts.js').Promotion} Promotion
 * @typedef {{ Name: string, Fate: 'Crosses' | 'Stays' | 'Template', Reason: string }} Fate
 * @typedef {{ Steps: Fate[], Variables: Fate[], Warnings: string[] }} Report
 */

/** A dialog that only shows. @param {string} title @param {() => void} onclosed @param {unknown} content */
const plainDialog = (title, onclosed, content) => html`
  <wa-dialog class="promotion-dialog" open label=${title} @wa-after-hide=${(
    /** @type {Event} */ event,
  ) => {
    if (event.target === event.currentTarget) onclosed()
  }}>
    ${content}
    <button slot="footer" class="button" type="button" @click=${closeDialog}>Close</button>
  </wa-dialog>`

/**
 * The files of a promotion: its bundle as it is, its packages by themselves, or all of it in one.
 * @param {Promotion} promotion
 * @param {object} options
 * @param {(path: string) => string} options.hrefOf of what is below the promotion
 * @param {Error | undefined} options.error
 * @param {boolean} options.isBusy
 * @param {() => void} options.onpackages has the bundle made anew, with its packages
 * @param {() => void} options.onclosed
 */
export function downloadDialog(promotion, { hrefOf, error, isBusy, onpackages, onclosed }) {
  const { Sequence, BundleSize, IncludePackages, RemoteSpace, ReleaseVersion } = promotion
  const ways = IncludePackages
    ? html`<li><div><b>Bundle with packages</b><small>All of ${ReleaseVersion} in one file.</small></div>${fileLink('Download the bundle', hrefOf('bundle'))}</li>`
    : html`
      <li><div><b>Bundle without packages</b><small>Enough where ${RemoteSpace} has the packages in a feed of its own, or gets them as a pack.</small></div>${fileLink('Download the bundle', hrefOf('bundle'))}</li>
      <li><div><b>Package pack</b><small>The packages by themselves, in a second file.</small></div>${fileLink('Download the packages', hrefOf('packagepack'))}</li>
      <li><div><b>Bundle with packages</b><small>The bundle is made anew, with the next number; then it can be downloaded here.</small></div>${button({ label: 'Build it', name: 'Build it with packages', kind: 'compact', refusal: isBusy ? 'It is being built.' : whyNotResend(promotion), onclick: onpackages })}</li>`
  return plainDialog(
    `Bundle ${Sequence} for ${RemoteSpace}`,
    onclosed,
    html`
      ${error ? html`<tako-problem .error=${error} .isFinal=${true}></tako-problem>` : nothing}
      <p class="quiet small">Who holds the file can read its scripts and plain values; its secrets only ${RemoteSpace} can open.${BundleSize === null ? nothing : html` It has ${size(BundleSize)}.`}</p>
      <ul class="ways">${ways}</ul>`,
  )
}

/** @param {string} name @param {string} href */
const fileLink = (name, href) =>
  html`<a class="button compact" href=${href} download aria-label=${name}>${icon('download')}Download</a>`

/** @type {Record<Fate['Fate'], string>} */
const FATES = { Crosses: 'crosses', Stays: 'stays', Template: 'is asked for there' }

/** What of a release crosses. @param {Promotion} promotion @param {{ report: Report | undefined, error: Error | undefined, onclosed: () => void }} options */
export const reportDialog = (
  { ReleaseVersion, RemoteSpace, Revision },
  { report, error, onclosed },
) =>
  plainDialog(
    `What crosses of ${ReleaseVersion}`,
    onclosed,
    html`
      ${error ? html`<tako-problem .error=${error} .isFinal=${true}></tako-problem>` : nothing}
      ${
        report
          ? html`
        <p class="quiet small">To ${RemoteSpace}${Revision > 1 ? `, revision ${Revision}` : ''}. Accounts, targets, users and keys never go.</p>
        ${report.Warnings.map((text) => html`<p class="note waiting">${icon('warning')}<span>${text}</span></p>`)}
        ${fates('Steps', report.Steps)}${fates('Variables', report.Variables)}`
          : error
            ? nothing
            : html`<i class="bone"></i>`
      }`,
  )

/** @param {string} title @param {Fate[]} all */
const fates = (title, all) => html`
  <h3>${title}</h3>
  ${
    all.length === 0
      ? html`<p class="quiet small">None.</p>`
      : html`<table class="table fates"><caption class="visually-hidden">${title}</caption>
    <tbody>${all.map(({ Name, Fate, Reason }) => html`<tr class=${Fate}><th scope="row">${Name}</th><td>${FATES[Fate]}${Reason ? html`<small>${Reason}</small>` : nothing}</td></tr>`)}</tbody></table>`
  }`

/**
 * The form by which a release is taken back after the other space has it.
 * @param {Promotion} promotion
 * @param {string} reason
 * @param {{ isBusy: boolean, error: (Error & { errors?: string[] }) | undefined, oninput: (reason: string) => void, onsend: () => void, onclosed: () => void }} options
 */
export const recallDialog = ({ ReleaseVersion, RemoteSpace }, reason, { oninput, ...common }) =>
  formDialog(
    {
      ...common,
      title: `Recall ${ReleaseVersion} from ${RemoteSpace}?`,
      verb: `Recall ${ReleaseVersion}`,
    },
    html`
      <p class="small">${RemoteSpace} has accepted this release. What runs there runs on. Where nothing connects the spaces, ${RemoteSpace} does not learn of it by itself: tell its people.</p>
      ${textField({ id: 'recall-reason', label: 'Reason', help: 'It stands in the audit trail.', value: reason, maxlength: 1000, required: true, autofocus: true, oninput })}`,
  )
