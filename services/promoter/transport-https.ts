/** To another server by HTTPS. Nothing there is believed that is not signed: no key of an API is sent. */
import { bundleLimits } from '#domain/bundle/limits.ts'
import { type Transport, TurnedAwayError, UnreachedError } from './transport.ts'

const ANSWER_MS = 15_000

/** `url` is where the other server is: 'https://tako.example.com'. */
export const overHttps = (url: string): Transport => ({
  async send(envelope) {
    const answer = await asked(`${url}/api/promotion/v1/messages`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/jose' },
      body: envelope,
    })
    return (await bytesOf(answer, bundleLimits.messageBytes)).toString('latin1')
  },

  async blob({ sha256, offset, length, ticket }) {
    const answer = await asked(`${url}/api/promotion/v1/blobs/${sha256}`, {
      headers: {
        Authorization: `Bearer ${ticket}`,
        Range: `bytes=${offset}-${offset + length - 1}`,
      },
    })
    return bytesOf(answer, length)
  },
})

async function asked(address: string, init: RequestInit): Promise<Response> {
  const signal = AbortSignal.timeout(ANSWER_MS)
  // Who is trusted at one address is not followed to another.
  const answer = await fetch(address, { ...init, signal, redirect: 'error' }).catch((cause) => {
    throw new UnreachedError(`${new URL(address).host} does not answer.`, { cause })
  })
  if (answer.ok) return answer
  const said = await refusalIn(answer)
  if (answer.status === 400 || answer.status === 404)
    throw new TurnedAwayError(said.message, said.code)
  throw new UnreachedError(said.message)
}

/** What a Tako says of why not; of another server, only that it has said no. */
async function refusalIn(answer: Response): Promise<{ message: string; code: string }> {
  const plain = `${new URL(answer.url).host} has answered ${answer.status}.`
  try {
    const { ErrorMessage, Details } = JSON.parse(`${await bytesOf(answer, 65_536)}`)
    if (typeof ErrorMessage !== 'string') return { message: plain, code: 'Refused' }
    const code = typeof Details?.Code === 'string' ? Details.Code : 'Refused'
    return { message: ErrorMessage.slice(0, 1_000), code }
  } catch {
    // Some other server: what it says is of no use.
    return { message: plain, code: 'Refused' }
  }
}

/** Never more of it than was to be expected. */
async function bytesOf({ body, url }: Response, most: number): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let size = 0
  try {
    for await (const piece of body ?? []) {
      size += piece.length
      if (size > most) throw new Error(`more than ${most} bytes`)
      pieces.push(piece)
    }
  } catch (cause) {
    throw new UnreachedError(`The answer of ${new URL(url).host} broke off.`, { cause })
  }
  return Buffer.concat(pieces)
}
