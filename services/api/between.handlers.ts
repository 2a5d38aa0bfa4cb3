/** What other servers bring and fetch. Nobody is signed in: what counts is signed, or has a ticket. */
import { asSystem } from '#bus/caller.ts'
import { UnauthenticatedError } from '#bus/errors.ts'
import { bundleLimits } from '#domain/bundle/limits.ts'
import { streamHeaders } from './answers.ts'
import { clientAddress } from './client-address.ts'
import { sendFile } from './download.ts'
import { TooLargeError } from './errors.ts'
import type { Exchange } from './exchange.ts'

/** Takes one envelope and answers with another. */
export async function takeMessage({ ctx, request, response }: Exchange): Promise<void> {
  const most = bundleLimits.messageBytes
  if (Number(request.headers['content-length']) > most) throw new TooLargeError(most)
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of request) {
    size += piece.length
    if (size > most) throw new TooLargeError(most)
    pieces.push(piece)
  }
  const envelope = Buffer.concat(pieces).toString('latin1')
  const system = asSystem(ctx.broker, 'a message of another server')
  const { reply } = await system.call('promotionsinbox.deliver', {
    envelope,
    address: clientAddress(request),
  })
  response.writeHead(200, {
    ...streamHeaders(request, 'application/jose'),
    'Content-Length': Buffer.byteLength(reply),
  })
  response.end(reply)
}

/** Sends a blob, or a part of it, to who has the ticket for it. */
export async function sendBlob(exchange: Exchange): Promise<void> {
  const { authorization = '' } = exchange.request.headers
  const ticket = /^Bearer +(\S{1,100})$/i.exec(authorization)?.[1]
  if (!ticket) throw new UnauthenticatedError()
  const sha256 = String(exchange.path.sha256).toLowerCase()
  const system = asSystem(exchange.ctx.broker, 'a blob for another server')
  await sendFile(exchange, async () => {
    const found = await system.call('promotionsinbox.file', { sha256, ticket })
    return { ...found, FileName: sha256, Tag: sha256 }
  })
}
