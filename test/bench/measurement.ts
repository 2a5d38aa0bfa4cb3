/** How much is done: `full` is what the page of figures is made of, `smoke` only shows that it runs. */
export type Size = 'full' | 'smoke'

/** One measured number, with what was promised of it. */
export interface Figure {
  what: string
  value: number
  unit: 'ms' | 's' | 'MB' | 'a second' | '%'
  /** Measured in the same run for comparison: the bound is then one of the ratio of the two. */
  beside?: { what: string; value: number }
  bound?: { atMost: number } | { atLeast: number }
}

export interface Measurement {
  /** As one asks for it on the command line. */
  name: string
  /** What is measured and how, in a sentence or two. */
  about: string
  measure(size: Size): Promise<Figure[]>
}

/** The value over what stands beside it, else over its bound; null when there is neither. */
export function ratioOf({ value, beside, bound }: Figure): number | null {
  if (beside) return value / beside.value
  return bound ? value / limitOf(bound) : null
}

/** Whether what was promised is so; null when nothing was. */
export function isMet(figure: Figure): boolean | null {
  const { value, beside, bound } = figure
  if (!bound) return null
  const judged = beside ? value / beside.value : value
  return 'atMost' in bound ? judged <= bound.atMost : judged >= bound.atLeast
}

export const limitOf = (bound: NonNullable<Figure['bound']>): number =>
  'atMost' in bound ? bound.atMost : bound.atLeast
