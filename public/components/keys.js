import './elements/dialog.js'
import { html, render } from 'lit'

/** @type {[string, string][]} */
const KEYS = [
  ['Ctrl K', 'Jump to anything, or act'],
  ['/', 'Filter of the page, search in a log'],
  ['g d · g p · g t · g i', 'Dashboard, projects, tasks, infrastructure'],
  ['c', 'Create a release, on a project'],
  ['d', 'Deploy, on a release'],
  ['Ctrl S', 'Save'],
  ['Esc', 'Close'],
  ['n N', 'Next and previous hit, in a log'],
  ['f', 'Follow the log'],
  ['e E', 'Next and previous error, in a log'],
]

/** Shows the map of keys. */
export function showKeys() {
  const host = document.createElement('div')
  document.body.append(host)
  render(
    html`<wa-dialog open light-dismiss label="Keys" @wa-after-hide=${() => host.remove()}>
      <dl class="keys">${KEYS.map(([key, what]) => html`<dt><kbd>${key}</kbd></dt><dd>${what}</dd>`)}</dl>
    </wa-dialog>`,
    host,
  )
}
