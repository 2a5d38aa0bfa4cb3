declare module '#bus' {
  interface Actions {
    /** Draws the consequences of revoked trusts that nobody has drawn yet. Idempotent. */
    'revocations.follow'(params: Record<never, never>): null
  }
}
