import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import {
  applyEdits,
  type Edit,
  jsonOf,
  looksLikeJson,
  type Replaced,
  StructureError,
  type ValueAt,
} from './structured-edits.ts'

/** Replaces values in a JSON text, which may have comments; all else stays as it is written. */
export function replaceInJson(text: string, valueAt: ValueAt): Replaced {
  const faults: ParseError[] = []
  const root = parseTree(text, faults, { allowTrailingComma: true })
  const [fault] = faults
  if (fault) {
    const line = text.slice(0, fault.offset).split('\n').length
    throw new StructureError(`It is no JSON: ${printParseErrorCode(fault.error)} in line ${line}.`)
  }
  const edits: Edit[] = []
  const kept: string[] = []
  const open: { node: Node; path: string }[] = root ? childrenOf(root, '') : []
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, path } = next
    const value = valueAt(path)
    const written = value === undefined ? null : writtenAs(node, value)
    if (written !== null)
      edits.push({ from: node.offset, to: node.offset + node.length, text: written })
    else {
      if (value !== undefined) kept.push(path)
      for (const child of childrenOf(node, `${path}:`)) open.push(child)
    }
  }
  return { text: applyEdits(text, edits), count: edits.length, kept }
}

function childrenOf({ type, children = [] }: Node, prefix: string) {
  if (type === 'array') return children.map((node, index) => ({ node, path: `${prefix}${index}` }))
  if (type !== 'object') return []
  return children.flatMap(({ children: [key, node] = [] }) =>
    node ? [{ node, path: `${prefix}${key?.value}` }] : [],
  )
}

/** As JSON, of the type that was there where the value can be; null where it cannot take its place. */
function writtenAs({ type }: Node, value: string): string | null {
  const text = value.trim()
  if (type === 'object' || type === 'array') return jsonOf(text) === null ? null : text
  const isKept =
    (type === 'number' && looksLikeJson.number.test(text)) ||
    (type === 'null' && (looksLikeJson.number.test(text) || text === 'null'))
  if (isKept) return text
  const mayBeBoolean = type === 'boolean' || type === 'null'
  if (mayBeBoolean && looksLikeJson.boolean.test(text)) return text.toLowerCase()
  return JSON.stringify(value)
}
