import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

const css = readFileSync(join(import.meta.dirname, '../../public/styles/tokens.css'), 'utf8')

/** The name of a token with its colours by day and by night. */
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }] as const,
  ),
)

const surfaces = ['page', 'sunken', 'surface', 'raised', 'hover', 'pressed', 'selected']
const states = ['success', 'executing', 'queued', 'waiting', 'failed', 'cancelled', 'remote']
const ansi = [...tokens.keys()].filter((name) => name.startsWith('ansi-'))

for (const theme of ['light', 'dark'] as const) {
  describe(`By the ${theme} theme`, () => {
    it('text can be read on every surface', () => {
      const texts = ['text', 'text-2', 'text-3', 'accent-text']
      expect(belowOf(texts, surfaces, 4.5)).to.deep.equal([])
    })

    it('the word of a state can be read on its tint, on a page and on a panel', () => {
      const faint = states.flatMap((state) =>
        belowOf([state], [`${state}-tint`, 'page', 'surface', 'log'], 4.5),
      )
      expect(faint).to.deep.equal([])
    })

    it('the label of the main button can be read', () => {
      expect(belowOf(['on-ink'], ['ink', 'ink-hover'], 4.5)).to.deep.equal([])
    })

    it('a log can be read in each of its colours', () => {
      expect(belowOf([...ansi, 'text', 'text-3'], ['log'], 4.5)).to.deep.equal([])
      expect(belowOf(['text'], ['match'], 4.5)).to.deep.equal([])
    })

    it('what can be operated, and what has the focus, stands out', () => {
      const bounds = ['line-control', 'accent', 'focus']
      expect(belowOf(bounds, ['page', 'surface', 'raised'], 3)).to.deep.equal([])
    })
  })

  /** The pairs with less contrast than they need: 'text-3 on page: 4.2'. */
  function belowOf(fronts: string[], backs: string[], least: number): string[] {
    const pairs = fronts.flatMap((front) => backs.map((back) => [front, back] as const))
    return pairs
      .map(([front, back]) => ({ front, back, ratio: contrast(colour(front), colour(back)) }))
      .filter(({ ratio }) => ratio < least)
      .map(({ front, back, ratio }) => `${front} on ${back}: ${ratio.toFixed(2)}`)
  }

  function colour(name: string): string {
    const token = tokens.get(name)
    if (!token) throw new Error(`There is no colour --${name}.`)
    return token[theme]
  }
}

/** As WCAG 2 has it: from 1 to 21. */
function contrast(one: string, other: string): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (bright + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
