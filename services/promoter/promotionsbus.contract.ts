import type { BlobPiece } from './transport.ts'

declare module '#bus' {
  interface Actions {
    /** Carries an envelope over the promotions bus. `to`: the short fingerprint of the space there. */
    'promotionsbus.deliver'(params: { to: string; envelope: string }): { reply: string }
    /** A piece of a blob, in base64, from a space on the promotions bus. */
    'promotionsbus.blob'(params: { to: string } & BlobPiece): { data: string }
  }

  /** All that is offered between servers: of each space, its inbox and what it has granted. */
  interface PromotionActions {
    [deliver: `promotions-${string}.deliver`]: (params: { envelope: string }) => { reply: string }
    [blob: `promotions-${string}.blob`]: (params: BlobPiece) => { data: string }
  }
}
