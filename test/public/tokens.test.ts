import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

const css = readFileSync(join(import.meta.dirname, '../../public/styles/tokens.css'), 'utf8')
const surfaces = ['page', 'sunken', 'surface', 'raised', 'hover', 'pressed', 'selected']
const texts = ['text', 'text-2', 'text-3']
const states = ['success', 'executing', 'queued', 'waiting', 'failed', 'cancelled', 'remote']
const ansi = ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan'].map((name) => `ansi-${name}`)

describe('The colours of the pages', () => {
  for (const theme of ['day', 'night'] as const) {
    const contrast = (front: string, back: string) =>
      contrastOf(colourOf(front, theme), colourOf(back, theme))

    const expectAll = (pairs: [string, string][], least: number) => {
      const weak = pairs
        .map(([front, back]) => ({ front, back, contrast: contrast(front, back) }))
        .filter(({ contrast }) => contrast < least)
      expect(weak).to.deep.equal([])
    }

    it(`let text be read on every surface, by ${theme}`, () => {
      expectAll(pairsOf([...texts, 'accent-text'], surfaces), 4.5)
    })

    it(`let each state be read on its own tint and on paper, by ${theme}`, () => {
      const pairs = states.flatMap((state): [string, string][] => [
        [state, `${state}-tint`],
        [state, 'surface'],
        [state, 'page'],
        ['text', `${state}-tint`],
      ])

      expectAll(pairs, 4.5)
    })

    it(`let logs be read, by ${theme}`, () => {
      expectAll(pairsOf([...texts, ...ansi], ['log']), 4.5)
    })

    it(`let the main action be read, by ${theme}`, () => {
      expectAll([['on-ink', 'ink']], 4.5)
    })

    it(`show what can be operated and where the focus is, by ${theme}`, () => {
      expectAll(pairsOf(['line-control', 'focus', 'accent'], ['page', 'surface', 'raised']), 3)
    })
  }
})

const pairsOf = (fronts: string[], backs: string[]) =>
  fronts.flatMap((front) => backs.map((back): [string, string] => [front, back]))

/** The red, green and blue of a token, each from 0 to 255. */
function colourOf(name: string, theme: 'day' | 'night'): number[] {
  const found = new RegExp(`--${name}: light-dark\\(#([0-9a-f]{6}), #([0-9a-f]{6})\\)`).exec(css)
  const colour = found?.[theme === 'day' ? 1 : 2]
  if (colour === undefined) throw new Error(`The token '${name}' has no colours for both themes.`)
  return [0, 2, 4].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
}

/** As WCAG 2 counts it: from 1 (none) to 21 (black on white). */
function contrastOf(front: number[], back: number[]): number {
  const [light = 0, dark = 0] = [luminance(front), luminance(back)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: number[]): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
