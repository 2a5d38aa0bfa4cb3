/** Machines that ask to be workers, as `npm run worker` asks. */
import { createHash } from 'node:crypto'
import { newKeys, type Party, partyOf, signed } from '#bus/messages.ts'
import type { TestServer } from './server.ts'

export interface Machine {
  party: Party
  /** What it sends to join; `more` in place of what it would send. */
  body(more?: { Token?: string; server?: string; [field: string]: unknown }): Promise<object>
  /** Sends that. */
  join(more?: Parameters<Machine['body']>[0]): Promise<Answer>
}

export interface Answer {
  status: number
  WorkerId: string
  Approval: string
  Fingerprint: string
  SpaceId: string
  SpaceName: string
  WorkerPools: string[]
  Server: { Bus: string; Keys: object; Fingerprint: string; Version: string }
  /** Instead of all that, when it is refused. */
  Errors?: string[]
  ErrorMessage?: string
}

/** A machine with keys of its own. */
export async function aMachine(server: Pick<TestServer, 'send' | 'url'>, Name: string) {
  const party = await partyOf(await newKeys())

  async function body({ Token, server: at, ...more }: Parameters<Machine['body']>[0] = {}) {
    const proof = {
      fingerprint: party.fingerprint,
      token: Token ? createHash('sha256').update(Token).digest('hex') : '',
      server: at ?? server.url.replace(/\/api$/, ''),
    }
    const Proof = await signed('join', proof, party)
    return { Name, Keys: party.keys, Proof, ...(Token !== undefined && { Token }), ...more }
  }

  async function join(more?: Parameters<Machine['body']>[0]): Promise<Answer> {
    const sent = await body(more)
    const response = await server.send('POST', '/workerregistrations', sent, null)
    const answer = (await response.json()) as Omit<Answer, 'status'> // As the contract has it.
    return { ...answer, status: response.status }
  }

  return { party, body, join } satisfies Machine
}
