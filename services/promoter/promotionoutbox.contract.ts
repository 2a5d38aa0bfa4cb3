import type { KnownType } from '#domain/promotion/read-message.ts'

declare module '#bus' {
  interface Actions {
    /**
     * Stores a message to the space of a trust. It is sent, in the order of all that goes there, until it
     * is answered or seven days are over. `key` says what it is about: while a message with the same one
     * waits, there is no second, and that one is tried at once.
     */
    'promotionoutbox.post'(params: {
      spaceId: string
      trustId: string
      key: string
      type: KnownType
      body: object
    }): null
    /** A space has new keys: those who are connected are told, before anything that is signed with them. */
    'promotionoutbox.rotated'(params: { spaceId: string }): null
    'promotionoutbox.eraseSpace'(params: { spaceId: string }): null
  }
}
