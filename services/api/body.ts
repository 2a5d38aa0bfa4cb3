import type { IncomingMessage } from 'node:http'
import { BodyError, MediaTypeError, TooLargeError } from './errors.ts'

const LIMIT = 1024 * 1024 // bytes
const DEEPEST = 60

/** The JSON in the body of a request: an empty body is an empty object. */
export async function bodyOf(request: IncomingMessage): Promise<object> {
  const { 'content-type': type = '', 'content-encoding': encoding } = request.headers
  if (/^multipart\//i.test(type)) throw new MediaTypeError(type)
  if (encoding && encoding !== 'identity') throw new MediaTypeError(encoding)
  const text = await textOf(request)
  if (text.trim() === '') return {}
  const value = parsed(text, type)
  if (typeof value !== 'object' || value === null) {
    throw new BodyError('The body must be a JSON object.')
  }
  if (isDeeper(value, DEEPEST)) {
    throw new BodyError(`The body may be nested ${DEEPEST} levels deep at most.`)
  }
  return value
}

async function textOf(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length']) > LIMIT) throw new TooLargeError(LIMIT)
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > LIMIT) throw new TooLargeError(LIMIT)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Some tools send JSON under another name: what can be read as JSON is. */
function parsed(text: string, type: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch (error) {
    const isJson = type === '' || /\bjson\b/i.test(type)
    if (!isJson) throw new MediaTypeError(type)
    throw new BodyError(`The body is not JSON: ${error instanceof Error ? error.message : ''}`)
  }
}

/** Stops at the limit, so that no depth of the client's choosing fills the stack. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}
