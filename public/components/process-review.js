import { css, html, nothing } from 'lit'
import { lineDiff } from './line-diff.js'
import { isScript } from './package-model.js'

/** @typedef {import('./process-model.js').Step} Step */

// It stands in a dialog at the end of the document, where no page's rules reach.
const styles = css`
  .ask:has(.review) { --width: min(860px, 94vw); }
  .review { display: grid; gap: var(--space-4); color: var(--text); }
  .review > * { min-width: 0; }
  .review h3 { margin-bottom: 4px; }
  .review .code { max-height: 40vh; overflow: auto; border: 1px solid var(--line); border-radius: var(--radius); }
  .review ul { display: grid; gap: 2px; font-size: var(--size-s); }
`
if (styles.styleSheet) document.adoptedStyleSheets.push(styles.styleSheet)

/**
 * What differs between two states of a process, step by step, scripts line by line.
 * @param {Step[]} before
 * @param {Step[]} after
 */
export function processReview(before, after) {
  const old = new Map(before.map((step) => [step.Id, step]))
  const gone = before.filter((step) => !after.some((other) => other.Id === step.Id))
  const changed = after.filter((step) => JSON.stringify(step) !== JSON.stringify(old.get(step.Id)))
  return html`
    <div class="review">
      ${changed.map((step) => stepReview(old.get(step.Id), step))}
      ${gone.map(({ Name }) => html`<section><h3>${Name}</h3><p class="quiet">Is removed.</p></section>`)}
      ${changed.length + gone.length === 0 ? html`<p>Only the order of the steps differs.</p>` : nothing}
    </div>`
}

/** @param {Step | undefined} before @param {Step} after */
function stepReview(before, after) {
  const [old, now] = [scriptsOf(before), scriptsOf(after)]
  const changed = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (name) => old[name] !== now[name],
  )
  const settings = before ? settingsOf(before, after) : []
  return html`
    <section>
      <h3>${after.Name}${before ? '' : ', new'}</h3>
      ${settings.length > 0 ? html`<ul>${settings.map((text) => html`<li>${text}</li>`)}</ul>` : nothing}
      ${changed.map((name) => {
        const stage = name.includes('.CustomScripts.') ? `script ${name.split('.')[3]}` : 'script'
        return html`
          ${stage === 'script' ? nothing : html`<p class="small quiet">The ${stage}</p>`}
          <pre class="code" tabindex="0" aria-label="Difference of the ${stage} of ${after.Name}">${near(lineDiff(old[name] ?? '', now[name] ?? '')).map(diffRow)}</pre>`
      })}
    </section>`
}

/** @param {Step | undefined} step @returns {Record<string, string>} the scripts of its first action, by property */
const scriptsOf = (step) =>
  Object.fromEntries(
    Object.entries(step?.Actions[0]?.Properties ?? {})
      .filter(([name]) => isScript(name))
      .map(([name, body]) => [name, String(body)]),
  )

/** @param {Step} before @param {Step} after */
function settingsOf(before, after) {
  const [old, now] = [flat(before), flat(after)]
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])]
  return names
    .filter((name) => old[name] !== now[name] && !isScript(name))
    .map(
      (name) =>
        `${name.replace(/^Octopus\.Action\./, '')}: ${old[name] || 'none'} → ${now[name] || 'none'}`,
    )
}

/** @param {Step} step @returns {Record<string, string>} */
function flat({ Actions, Properties, ...step }) {
  const { Properties: own, ...action } = Actions[0] ?? { Properties: {} }
  const Packages = packagesOf(Actions[0]?.Packages)
  const all = { ...action, ...step, ...Properties, ...own, Packages }
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, textOf(value)]))
}

/** @param {import('./package-model.js').Reference[] | undefined} packages */
const packagesOf = (packages = []) =>
  packages
    .map(({ Name, PackageId, Properties }) =>
      [
        PackageId,
        Name && Name !== PackageId && `as ${Name}`,
        Properties?.Extract === 'False' && 'not unpacked',
      ]
        .filter(Boolean)
        .join(' '),
    )
    .join(', ')

const textOf = (/** @type {unknown} */ value) =>
  value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value).replace(/^\[\]$/, '')
      : String(value)

/** Of what is the same, only three lines around a change. @param {import('./line-diff.js').DiffLine[]} lines */
function near(lines) {
  const isChanged = lines.map(({ kind }) => kind !== 'same')
  return lines.filter((_, at) => isChanged.slice(Math.max(0, at - 3), at + 4).some(Boolean))
}

const signs = { same: ' ', added: '+', removed: '-' }

const diffRow = (/** @type {import('./line-diff.js').DiffLine} */ { kind, text }) =>
  html`<span class="code-line ${kind}"><i>${signs[kind]}</i><span>${text}</span>\n</span>`
