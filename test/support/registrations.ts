/** In place of a server: it takes registrations of workers, and answers what a test says. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerOptions } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { PublicKeys } from '#bus/messages.ts'

export interface Registered {
  Name: string
  Keys: PublicKeys
  Proof: string
  Token?: string
  Space?: string
  WorkerId?: string
  Slots: number
}

type Reply = { status?: number; body?: unknown; headers?: Record<string, string> }

export interface Registrations {
  url: string
  /** What was asked, in order. */
  asked: Registered[]
  /** Makes the answer to the next questions. */
  answer(asked: Registered): Reply
  stop(): Promise<void>
}

/** Starts it on a free port; with a key and a certificate it speaks HTTPS. */
export async function startRegistrations(
  answer: Registrations['answer'],
  tls?: ServerOptions & { key: string; cert: string },
): Promise<Registrations> {
  const asked: Registered[] = []
  const http = (tls ? createSecureServer(tls) : createServer()).on(
    'request',
    async (request, response) => {
      const question = JSON.parse(await textOf(request))
      asked.push(question)
      const { status = 200, body = {}, headers = {} } = registrations.answer(question)
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
      response.end(JSON.stringify(body))
    },
  )
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const registrations: Registrations = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    asked,
    answer,
    async stop() {
      http.closeAllConnections()
      http.close()
      await once(http, 'close')
    },
  }
  return registrations
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}
