import { type Figure, isMet, limitOf, ratioOf } from './measurement.ts'

const HEAD = ['Figure', 'Measured', 'Beside', 'Ratio', 'Bound', 'Met']

/** Figures as a table in Markdown, which can be read as it is. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(cellsOf)
  const widths = HEAD.map((head, at) =>
    Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)),
  )
  const lineOf = (cells: string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [lineOf(HEAD), rule, ...rows.map(lineOf)].join('\n')
}

function cellsOf(figure: Figure): string[] {
  const { what, value, unit, beside, bound } = figure
  const ratio = ratioOf(figure)
  const met = isMet(figure)
  return [
    what,
    `${textOf(value)} ${unit}`,
    beside ? `${beside.what}: ${textOf(beside.value)}` : '',
    ratio === null ? '' : ratio.toFixed(2),
    bound ? boundText(bound, beside ? '×' : unit) : '',
    met === null ? '' : met ? 'yes' : 'no',
  ]
}

const boundText = (bound: NonNullable<Figure['bound']>, unit: string) =>
  `at ${'atMost' in bound ? 'most' : 'least'} ${limitOf(bound)} ${unit}`

/** Three digits say enough: 0.532, 15.2, 8160. */
const textOf = (value: number) =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
