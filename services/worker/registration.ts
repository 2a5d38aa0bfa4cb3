/** How a worker comes to its server: one request, which may be sent again. */
import { createHash } from 'node:crypto'
import { checkKeys, type Party, type PublicKeys, signed } from '#bus/messages.ts'
import type { JoinProof } from '#bus/orders.ts'

const TIMEOUT_MS = 15_000
/** The longest answer that is read, in characters. */
const MOST_TEXT = 64 * 1024

export interface RegistrationRequest {
  /** Such as 'https://tako.example.com', without a slash at its end. */
  server: string
  party: Party
  /** null where an operator approves it. */
  token: string | null
  name: string
  space: string | null
  /** What the server has called it, to learn whether it has removed it; null before that. */
  id: string | null
  slots: number
  operatingSystem: string
  version: string
}

/** What the server says of a worker that is registered. */
export interface Registration {
  WorkerId: string
  /** As it is called at the server, which may have renamed it. */
  Name: string
  Approval: 'Waiting' | 'Approved'
  Fingerprint: string
  SpaceName: string
  WorkerPools: string[]
  Server: { Bus: string; Keys: PublicKeys }
}

/** Why it did not come to a registration, in a sentence for people. */
export class RegistrationError extends Error {
  /**
   * `away`: try again. `removed`: it was a worker of the server, and is not any more. `impostor`: it
   * is not the server that it was.
   */
  readonly kind: 'away' | 'refused' | 'removed' | 'impostor'

  constructor(kind: RegistrationError['kind'], message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'RegistrationError'
    this.kind = kind
  }
}

/** Asks the server once. */
export async function register(request: RegistrationRequest): Promise<Registration> {
  const response = await send(request)
  const { server } = request
  if (response.status >= 300 && response.status < 400) {
    const to = response.headers.get('location') ?? 'another address'
    throw refused(`The server at ${server} sends to ${to}: give that address by --server.`)
  }
  const body = await bodyOf(response)
  if (response.status === 410) throw new RegistrationError('removed', removedFrom(server))
  if (response.status >= 500 || response.status === 429 || response.status === 408)
    throw away(`The server at ${server} cannot answer now (${response.status}).`)
  if (!response.ok) {
    const told = messageOf(body)
    throw refused(
      told
        ? `The server at ${server} refuses this worker: ${told}`
        : `There is no Tako at ${server} that takes workers (${response.status}).`,
    )
  }
  return await checked(body, server)
}

export const removedFrom = (server: string) =>
  `The server at ${server} has removed this worker. Start it again to ask for its approval anew.`

async function send(request: RegistrationRequest): Promise<Response> {
  const { server, party, token, space, id } = request
  const proof: JoinProof = {
    fingerprint: party.fingerprint,
    token: token === null ? '' : createHash('sha256').update(token).digest('hex'),
    server,
  }
  const body = {
    Name: request.name,
    ...(space !== null && { Space: space }),
    ...(token !== null && { Token: token }),
    ...(id !== null && { WorkerId: id }),
    Keys: party.keys,
    Proof: await signed('join', proof, party),
    Slots: request.slots,
    OperatingSystem: request.operatingSystem,
    Version: request.version,
  }
  try {
    return await fetch(`${server}/api/workerregistrations`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify(body),
      // A token is for the server that was named, and for nobody whom that one names.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
  } catch (error) {
    throw unreachable(server, error)
  }
}

const UNTRUSTED =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|INVALID_CA)$/

function unreachable(server: string, error: unknown): RegistrationError {
  const { cause } = error as { cause?: Error & { code?: string } }
  const code = cause?.code ?? ''
  if (UNTRUSTED.test(code)) {
    const text = `The certificate of ${server} is not trusted here (${code}). If it is of your own authority, name the file of that in NODE_EXTRA_CA_CERTS.`
    return new RegistrationError('refused', text, error)
  }
  if (code.startsWith('ERR_SSL'))
    return new RegistrationError('refused', `There is no HTTPS at ${server} (${code}).`, error)
  const reason = code || cause?.message || (error as Error).message
  return new RegistrationError('away', `The server at ${server} is not there (${reason}).`, error)
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text().catch((cause) => {
    throw new RegistrationError('away', 'The server has broken off its answer.', cause)
  })
  try {
    return JSON.parse(text.slice(0, MOST_TEXT))
  } catch {
    // A page of a proxy, perhaps: what that means, the status tells.
    return null
  }
}

/** The sentences of an error of Tako's. */
function messageOf(body: unknown): string {
  const { ErrorMessage = '', Errors = [] } = (body ?? {}) as {
    ErrorMessage?: string
    Errors?: string[]
  }
  return [Errors.length > 0 ? Errors : ErrorMessage].flat().join(' ')
}

async function checked(body: unknown, server: string): Promise<Registration> {
  const { WorkerId, Approval, Server, ...rest } = (body ?? {}) as Partial<Registration>
  const isKnown = Approval === 'Waiting' || Approval === 'Approved'
  const isWhole = /^Workers-[A-Za-z0-9]{1,50}$/.test(WorkerId ?? '') && isKnown && Server?.Keys
  if (!WorkerId || !isWhole || !/^[a-z0-9-]{1,80}$/.test(Server.Bus ?? ''))
    throw refused(`What the server at ${server} answers is no registration of a worker.`)
  await checkKeys(Server.Keys).catch((cause) => {
    throw new RegistrationError('refused', `The server at ${server} shows no usable keys.`, cause)
  })
  const { Name = '', Fingerprint = '', SpaceName = '', WorkerPools = [] } = rest
  return { WorkerId, Name, Approval, Fingerprint, SpaceName, WorkerPools, Server }
}

const refused = (text: string) => new RegistrationError('refused', text)
const away = (text: string) => new RegistrationError('away', text)
