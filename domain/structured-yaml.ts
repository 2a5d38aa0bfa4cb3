import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parse,
  parseAllDocuments,
  type Scalar,
} from 'yaml'
import {
  applyEdits,
  type Edit,
  jsonOf,
  looksLikeJson,
  type Replaced,
  StructureError,
  type ValueAt,
} from './structured-edits.ts'

/** Replaces values in all documents of a YAML text; all else stays as it is written. */
export function replaceInYaml(text: string, valueAt: ValueAt): Replaced {
  const edits: Edit[] = []
  const kept: string[] = []
  const open = rootsOf(text).flatMap((root) => childrenOf(root, ''))
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, path } = next
    const value = valueAt(path)
    const edit = value === undefined ? null : editOf(text, node, value)
    if (edit) edits.push(edit)
    else {
      if (value !== undefined) kept.push(path)
      for (const child of childrenOf(node, `${path}:`)) open.push(child)
    }
  }
  const result = applyEdits(text, edits)
  if (edits.length > 0) rootsOf(result)
  return { text: result, count: edits.length, kept }
}

function rootsOf(text: string): Node[] {
  const documents = parseAllDocuments(text, { uniqueKeys: false })
  if ('empty' in documents) return []
  return documents.flatMap(({ contents, errors: [fault] }) => {
    if (fault) throw new StructureError(`It is no YAML: ${fault.message.split('\n')[0]}`)
    return contents ? [contents] : []
  })
}

function childrenOf(node: unknown, prefix: string): { node: Node; path: string }[] {
  const named = (child: unknown, name: unknown) =>
    child ? [{ node: child as Node, path: `${prefix}${name}` }] : []
  if (isSeq(node)) return node.items.flatMap((item, index) => named(item, index))
  if (!isMap(node)) return []
  return node.items.flatMap(({ key, value }) =>
    isScalar(key) && key.value !== '<<' ? named(value, key.source ?? key.value) : [],
  )
}

/** null where the value cannot take the node's place. */
function editOf(text: string, node: Node, value: string): Edit | null {
  if (!node.range) return null
  const [from, to] = node.range
  if (isMap(node) || isSeq(node)) {
    const json = jsonOf(value)
    // Further in than its key: a list may begin where its key does.
    return json && { from, to, text: ` ${JSON.stringify(json)}${endOf(text, from, to)}` }
  }
  const written = isScalar(node) ? scalarAs(node, value) : isAlias(node) ? plainAs(value) : null
  if (written === null) return null
  const isAtColon = /[:-]$/.test(text.slice(0, from))
  return { from, to, text: `${isAtColon ? ' ' : ''}${written}${endOf(text, from, to)}` }
}

/** A block ends with its line. */
const endOf = (text: string, from: number, to: number) =>
  to > from && text[to - 1] === '\n' ? '\n' : ''

/** Of the type that was there where the value can be. */
function scalarAs({ value: before, type }: Scalar, value: string): string {
  const text = value.trim()
  if (before === null) return plainAs(value)
  if (typeof before === 'number' && looksLikeJson.number.test(text)) return text
  if (typeof before === 'bigint' && looksLikeJson.number.test(text)) return text
  if (typeof before === 'boolean' && looksLikeJson.boolean.test(text)) return text.toLowerCase()
  const isPlain = type === 'PLAIN' && /^[\w./-]+(?: [\w./-]+)*$/.test(value)
  if (isPlain && parse(value) === value) return value
  const isSingle = type === 'QUOTE_SINGLE' && /^[\x20-\x7e\xa0-\ud7ff]*$/.test(value)
  return isSingle ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value)
}

/** Of the type that its text looks like. */
function plainAs(value: string): string {
  const text = value.trim()
  if (looksLikeJson.number.test(text) || text === 'null') return text
  return looksLikeJson.boolean.test(text) ? text.toLowerCase() : JSON.stringify(value)
}
