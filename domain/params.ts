type Values = Record<string, unknown>
type Rules = Record<string, unknown>

/** A request as it came. Clients write its keys in the case they like. */
export interface RequestParts {
  path: Values
  query: Values
  body: Values
}

/** What a set of rules knows, looked up once: the spelling and the rule of each folded name. */
type Names = Map<string, { name: string; rule: unknown }>

const bodyNames = new WeakMap<Rules, Names>()
const addressNames = new WeakMap<Rules, Names>()
const innerNames = new WeakMap<Rules, Names>()

/**
 * The parameters of an action, spelled as in its rules. Those in PascalCase come from the
 * body alone, the others from the address alone, so that an `Id` in a body stays no `id`.
 */
export function paramsOf(rules: Rules, { path, query, body }: RequestParts): Values {
  const result: Values = {}
  take(result, body, namesOf(bodyNames, rules, /^[A-Z]/), inside)
  const ofAddress = namesOf(addressNames, rules, /^[a-z]/)
  take(result, query, ofAddress, read)
  take(result, path, ofAddress, (value) => value)
  return result
}

function namesOf(cache: WeakMap<Rules, Names>, rules: Rules, pattern: RegExp): Names {
  const known = cache.get(rules)
  if (known) return known
  const entries = Object.entries(rules).filter(([name]) => pattern.test(name))
  const names: Names = new Map(
    entries.map(([name, rule]) => [name.toLowerCase(), { name, rule }] as const),
  )
  cache.set(rules, names)
  return names
}

function take(
  result: Values,
  values: Values,
  names: Names,
  reading: (value: unknown, rule: unknown) => unknown,
) {
  for (const key of Object.keys(values)) {
    const known = names.get(key.toLowerCase())
    const value = values[key]
    if (known && isGiven(value)) result[known.name] = reading(value, known.rule)
  }
}

/** A text of a query. A list is told with commas, or by the name again and again; else the last one counts. */
function read(value: unknown, rule: unknown): unknown {
  const texts = Array.isArray(value) ? value : [value]
  if (!isList(rule)) return texts.at(-1)
  return texts.flatMap((text) => String(text).split(',')).filter((text) => text !== '')
}

function isList(rule: unknown): boolean {
  if (typeof rule === 'string') return /^(array\b|\w+\[\])/.test(rule)
  return isObject(rule) && rule.type === 'array'
}

/** A dictionary has no rules for its keys: they are its users' own, and stay; its values may have some. */
function inside(value: unknown, rule: unknown): unknown {
  if (!isObject(rule)) return value
  if (Array.isArray(value)) return value.map((item) => inside(item, rule.items))
  if (!isObject(value)) return value
  if (rule.type === 'record') {
    if (!isObject(rule.value)) return value
    const entries = Object.entries(value).map(([key, one]) => [key, inside(one, rule.value)])
    return Object.fromEntries(entries)
  }
  // The validator knows three ways to say what is inside of an object.
  const props = rule.props ?? rule.properties ?? ('$$type' in rule ? rule : undefined)
  if (!isObject(props)) return value
  const result: Values = {}
  take(result, value, namesOf(innerNames, props, /^[A-Za-z]/), inside)
  return result
}

/** Clients send what they have nothing to say about as null or ''. */
const isGiven = (value: unknown) => value !== null && value !== '' && value !== undefined

const isObject = (value: unknown): value is Values => typeof value === 'object' && value !== null
