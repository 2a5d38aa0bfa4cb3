import { html, nothing } from 'lit'
import { exact } from '../format.js'
import { gapOf } from './import-look.js'
import './tako-state.js'
import './tako-time.js'

/**
 * What there is to see of an import before it is decided, as the API tells it.
 * @typedef {{ Number: string, StepName: string, Name: string, ActionType: string, IsDisabled: boolean, IsRequired: boolean, Environments: string[], WorkerPool: string | null }} PreviewedStep
 * @typedef {{ Kind: 'Environment' | 'WorkerPool' | 'Feed' | 'Team', Name: string, FeedType: string | null, UsedBy: string[],
 *   State: 'Chosen' | 'LeftOut' | 'SameName' | 'Needed' | 'Gone', TargetId: string | null, TargetName: string | null, Suggestions: { Id: string, Name: string }[] }} NeededMapping
 * @typedef {{ PackageId: string, Version: string, FileName: string, Size: number, State: 'Here' | 'Arrived' | 'Missing' | 'OtherFile' | 'NotNeeded' }} PreviewedPackage
 * @typedef {'filled' | 'default' | 'missing' | 'empty'} ValueState
 * @typedef {{ Name: string, Label: string, HelpText: string, Type: 'String' | 'Sensitive' | 'WorkerPool', IsRequired: boolean, States: ValueState[] }} AskedValue
 * @typedef {object} Preview
 * @property {string} Digest
 * @property {string} ShortFingerprint
 * @property {number} Sequence
 * @property {number} Revision
 * @property {{ Space: string, Server: string, Fingerprint: string }} Sender
 * @property {string} IssuedAt
 * @property {string} NotAfter
 * @property {{ Name: string, Description: string }} Project
 * @property {{ Version: string, ReleaseNotes: string, Channel: string, Assembled: string }} Release
 * @property {string[]} WantedEnvironments
 * @property {import('./release-origin.js').Claim[]} History
 * @property {PreviewedStep[]} Steps
 * @property {{ Name: string, IsSecret: boolean, IsPrompted: boolean, Scope: string }[]} Variables
 * @property {{ ReleaseId: string, Version: string, Revision: number } | null} LastImported
 * @property {import('./comparison.js').Comparison} Differences
 * @property {PreviewedPackage[]} Packages
 * @property {NeededMapping[]} Mappings
 * @property {{ Id: string, Name: string } | null} Lifecycle
 * @property {{ Environments: { Id: string, Name: string }[], Templates: AskedValue[] }} Values
 * @property {string[]} Warnings
 * @property {{ Code: string, Message: string }[]} Blocks
 * @property {string | null} ProjectId
 * @property {boolean} RequireSecondApprover
 */

/**
 * Who has sent it, when, and what came before it.
 * @param {import('./import-look.js').Import} one
 * @param {Preview} preview
 * @param {string} space the address of this one
 */
export const senderPanel = (one, preview, space) => {
  const { Sender, ShortFingerprint, IssuedAt, NotAfter, LastImported, Sequence, Revision } = preview
  return html`
    <section class="panel" id="sender" aria-labelledby="sender-title">
      <header class="panel-head"><h2 id="sender-title">Sender</h2><span class="push small"><tako-state state="success">Signature holds, meant for this space</tako-state></span></header>
      <dl class="facts panel-body">
        <div><dt>Space</dt><dd>${Sender.Space}, on ${Sender.Server}</dd></div>
        <div><dt>Fingerprint</dt><dd class="mono" title=${Sender.Fingerprint}>${ShortFingerprint}</dd></div>
        <div><dt>Known here as</dt><dd>${one.RemoteSpace}</dd></div>
        <div><dt>Made</dt><dd><tako-time .at=${IssuedAt} suffix="ago"></tako-time>, <span title=${exact(NotAfter)}>good until ${dayOf(NotAfter)}</span></dd></div>
        <div><dt>Bundle</dt><dd>${Sequence}, ${gapOf(one) || 'none before it is missing'}${Revision > 1 ? `; revision ${Revision} of the release` : ''}</dd></div>
        <div><dt>Here before</dt><dd>${LastImported ? html`<a href="${space}/releases/${LastImported.ReleaseId}">${LastImported.Version}</a>` : 'No release of this project'}</dd></div>
      </dl>
    </section>`
}

const dayOf = (/** @type {string} */ at) =>
  new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

/** What it says of itself. @param {Preview} preview */
export const releasePanel = ({ Release, Project, WantedEnvironments }) => html`
  <section class="panel" id="release" aria-labelledby="release-title">
    <header class="panel-head"><h2 id="release-title">Release</h2><span class="quiet small push">Assembled <tako-time .at=${Release.Assembled} suffix="ago"></tako-time></span></header>
    <div class="panel-body notes">
      ${WantedEnvironments.length > 0 ? html`<p class="small quiet">The sender wants it in ${WantedEnvironments.join(', ')}. Where it goes is decided here.</p>` : nothing}
      ${Project.Description ? html`<p class="small quiet">${Project.Description}</p>` : nothing}
      ${Release.ReleaseNotes ? html`<p class="text">${Release.ReleaseNotes}</p>` : html`<p class="quiet">It has no notes.</p>`}
    </div>
  </section>`
