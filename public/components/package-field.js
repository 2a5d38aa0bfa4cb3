import { html, nothing } from 'lit'
import { areaField, describes, field, selectField } from './form.js'
import { features, withFiles } from './package-model.js'

/**
 * What is known of packages while a step is edited: the feeds, and what the last search has found.
 * @typedef {{ feeds: { Id: string, Name: string }[], found: { Id: string, LatestVersion?: string, Description?: string }[] }} Shelf
 */

/**
 * The fields for a package: its feed, when there are several, and its id, with suggestions as one types.
 * @param {object} options
 * @param {string} options.id
 * @param {string} options.label
 * @param {unknown} [options.help]
 * @param {string} [options.error]
 * @param {{ PackageId: string, FeedId: string }} options.value
 * @param {Shelf} options.shelf
 * @param {boolean} options.disabled
 * @param {(changes: { PackageId?: string, FeedId?: string }) => void} options.onchange
 * @param {(term: string, feedId: string) => void} options.onsearch asks for suggestions
 */
export function packageField(options) {
  const { id, value, shelf, disabled, onchange, onsearch } = options
  const search = (/** @type {string} */ term) => onsearch(term, value.FeedId)
  return html`
    ${
      shelf.feeds.length > 1
        ? selectField({
            id: `${id}-feed`,
            label: 'Feed',
            options: shelf.feeds.map(({ Id, Name }) => [Id, Name]),
            chosen: value.FeedId,
            disabled,
            onchange: (FeedId) => onchange({ FeedId }),
          })
        : nothing
    }
    ${field(
      { ...options, error: options.error },
      html`<input class="input" id=${id} list="${id}-found" .value=${value.PackageId} autocomplete="off" spellcheck="false" placeholder="Acme.Web" ?disabled=${disabled}
        aria-invalid=${options.error ? 'true' : nothing} aria-describedby=${describes({ ...options, error: options.error })}
        @focus=${(/** @type {Event & { target: HTMLInputElement }} */ event) => search(event.target.value)}
        @input=${(/** @type {Event & { target: HTMLInputElement }} */ event) => {
          onchange({ PackageId: event.target.value.trim() })
          search(event.target.value)
        }}>
        <datalist id="${id}-found">${shelf.found.map(({ Id, LatestVersion }) => html`<option value=${Id}>${LatestVersion ? `latest ${LatestVersion}` : ''}</option>`)}</datalist>`,
    )}`
}

/**
 * The field for the files that something is done with, a pattern a line; `onchange` is called with the new
 * properties of the action.
 * @param {{ action: import('./process-model.js').Action, key: 'substitute' | 'structured', label: string, help: string, example: string,
 *   disabled: boolean, onchange: (properties: Record<string, any>) => void }} options
 */
export const patternsField = ({ action, key, label, help, example, disabled, onchange }) =>
  areaField({
    id: `package-${key}`,
    label,
    rows: 3,
    value: String(action.Properties[features[key].value] ?? ''),
    disabled,
    help: html`One pattern a line, such as <code>${example}</code>. ${help}`,
    oninput: (text) => onchange(withFiles(action, key, text.trim() ? text : '')),
  })

/** The patterns of files in a line; '' when there are none. @param {import('./process-model.js').Action} action @param {'substitute' | 'structured'} key */
export const patternsText = (action, key) =>
  String(action.Properties[features[key].value] ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join(', ')
