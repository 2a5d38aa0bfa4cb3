import { streamHeaders } from './answers.ts'
import type { Exchange } from './exchange.ts'
import { publicUrlOf } from './public-url.ts'

/** Sends the identity document of a space, to be handed to another. */
export async function sendIdentityDocument(exchange: Exchange): Promise<void> {
  const { ctx, request, spaceId = '' } = exchange
  const serverUrl = publicUrlOf(request)
  const text = await ctx.call('spaceidentities.document', { spaceId, serverUrl })
  sendAsFile(exchange, 'identity.json', text)
}

/** Sends what shows that the present keys of a space follow its older ones. */
export async function sendRotations(exchange: Exchange): Promise<void> {
  const { ctx, spaceId = '' } = exchange
  sendAsFile(exchange, 'rotations.json', await ctx.call('spaceidentities.rotations', { spaceId }))
}

function sendAsFile({ request, response }: Exchange, fileName: string, text: string) {
  response.writeHead(200, {
    ...streamHeaders(request, 'application/json; charset=utf-8'),
    'Content-Disposition': `attachment; filename="${fileName}"`,
    'Content-Length': Buffer.byteLength(text),
  })
  response.end(request.method === 'HEAD' ? undefined : text)
}
