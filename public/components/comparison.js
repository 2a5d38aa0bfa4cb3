import { html, nothing } from 'lit'
import { counted } from '../format.js'

/**
 * What differs between two releases, as the API tells it.
 * @typedef {{ Kind: 'Same' | 'Added' | 'Removed', Text: string }} Line
 * @typedef {{ Added: number, Removed: number, IsCut: boolean, Hunks: { BeforeLine: number, AfterLine: number, Lines: Line[] }[] }} Lines
 * @typedef {{ Action: string, Field: string, Kind: 'Text' | 'Lines' | 'Secret', Before: string | null, After: string | null, Lines: Lines | null }} Difference
 * @typedef {{ Name: string, Change: string, BeforeNumber: number | null, AfterNumber: number | null, IsMoved: boolean, Differences: Difference[] }} Step
 * @typedef {{ Name: string, Change: string, Values: { Change: string, Scope: string, Differences: Difference[] }[] }} Variable
 * @typedef {{ PackageId: string, ActionName: string, PackageReferenceName: string, Change: string, Before: string | null, After: string | null, IsOtherFile: boolean }} Package
 * @typedef {{ Steps: Step[], Variables: Variable[], Packages: Package[] }} Comparison
 */

/** Steps, variables and packages that differ. @param {Comparison} comparison */
export const comparison = ({ Steps, Variables, Packages }) => html`
  ${section('Steps', counted(Steps.length, 'step'), Steps.map(comparedStep))}
  ${section('Variables', counted(Variables.length, 'name'), Variables.map(comparedVariable))}
  ${section('Packages', counted(Packages.length, 'package'), Packages.map(comparedPackage))}`

/** What a release changes of a step, its script line by line. @param {Step} step */
export const comparedStep = (step) => html`
  <article class="compared" aria-label="Step ${step.Name}">
    <h3>${placeOf(step)}<b>${step.Name}</b>${changeChip(step.Change)}</h3>
    ${step.Change === 'Removed' ? nothing : fields(step.Differences, `step ${step.Name}`, step.Change)}</article>`

/** What it changes of the values of a name. @param {Variable} variable */
export const comparedVariable = (variable) => html`
  <article class="compared" aria-label="Variable ${variable.Name}">
    <h3><b class="mono">${variable.Name}</b>${changeChip(variable.Change)}</h3>
    ${variable.Values.map(
      (value) => html`<div class="value-compared">
        <p class="quiet small">${value.Scope || 'Everywhere'}${value.Change === variable.Change ? nothing : html` · ${value.Change.toLowerCase()}`}</p>
        ${fields(value.Differences, `variable ${variable.Name}`, value.Change)}</div>`,
    )}</article>`

const comparedPackage = (/** @type {Package} */ one) => html`
  <p class="compared row wrap"><b>${one.PackageId}</b><span class="quiet small">${one.ActionName}${one.PackageReferenceName ? ` · ${one.PackageReferenceName}` : ''}</span>
    <span class="push"></span>${beforeAfter(one.Before, one.After)}${one.IsOtherFile ? html`<span class="chip">Another file</span>` : nothing}</p>`

/** @param {string} title @param {string} count @param {unknown[]} rows */
const section = (title, count, rows) => html`
  <section class="panel" aria-label=${title}><header class="panel-head"><h2>${title}</h2><span class="quiet small push">${count}</span></header>
    ${rows.length > 0 ? html`<div class="panel-body">${rows}</div>` : html`<p class="panel-body quiet">No difference.</p>`}</section>`

/** @param {Step} step */
const placeOf = ({ BeforeNumber, AfterNumber, IsMoved }) =>
  html`<span class="n">${IsMoved ? `${BeforeNumber} → ${AfterNumber}` : (AfterNumber ?? BeforeNumber)}</span>`

const changeChip = (/** @type {string} */ change) =>
  html`<span class="chip ${change.toLowerCase()}">${change}</span>`

/** @param {Difference[]} differences @param {string} what @param {string} change of the whole */
const fields = (differences, what, change) =>
  differences.length === 0
    ? nothing
    : html`<dl class="fields-compared">${differences.map(
        (one) =>
          html`<div><dt>${nameOf(one)}</dt><dd>${shownDifference(one, what, change)}</dd></div>`,
      )}</dl>`

const nameOf = (/** @type {Difference} */ { Field }) =>
  Field.replace(/^Octopus\.Action\./, '').replace(/^Script\.ScriptBody$/, 'Script')

/** @param {Difference} difference @param {string} what @param {string} change of the whole */
function shownDifference(difference, what, change) {
  const { Kind, Before, After, Lines } = difference
  if (Kind === 'Secret')
    return html`<span class="quiet">${change === 'Added' ? 'A secret' : 'Another secret'}</span>`
  if (!Lines) return beforeAfter(Before, After)
  return html`
    <pre class="code" tabindex="0" aria-label="${nameOf(difference)} of the ${what}">${Lines.Hunks.map(
      (hunk, at) =>
        html`${at > 0 ? html`<span class="code-line quiet"><i> </i><span>⋯</span>\n</span>` : nothing}${hunk.Lines.map(lineRow)}`,
    )}</pre>
    ${Lines.IsCut ? html`<p class="quiet small">There are more differences than are shown.</p>` : nothing}`
}

const SIGNS = { Same: ' ', Added: '+', Removed: '-' }

const lineRow = (/** @type {Line} */ { Kind, Text }) =>
  html`<span class="code-line ${Kind.toLowerCase()}"><i>${SIGNS[Kind]}</i><span>${Text}</span>\n</span>`

/** @param {string | null} before @param {string | null} after */
const beforeAfter = (before, after) => html`
  <span class="before-after">${before === null ? nothing : html`<del>${before}</del>`}${before !== null && after !== null ? ' → ' : nothing}${after === null ? nothing : html`<ins>${after}</ins>`}</span>`
