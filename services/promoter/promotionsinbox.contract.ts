import type { BlobPiece } from './transport.ts'

declare module '#bus' {
  interface Actions {
    /**
     * Takes a signed message to a space of this server. What nobody known has signed, or too late, is
     * refused with its code; a message that comes again gets the answer that it got. `address`: where it
     * comes from, when that is known: who is refused too often is not listened to for a while.
     */
    'promotionsinbox.deliver'(params: { envelope: string; address?: string }): { reply: string }
    /** A piece of a blob that its space has granted: in base64. */
    'promotionsinbox.blob'(params: BlobPiece): { data: string }
    /** The same as a file, for who sends it. */
    'promotionsinbox.file'(params: { sha256: string; ticket: string }): {
      BlobName: string
      Size: number
    }
    'promotionsinbox.eraseSpace'(params: { spaceId: string }): null
  }
}
