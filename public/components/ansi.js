import { html } from 'lit'

const COLOURS = ['', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', '']
const ESC = String.fromCharCode(27)
const BELL = String.fromCharCode(7)
const STYLE = new RegExp(`${ESC}\\[([\\d;]*)m`)
// Whatever else begins with escape moves a cursor or sets a title: nothing that a log shows.
const OTHERS = new RegExp(
  `${ESC}(?:\\[[\\d;?]*[ -/]*[@-ln-~]|\\][^${BELL}${ESC}]*(?:${BELL}|${ESC}\\\\)?|[^\\[\\]])`,
  'g',
)

/** The text as it reads on a terminal: after a carriage return the line is written anew. */
export function written(/** @type {string} */ text) {
  const line = text.endsWith('\r') ? text.slice(0, -1) : text
  return line.slice(line.lastIndexOf('\r') + 1).replace(OTHERS, '')
}

/**
 * A line with its ANSI styles: 16 colours, bold and reset are known, others are dropped.
 * @param {string} text
 * @param {(plain: string) => unknown} decorate marks what was searched for
 */
export function ansi(text, decorate = (part) => part) {
  if (!text.includes(ESC) && !text.includes('\r')) return decorate(text)
  let colour = ''
  let isBold = false
  return written(text)
    .split(STYLE)
    .map((part, at) => {
      if (at % 2 === 0) {
        if (!part) return ''
        if (!colour && !isBold) return decorate(part)
        const style = `${colour ? `color:var(--ansi-${colour});` : ''}${isBold ? 'font-weight:700' : ''}`
        return html`<span style=${style}>${decorate(part)}</span>`
      }
      for (const code of part.split(';').map(Number)) {
        if (code === 0) [colour, isBold] = ['', false]
        if (code === 1) isBold = true
        if (code === 22) isBold = false
        if (code === 39) colour = ''
        if (code >= 30 && code <= 37) colour = COLOURS[code - 30] ?? ''
        if (code >= 90 && code <= 97) colour = COLOURS[code - 90] ?? ''
      }
      return ''
    })
}
