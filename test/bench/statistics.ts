/** The value that `share` of all values are not above: `quantile(times, 0.99)`. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = Math.max(0, Math.ceil(sorted.length * share) - 1)
  return sorted[at] ?? Number.NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)
