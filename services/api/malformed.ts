import type { Duplex } from 'node:stream'

/** What is no HTTP never becomes a request: it is answered on the socket itself, also in JSON. */
export function refuseMalformed(error: Error & { code?: string }, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const [status, text] = statusOf(error.code)
  const body = JSON.stringify({
    ErrorMessage: text,
    ...(status.startsWith('400') && { Errors: [text] }),
  })
  const headers = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`)
}

function statusOf(code: string | undefined): [status: string, text: string] {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return ['431 Request Header Fields Too Large', 'The headers of the request are too large.']
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return ['408 Request Timeout', 'The request took too long to arrive.']
  }
  return ['400 Bad Request', 'The request is no HTTP that this server understands.']
}
