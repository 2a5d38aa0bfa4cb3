import { html, nothing } from 'lit'
import { exact, size } from '../format.js'
import { gapOf, lookOfImport } from './import-look.js'
import './tako-state.js'
import './tako-time.js'

/** @typedef {import('./import-look.js').Import} Import */

/** What has become of an import about which nobody decides any more. @param {Import} one @param {string} space the address of this one */
export const endedPanels = (one, space) => html`
  <section class="panel" aria-labelledby="outcome-title">
    <header class="panel-head"><h2 id="outcome-title">What became of it</h2><span class="push small"><tako-state state=${lookOfImport(one.State).state}>${lookOfImport(one.State).word}</tako-state></span></header>
    <div class="panel-body outcome">
      ${one.Message ? html`<p>${one.Code ? html`<b>${one.Code}</b>: ` : nothing}${one.Message}</p>` : nothing}
      ${one.Reason ? html`<p>${one.RejectedBy ? `${one.RejectedBy}: ` : ''}${one.Reason}</p>` : nothing}
      ${one.State === 'Importing' ? html`<p class="quiet">It goes on though you leave this page, and shows its release here when it is done.</p>` : nothing}
      ${one.State === 'Quarantined' ? html`<p class="quiet small">Nothing of it was used. The sender makes a new file; this one is forgotten after 30 days.</p>` : nothing}
      ${one.DuplicateOf ? html`<p><a href="${space}/promotions/incoming/${one.DuplicateOf}">The import of the same content</a></p>` : nothing}
      ${LINKED.includes(one.State) ? links(one, space) : nothing}
    </div>
  </section>
  <section class="panel" aria-labelledby="facts-title">
    <header class="panel-head"><h2 id="facts-title">The bundle</h2></header>
    <dl class="facts panel-body">
      ${one.Sender ? html`<div><dt>Space</dt><dd>${one.Sender.Space}, on ${one.Sender.Server}</dd></div>` : nothing}
      ${one.RemoteSpace ? html`<div><dt>Known here as</dt><dd>${one.RemoteSpace}</dd></div>` : nothing}
      ${one.Sequence ? html`<div><dt>Bundle</dt><dd>${one.Sequence}, ${gapOf(one) || 'none before it is missing'}</dd></div>` : nothing}
      <div><dt>Came</dt><dd><tako-time .at=${one.Received} suffix="ago"></tako-time>${one.ReceivedBy ? `, by ${one.ReceivedBy}` : ''}</dd></div>
      ${one.IssuedAt ? html`<div><dt>Made</dt><dd>${exact(one.IssuedAt)}</dd></div>` : nothing}
      <div><dt>Size</dt><dd>${size(one.Size)}</dd></div>
      ${one.ApprovedBy ? html`<div><dt>Approved by</dt><dd>${one.ApprovedBy}</dd></div>` : nothing}
      ${one.ImportedAt ? html`<div><dt>Imported</dt><dd><tako-time .at=${one.ImportedAt} suffix="ago"></tako-time></dd></div>` : nothing}
    </dl>
  </section>`

/** Where there is a release of it here. @type {Import['State'][]} */
const LINKED = ['Imported', 'Superseded', 'Recalled']

/** @param {Import} one @param {string} space */
const links = ({ ReleaseId, ProjectId, AsVersion, ReleaseVersion }, space) => html`
  <p class="row wrap">
    ${ReleaseId ? html`<a class="button" href="${space}/releases/${ReleaseId}">Open the release ${AsVersion ?? ReleaseVersion}</a>` : nothing}
    ${ProjectId ? html`<a class="button" href="${space}/projects/${ProjectId}">Open the project</a>` : nothing}
  </p>`
