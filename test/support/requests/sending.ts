/** Sends what `fetch` alone would mend, and looks at what comes back. */
import { config } from '#config'
import type { TestServer } from '../server.ts'
import type { Spoiled } from './spoilers.ts'

export interface Answer {
  status: number
  type: string
  text: string
}

const PATIENCE_MS = 10_000

/** Sends a request, and reads its answer; of a stream that begins, only that. */
export async function sendSpoiled(
  server: Pick<TestServer, 'url'>,
  request: Spoiled,
  key: string | null = config.adminApiKey ?? null,
): Promise<Answer> {
  const path = request.segments.map(encodedOf).join('/')
  const query = request.query.map(([name, value]) => `${encodedOf(name)}=${encodedOf(value)}`)
  const body =
    request.raw ?? (request.body === undefined ? undefined : JSON.stringify(request.body))
  const controller = new AbortController()
  const tooLate = setTimeout(() => controller.abort(new Error('No answer came.')), PATIENCE_MS)
  try {
    const response = await fetch(
      `${server.url}/${path}${query.length > 0 ? '?' : ''}${query.join('&')}`,
      {
        method: request.method,
        redirect: 'error',
        signal: controller.signal,
        headers: {
          ...(request.contentType !== '' && {
            'Content-Type': request.contentType ?? 'application/json',
          }),
          ...(key !== null && { 'X-Octopus-ApiKey': key }),
        },
        ...(takesBody(request.method) && body !== undefined && { body }),
      },
    )
    const type = response.headers.get('content-type') ?? ''
    const isStream = type.startsWith('text/event-stream')
    const text = isStream ? '' : await response.text()
    if (isStream) controller.abort()
    return { status: response.status, type, text }
  } finally {
    clearTimeout(tooLate)
  }
}

const takesBody = (method: string) => !['GET', 'HEAD'].includes(method)

/** What is broken on purpose stays broken: half a character, an escape that is none. */
function encodedOf(text: string): string {
  if (text === '%' || text === '%zz') return text
  return encodeURIComponent(text.toWellFormed()).replace(/^\.+$/, (dots) =>
    '%2E'.repeat(dots.length),
  )
}

/** Whether the server has said no, for whichever reason. */
export const isRefusal = ({ status }: Answer): boolean => status >= 400

/** What the contract says against an answer; nothing when all is well. */
export function complaintsOf(method: string, { status, type, text }: Answer): string[] {
  const complaints: string[] = []
  const complain = (is: boolean, what: string) =>
    is && complaints.push(`${what} (${status}): ${text.slice(0, 300)}`)
  complain(status >= 500 && status !== 501, 'It is a fault of the server')
  complain(status === 204 || (status >= 300 && status < 400), 'No such status')
  complain(/\n\s+at |node:internal|\.ts:\d+|node_modules/.test(text), 'It shows a stack')
  if (status < 400 || method === 'HEAD') return complaints
  const body = readObject(text)
  complain(!type.startsWith('application/json') || body === null, 'An error is no JSON object')
  complain(
    typeof body?.ErrorMessage !== 'string' || body.ErrorMessage === '',
    'An error says nothing',
  )
  complain(status === 400 && !isTexts(body?.Errors), 'A fault has no list of errors')
  complain(status !== 400 && body?.Errors !== undefined, 'Errors are for faults in a request')
  return complaints
}

function readObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

const isTexts = (value: unknown) =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((text) => typeof text === 'string' && text !== '')
