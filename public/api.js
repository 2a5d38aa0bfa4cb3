/**
 * A resource as the server sends it: keys in PascalCase, read and sent back whole. Which keys there are is
 * the API's contract, so they stay open here.
 * @typedef {Record<string, any> & { Id: string, Name: string }} Resource
 */

/**
 * @template [T=Resource]
 * @typedef {{ Items: T[], TotalResults: number, ItemsPerPage: number }} Page
 */

/** What the server answered instead: its sentence, the faults of a form, and the number of the request. */
export class ApiError extends Error {
  /**
   * @param {number} status of HTTP; 0 when there was no answer
   * @param {string} message
   * @param {string[]} errors each fault of a refused form
   * @param {string} requestId
   * @param {string} code why, for programs, where something from another space is refused; '' otherwise
   */
  constructor(status, message, errors = [], requestId = '', code = '') {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.errors = errors
    this.requestId = requestId
    this.code = code
  }
}

const NO_ANSWER = 'The server does not answer. Check the connection, then try again.'

/**
 * Sends a request to `/api` + path (a path that begins with `/api`, as in `Links`, is taken as it is).
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {AbortSignal} [signal]
 */
async function request(method, path, body, signal) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (method !== 'GET') headers['X-Octopus-Csrf-Token'] = csrfToken()
  const response = await fetch(addressOf(path), {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((error) => {
    if (signal?.aborted) throw error
    throw new ApiError(0, NO_ANSWER)
  })
  if (!response.ok) throw await errorOf(response, path)
  return response
}

/** @param {string} path */
const addressOf = (path) => (path.startsWith('/api') ? path : `/api${path}`)

/** A page of another site cannot read this cookie, so whoever sends its value is one of ours. */
function csrfToken() {
  const cookie = document.cookie.split('; ').find((part) => part.startsWith('Octopus-Csrf-Token'))
  return decodeURIComponent(cookie?.slice(cookie.indexOf('=') + 1) ?? '')
}

/**
 * @param {Response} response
 * @param {string} path
 */
async function errorOf(response, path) {
  // A proxy in between may answer with something else than JSON: then the status is all that is known.
  const { ErrorMessage, Errors, Details } = await response.json().catch(() => ({}))
  const isQuestion = path === '/users/me' || path === '/users/login'
  if (response.status === 401 && !isQuestion) dispatchEvent(new Event('tako-signed-out'))
  const message = ErrorMessage ?? `The server answered with status ${response.status}.`
  const requestId = response.headers.get('X-Request-Id') ?? ''
  return new ApiError(response.status, message, Errors ?? [], requestId, Details?.Code)
}

/**
 * Sends a file as a form. `fetch` cannot say how much of a body has been sent, so this is the older way.
 * @param {string} path
 * @param {File} file
 * @param {{ onprogress?: (share: number) => void, signal?: AbortSignal }} options `share` goes from 0 to 1
 * @returns {Promise<any>}
 */
function upload(path, file, { onprogress, signal }) {
  const body = new FormData()
  body.append('file', file, file.name)
  const sending = new XMLHttpRequest()
  sending.open('POST', addressOf(path))
  sending.setRequestHeader('Accept', 'application/json')
  sending.setRequestHeader('X-Octopus-Csrf-Token', csrfToken())
  return new Promise((resolve, reject) => {
    sending.upload.onprogress = ({ loaded, total }) => onprogress?.(total ? loaded / total : 0)
    sending.onerror = () => reject(new ApiError(0, NO_ANSWER))
    sending.onabort = () => reject(new DOMException('Cancelled', 'AbortError'))
    sending.onload = async () => {
      const { status, responseText } = sending
      const requestId = sending.getResponseHeader('X-Request-Id') ?? ''
      const answer = new Response(responseText || null, {
        status,
        headers: { 'X-Request-Id': requestId },
      })
      if (answer.ok) resolve(await answer.json())
      else reject(await errorOf(answer, path))
    }
    signal?.addEventListener('abort', () => sending.abort())
    sending.send(body)
  })
}

/**
 * The answers are `any`: their shapes are the API's, and are named where they are used.
 * @param {string} base
 */
function callsUnder(base) {
  /** @param {string} path */
  const under = (path) => (path.startsWith('/api') ? path : base + path)
  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  const json = async (method, path, body, signal) => {
    const text = await (await request(method, under(path), body, signal)).text()
    return text ? JSON.parse(text) : undefined
  }
  return {
    /** @type {(path: string, signal?: AbortSignal) => Promise<any>} */
    get: (path, signal) => json('GET', path, undefined, signal),
    /** @type {(path: string, body?: unknown) => Promise<any>} */
    post: (path, body) => json('POST', path, body),
    /** @type {(path: string, body?: unknown) => Promise<any>} */
    put: (path, body) => json('PUT', path, body),
    /** @type {(path: string) => Promise<any>} */
    delete: (path) => json('DELETE', path),
    /** Sends a file as a form, and tells meanwhile how much of it is sent. */
    upload: (
      /** @type {string} */ path,
      /** @type {File} */ file,
      /** @type {Parameters<typeof upload>[2]} */ options = {},
    ) => upload(under(path), file, options),
    /** The address of what is downloaded by a link. */
    hrefOf: (/** @type {string} */ path) => addressOf(under(path)),
    /** @type {(path: string, signal?: AbortSignal) => Promise<string>} */
    text: async (path, signal) => (await request('GET', under(path), undefined, signal)).text(),
  }
}

/** The REST API; the only way from the pages to the server. */
export const api = {
  ...callsUnder(''),
  /**
   * The same calls inside a space: `api.space(space).get('/projects')`. The id '' is the whole server.
   * @param {{ Id: string } | string} space
   */
  space: (space) => {
    const id = typeof space === 'string' ? space : space.Id
    return callsUnder(id && `/${id}`)
  },
}

/**
 * Listens to a stream of the server's events until the returned function is called, and opens it anew when it
 * breaks: after 1 s, at most 30 s.
 * @param {(lastId: string) => string} pathAfter the address, given the last event's id ('' at first)
 * @param {Record<string, (data: any, id: string) => void>} listeners by event name; the data is the API's
 * @param {(isConnected: boolean) => void} [onConnection]
 * @returns {() => void}
 */
export function stream(pathAfter, listeners, onConnection) {
  let lastId = ''
  let delay = 1000
  let isClosed = false
  /** @type {EventSource} */
  let source
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer

  const open = () => {
    source = new EventSource(addressOf(pathAfter(lastId)))
    source.onopen = () => {
      delay = 1000
      onConnection?.(true)
    }
    source.onerror = () => {
      source.close()
      if (isClosed) return
      onConnection?.(false)
      timer = setTimeout(open, delay)
      delay = Math.min(delay * 2, 30_000)
    }
    for (const [name, listener] of Object.entries(listeners)) {
      source.addEventListener(name, (event) => {
        if (event.lastEventId) lastId = event.lastEventId
        listener(event.data ? JSON.parse(event.data) : undefined, lastId)
      })
    }
  }
  open()

  return () => {
    isClosed = true
    clearTimeout(timer)
    source.close()
  }
}
