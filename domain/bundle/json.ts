import { BundleError } from './errors.ts'
import { bundleLimits } from './limits.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const opening = new Set([0x5b, 0x7b])
const closing = new Set([0x5d, 0x7d])

/** Parses a JSON text of UTF-8 bytes; refuses as InvalidContent what is none, or is nested too deep. */
export function parseJson(
  bytes: Uint8Array,
  name: string,
  maxDepth: number = bundleLimits.jsonDepth,
): unknown {
  refuseIfDeep(bytes, name, maxDepth)
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch {
    // The parser's message quotes the text, which may hold secrets: it goes nowhere.
    throw new BundleError('InvalidContent', `${name} is no JSON text.`, { data: { entry: name } })
  }
}

/** The bytes as every Tako writes them. */
export const jsonBytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(value))

// A byte order mark is no JSON: it stays, and the parser refuses it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Before anything is parsed: what is nested a million deep would cost more than it says. */
function refuseIfDeep(bytes: Uint8Array, name: string, maxDepth: number) {
  let depth = 0
  let inText = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (inText) {
      if (byte === BACKSLASH) at++
      else if (byte === QUOTE) inText = false
    } else if (byte === QUOTE) inText = true
    else if (closing.has(byte)) depth--
    else if (opening.has(byte) && ++depth > maxDepth) {
      const message = `${name} is nested over ${maxDepth} deep.`
      throw new BundleError('InvalidContent', message, { data: { entry: name } })
    }
  }
}
