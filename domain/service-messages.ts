/** What a script says to Tako by printing `##octopus[name attribute='BASE64']`. */
export interface ServiceMessage {
  name: string
  /** Decoded; by lower-case names. */
  attributes: Record<string, string>
}

/** How a message begins. */
export const messageMark = '##octopus['

export type Scanned =
  | { state: 'complete'; message: ServiceMessage; end: number }
  /** Right so far: what is missing may come. */
  | { state: 'partial' }
  | { state: 'invalid' }

const name = /\s*([\w.-]+)/y
const attribute = /\s*([\w.-]+)\s*=\s*(['"])/y
const attributeBegun = /\s*(?:[\w.-]+\s*(?:=\s*)?)?$/y
const nameBegun = /\s*[\w.-]*$/y
const close = /\s*\]/y
const base64 = /^[A-Za-z0-9+/=\s]*$/

/** Reads the message whose mark is at `start`; `end` is after its `]`. It may have line breaks. */
export function scanMessage(text: string, start: number): Scanned {
  let at = start + messageMark.length
  const named = matchAt(name, text, at)
  if (!named || named.end === text.length) {
    return matchAt(nameBegun, text, at) ? { state: 'partial' } : { state: 'invalid' }
  }
  at = named.end
  const attributes: Record<string, string> = {}
  for (;;) {
    const closed = matchAt(close, text, at)
    if (closed) {
      return {
        state: 'complete',
        message: { name: named.groups[1] ?? '', attributes },
        end: closed.end,
      }
    }
    const begun = matchAt(attribute, text, at)
    if (!begun) {
      return matchAt(attributeBegun, text, at) ? { state: 'partial' } : { state: 'invalid' }
    }
    const quoted = text.indexOf(begun.groups[2] ?? '', begun.end)
    const value = text.slice(begun.end, quoted < 0 ? undefined : quoted)
    if (!base64.test(value)) return { state: 'invalid' }
    if (quoted < 0) return { state: 'partial' }
    attributes[(begun.groups[1] ?? '').toLowerCase()] = Buffer.from(value, 'base64').toString(
      'utf8',
    )
    at = quoted + 1
  }
}

function matchAt(pattern: RegExp, text: string, at: number) {
  pattern.lastIndex = at
  const groups = pattern.exec(text)
  return groups && { groups, end: pattern.lastIndex }
}

/** The message of a line and the text around it; null for an ordinary line. */
export function messageOf(line: string) {
  const start = line.indexOf(messageMark)
  const scanned = start < 0 ? null : scanMessage(line, start)
  if (scanned?.state !== 'complete') return null
  return { ...scanned.message, before: line.slice(0, start), after: line.slice(scanned.end) }
}

/** A message as a script prints it. */
export function encodeMessage(name: string, attributes: Record<string, string> = {}): string {
  const pairs = Object.entries(attributes).map(
    ([key, value]) => ` ${key}='${Buffer.from(value).toString('base64')}'`,
  )
  return `${messageMark}${name}${pairs.join('')}]`
}
