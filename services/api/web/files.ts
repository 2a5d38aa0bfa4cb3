import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { type Assets, fingerprintOf, readAssets, typeOf } from './assets.ts'

const brotli = promisify(brotliCompress)
const zip = promisify(gzip)

/** A file as it travels, with the forms in which it was asked for. */
interface Sendable {
  content: Buffer
  type: string
  isText: boolean
  etag: string
  packed: Map<string, Promise<Buffer>>
}

interface Headers {
  [name: string]: string
}

const securityHeaders: Headers = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** How long a look at `public/` is good, in ms. */
const LOOK_MS = 500

// Programs ask for these by themselves; a page of ours would tell them nothing.
const notPages = /^\/(?:assets\/|favicon\.ico$|robots\.txt$|\.well-known\/)/

/**
 * Serves the web UI: its files below `/assets/<version>/`, and index.html at every other address, whose page the
 * browser finds. The answer says whether the request was for it. `root` holds `public/` and `node_modules/`.
 */
export function webFiles({ root }: { root: string }) {
  let assets: Assets
  let fingerprint = ''
  let lookedAt = Number.NEGATIVE_INFINITY
  let kept = new Map<string, Promise<Sendable>>()

  /** A saved file is seen at the next look, with new addresses for all. */
  const look = (): Assets => {
    if (performance.now() - lookedAt < LOOK_MS) return assets
    const seen = fingerprintOf(root)
    if (seen !== fingerprint) {
      assets = readAssets(root)
      kept = new Map()
      fingerprint = seen
    }
    lookedAt = performance.now()
    return assets
  }

  const keep = (path: string, make: () => Promise<Sendable>) => {
    const known = kept.get(path)
    if (known) return known
    const made = make()
    kept.set(path, made)
    // A file that could not be read is asked for again.
    made.catch(() => kept.delete(path))
    return made
  }

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false
    const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/'
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)

    if (notPages.test(path)) {
      const [, version, name = ''] = /^\/assets\/([\w-]+)\/(.+)$/.exec(path) ?? []
      const { files, version: current } = look()
      const file = version === current ? files.get(name) : undefined
      if (file === undefined) return sendMissing(request, response)
      const sendable = keep(name, async () => sendableOf(await readFile(file), typeOf(file)))
      const headers = { 'Cache-Control': 'public, max-age=31536000, immutable' }
      void answer(request, response, sendable, headers)
      return true
    }

    const { page } = look()
    const type = { type: 'text/html; charset=utf-8', isText: true }
    const sendable = keep('/', async () => sendableOf(Buffer.from(page.html), type))
    const headers = { 'Cache-Control': 'no-cache', 'Content-Security-Policy': page.policy }
    void answer(request, response, sendable, headers)
    return true
  }
}

function sendableOf(content: Buffer, type: { type: string; isText: boolean }): Sendable {
  const digest = createHash('sha256').update(content).digest('base64url').slice(0, 16)
  return { content, ...type, etag: digest, packed: new Map() }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  promised: Promise<Sendable>,
  headers: Headers,
) {
  try {
    await send(request, response, await promised, headers)
  } catch {
    // The file went away between the look and the reading: the next look will know.
    sendMissing(request, response)
  }
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  sendable: Sendable,
  headers: Headers,
) {
  const encoding = sendable.isText ? encodingFor(String(request.headers['accept-encoding'])) : ''
  const etag = `"${sendable.etag}${encoding && `-${encoding}`}"`
  const all = {
    ...headers,
    'Content-Type': sendable.type,
    ETag: etag,
    Vary: 'Accept-Encoding',
    ...(encoding && { 'Content-Encoding': encoding }),
  }
  if (request.headers['if-none-match']?.split(/,\s*/).includes(etag)) {
    response.writeHead(304, all).end()
    return
  }
  const body = encoding ? await packed(sendable, encoding) : sendable.content
  response.writeHead(200, { ...all, 'Content-Length': body.length })
  response.end(request.method === 'HEAD' ? undefined : body)
}

const encodingFor = (accepted: string) =>
  /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : ''

function packed({ packed, content }: Sendable, encoding: string): Promise<Buffer> {
  const known = packed.get(encoding)
  if (known) return known
  // Better takes ten times as long, and the first view waits for it.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5 }
  const made = encoding === 'br' ? brotli(content, { params }) : zip(content, { level: 6 })
  packed.set(encoding, made)
  return made
}

function sendMissing(request: IncomingMessage, response: ServerResponse): true {
  const text = 'There is nothing at this address.'
  response.writeHead(404, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(text),
  })
  response.end(request.method === 'HEAD' ? undefined : text)
  return true
}
