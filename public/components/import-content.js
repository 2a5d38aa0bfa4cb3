import { html, nothing } from 'lit'
import { counted, size } from '../format.js'
import { comparedStep, comparedVariable } from './comparison.js'
import { icon } from './icons.js'
import './tako-state.js'

/**
 * @typedef {import('./import-sender.js').Preview} Preview
 * @typedef {import('./import-sender.js').PreviewedPackage} PreviewedPackage
 */

/**
 * A part of a release: what differs from the last one that was imported, and all of it where that is wished.
 * @param {object} options
 * @param {string} options.id
 * @param {string} options.title
 * @param {Preview['LastImported']} options.last
 * @param {unknown[]} options.changes
 * @param {string} options.all 'all 8 steps'
 * @param {boolean} options.isOpen whether all of it is shown
 * @param {() => void} options.ontoggle
 * @param {unknown} options.table
 */
const part = ({ id, title, last, changes, all, isOpen, ontoggle, table }) => html`
  <section class="panel" id=${id} aria-labelledby="${id}-title">
    <header class="panel-head"><h2 id="${id}-title">${title}</h2><span class="quiet small">${last ? `against ${last.Version}, the last one imported` : 'all new: no release of this project was imported before'}</span><span class="push"></span>
      <button class="button bare compact" type="button" aria-expanded=${isOpen ? 'true' : 'false'} @click=${ontoggle}>${isOpen ? 'Hide' : 'List'} ${all}</button></header>
    ${isOpen ? table : nothing}
    ${changes.length > 0 ? html`<div class="panel-body">${changes}</div>` : html`<p class="panel-body quiet">No difference.</p>`}
  </section>`

/** @param {Preview} preview @param {{ isOpen: boolean, ontoggle: () => void }} options */
export const processPanel = ({ Steps, Differences, LastImported }, options) =>
  part({
    ...options,
    ...{ id: 'process', title: 'Process', last: LastImported },
    all: counted(Steps.length, 'step'),
    changes: Differences.Steps.map(comparedStep),
    table: html`<table class="table cards">
      <caption class="visually-hidden">All steps</caption>
      <thead><tr><th scope="col">Step</th><th scope="col">Kind</th><th scope="col">Environments</th><th scope="col">Worker pool</th></tr></thead>
      <tbody>${Steps.map(
        (step) => html`<tr>
          <th scope="row">${step.Number}. ${step.Name}${step.IsDisabled ? html` <span class="chip">Switched off</span>` : nothing}${step.IsRequired ? html` <span class="chip">Required</span>` : nothing}</th>
          <td data-column="Kind" class="quiet">${step.ActionType.replace(/^Octopus\./, '')}</td>
          <td data-column="Environments">${step.Environments.join(', ') || html`<span class="quiet">All</span>`}</td>
          <td data-column="Worker pool">${step.WorkerPool ?? html`<span class="quiet">The default one</span>`}</td></tr>`,
      )}</tbody></table>`,
  })

/** Their names; a value that is no secret is seen where it differs. @param {Preview} preview @param {{ isOpen: boolean, ontoggle: () => void }} options */
export const variablesPanel = ({ Variables, Differences, LastImported }, options) =>
  part({
    ...options,
    ...{ id: 'variables', title: 'Variables', last: LastImported },
    all: counted(Variables.length, 'value'),
    changes: Differences.Variables.map(comparedVariable),
    table: html`<table class="table cards">
      <caption class="visually-hidden">All values</caption>
      <thead><tr><th scope="col">Name</th><th scope="col">Kind</th><th scope="col">Limited to</th></tr></thead>
      <tbody>${Variables.map(
        ({ Name, IsSecret, IsPrompted, Scope }) => html`<tr>
          <th scope="row" class="mono">${Name}</th>
          <td data-column="Kind" class="quiet">${[IsSecret ? 'secret' : 'text', IsPrompted ? 'asked at each deployment' : ''].filter(Boolean).join(', ')}</td>
          <td data-column="Limited to">${Scope || html`<span class="quiet">Everywhere</span>`}</td></tr>`,
      )}</tbody></table>`,
  })

/** @type {Record<PreviewedPackage['State'], [import('./tako-state.js').State, string]>} */
const LOOKS = {
  Here: ['success', 'Here already'],
  Arrived: ['success', 'Came with a file'],
  Missing: ['waiting', 'Missing'],
  OtherFile: ['failed', 'Another file is here under this version'],
  NotNeeded: ['skipped', 'Not fetched by any step'],
}

/** Packages that must come before the release can be imported. @param {Preview} preview */
export const missingPackages = ({ Packages }) => Packages.filter(({ State }) => State === 'Missing')

/** @param {Preview} preview @param {unknown} upload the box for a package pack, shown while some are missing */
export const packagesPanel = (preview, upload) => {
  const { Packages, Differences } = preview
  const missing = missingPackages(preview).length
  const others = Packages.filter(({ State }) => State === 'OtherFile').length
  return html`
    <section class="panel" id="packages" aria-labelledby="packages-title">
      <header class="panel-head"><h2 id="packages-title">Packages</h2><span class="push small">${
        Packages.length === 0
          ? html`<span class="quiet">It needs none</span>`
          : missing + others === 0
            ? html`<tako-state state="success">All here, digests match</tako-state>`
            : html`<tako-state state=${others > 0 ? 'failed' : 'waiting'}>${others > 0 ? `${counted(others, 'package')} with another file` : `${missing} of ${Packages.length} missing`}</tako-state>`
      }</span></header>
      ${
        Packages.length === 0
          ? nothing
          : html`<table class="table cards">
              <caption class="visually-hidden">Packages of the release</caption>
              <thead><tr><th scope="col">Package</th><th scope="col" class="right">Size</th><th scope="col">Where it is</th></tr></thead>
              <tbody>${Packages.map((one) => {
                const [state, word] = LOOKS[one.State]
                return html`<tr>
                  <th scope="row">${one.PackageId} <span class="version">${one.Version}</span>${wasOf(one, Differences)}</th>
                  <td data-column="Size" class="right quiet number">${size(one.Size)}</td>
                  <td data-column="Where it is"><tako-state state=${state}>${word}</tako-state></td></tr>`
              })}</tbody></table>`
      }
      ${missing > 0 ? html`<div class="panel-body"><p class="small quiet">${icon('package')} They may come in a package pack of the sender, or be pushed to the feed of this space. Then this goes on by itself.</p>${upload}</div>` : nothing}
    </section>`
}

/** @param {PreviewedPackage} one @param {Preview['Differences']} differences */
function wasOf({ PackageId, Version }, { Packages }) {
  const change = Packages.find((one) => one.PackageId === PackageId && one.After === Version)
  if (!change) return nothing
  if (change.Before === null) return html`<small>New</small>`
  return html`<small>${change.IsOtherFile && change.Before === Version ? 'Another file than last time' : `Was ${change.Before}`}</small>`
}
