type Rule = Record<string, unknown>

/** A text that no resource is named by: an answer that repeats it has looked for it. */
export const MISSING = 'Missing-1'

/** The least that an action's rules accept: what is optional is left out. */
export function sampleOf(rules: Rule): Record<string, unknown> {
  const needed = Object.entries(rules).filter(
    ([name, rule]) => !name.startsWith('$') && isNeeded(rule),
  )
  return Object.fromEntries(needed.map(([name, rule]) => [name, valueFor(rule)]))
}

function isNeeded(rule: unknown): boolean {
  if (typeof rule === 'string') return !rule.includes('optional')
  return isRule(rule) && rule.optional !== true && rule.default === undefined
}

function valueFor(rule: unknown): unknown {
  const { type, values, props, properties, min } = isRule(rule) ? rule : { type: String(rule) }
  const kind = String(type).split('|')[0]
  if (kind === 'array') return Array.from({ length: Number(min ?? 0) }, () => MISSING)
  if (kind === 'enum' && Array.isArray(values)) return values[0]
  if (kind === 'number') return Number(min ?? 1)
  if (kind === 'boolean') return false
  if (kind === 'record') return {}
  if (kind === 'object') return sampleOf((props ?? properties ?? {}) as Rule)
  return MISSING
}

const isRule = (rule: unknown): rule is Rule => typeof rule === 'object' && rule !== null
