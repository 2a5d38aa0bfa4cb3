import { html } from 'lit'
import { counted } from '../format.js'
import { icon } from './icons.js'
import { missingPackages } from './import-content.js'
import { openNames } from './import-names.js'
import { missingValues } from './tako-import-values.js'

/**
 * The parts of a review, each with what is to be done there.
 * @param {import('./import-sender.js').Preview} preview
 */
export const contents = (preview) => html`
  <nav class="contents" aria-label="Parts of this review"><ol>${entriesOf(preview).map(
    ({ id, title, look, word }) =>
      html`<li><a class="plain ${look}" href="#${id}">${icon(look)}<span>${title}<small>${word}</small></span></a></li>`,
  )}</ol></nav>`

/**
 * @typedef {{ id: string, title: string, look: 'success' | 'waiting' | 'failed' | 'info' | 'script', word: string }} Entry
 * @param {import('./import-sender.js').Preview} preview
 * @returns {Entry[]}
 */
function entriesOf(preview) {
  const { Differences, Packages, Values, History, Mappings } = preview
  const missing = missingPackages(preview).length
  const others = Packages.filter(({ State }) => State === 'OtherFile').length
  const [names, values] = [openNames(preview), missingValues(Values)]
  /** @type {Entry} */
  const filled = {
    id: 'values',
    title: 'Values',
    look: values > 0 ? 'waiting' : 'success',
    word: values > 0 ? `${values} missing` : 'None missing',
  }
  return [
    { id: 'sender', title: 'Sender', look: 'success', word: 'Known' },
    { id: 'process', title: 'Process', look: 'script', word: changesOf(Differences.Steps) },
    { id: 'variables', title: 'Variables', look: 'info', word: changesOf(Differences.Variables) },
    {
      id: 'packages',
      title: 'Packages',
      look: others > 0 ? 'failed' : missing > 0 ? 'waiting' : 'success',
      word:
        Packages.length === 0
          ? 'None'
          : `${Packages.length - missing - others} of ${Packages.length}`,
    },
    {
      id: 'names',
      title: 'Names here',
      look: names > 0 ? 'waiting' : 'success',
      word: names > 0 ? `${names} to choose` : counted(Mappings.length + 1, 'name'),
    },
    ...(Values.Templates.length > 0 ? [filled] : []),
    {
      id: 'claims',
      title: 'Claims of the sender',
      look: 'info',
      word: counted(History.length, 'deployment'),
    },
  ]
}

/** '2 changed, 1 new'. @param {{ Change: string }[]} changes */
function changesOf(changes) {
  const count = (/** @type {string} */ change) =>
    changes.filter(({ Change }) => Change === change).length
  const [added, removed] = [count('Added'), count('Removed')]
  const changed = changes.length - added - removed
  const words = [
    changed > 0 ? `${changed} changed` : '',
    added > 0 ? `${added} new` : '',
    removed > 0 ? `${removed} gone` : '',
  ]
  return words.filter(Boolean).join(', ') || 'No difference'
}
