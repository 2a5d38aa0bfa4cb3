/** The ways on which messages and the bytes of blobs get to another space. All carry the same signed envelopes. */
import type { Bus } from '#bus'
import { RefusedError } from '#bus/errors.ts'
import { shortForm } from '#domain/bundle/identity.ts'
import { overHttps } from './transport-https.ts'
import type { Trust } from './trusts.contract.ts'

/** A piece of a blob of the other space. */
export interface BlobPiece {
  sha256: string
  /** In bytes; the piece is shorter at the end of the blob. */
  offset: number
  length: number
  /** From the `bundle.need` that has asked for the blob. */
  ticket: string
}

export interface Transport {
  /** Carries an envelope there. Gives the answer: an envelope too. */
  send(envelope: string): Promise<string>
  /** Fetches a piece of a blob from there. */
  blob(piece: BlobPiece): Promise<Uint8Array>
}

/** Nobody is there, or what is there does not answer as it should: it may be tried again. */
export class UnreachedError extends Error {}

/** The other side has said no, in words that nobody has signed. The code is a BundleCode, or 'Refused'. */
export class TurnedAwayError extends UnreachedError {
  readonly code: string
  constructor(message: string, code: string) {
    super(message)
    this.code = code
  }
}

type Reached = Pick<Trust, 'Name' | 'Fingerprint'> & { Transport: Trust['Transport'] }

/** The way to the space of a trust. Both calls fail with an UnreachedError. */
export function transportTo(
  system: Pick<Bus, 'call'>,
  { Name, Fingerprint, Transport: { Kind, Url } }: Reached,
): Transport {
  if (Kind === 'Local') return overBus(system, null)
  if (Kind === 'Bus') return overBus(system, shortForm(Fingerprint))
  if (Kind === 'Https' && Url !== null) return overHttps(Url)
  throw new RefusedError(`${Name} is not connected: nothing can be asked of it.`)
}

/** Through this server's own bus: to the inbox here, or to the node that is on the promotions bus. */
const overBus = ({ call }: Pick<Bus, 'call'>, to: string | null): Transport => ({
  async send(envelope) {
    const { reply } = await (to === null
      ? call('promotionsinbox.deliver', { envelope })
      : call('promotionsbus.deliver', { to, envelope })
    ).catch(unreached)
    return reply
  },
  async blob(piece) {
    const { data } = await (to === null
      ? call('promotionsinbox.blob', piece)
      : call('promotionsbus.blob', { to, ...piece })
    ).catch(unreached)
    return Buffer.from(data, 'base64')
  },
})

function unreached(error: Error & { type?: string; data?: { reason?: string } }): never {
  if (error.type === 'BUNDLE_REFUSED')
    throw new TurnedAwayError(error.message, error.data?.reason ?? 'Refused')
  if (error.type === 'NOT_FOUND' || error.type === 'REFUSED')
    throw new TurnedAwayError(error.message, 'Refused')
  throw new UnreachedError(error.message, { cause: error })
}
