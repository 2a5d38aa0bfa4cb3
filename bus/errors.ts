/**
 * Errors that a caller can act on. On its way across the bus an error loses its
 * class and keeps its fields: tell errors apart by `type`, never by `instanceof`.
 */
import { Errors } from 'moleculer'

const { MoleculerClientError, MoleculerError, MoleculerRetryableError } = Errors

/** Another resource of this kind has the name already. */
export class TakenError extends MoleculerClientError {
  constructor(kind: string, name: string) {
    super(`Another ${wordsOf(kind)} is named '${name}'.`, 400, 'TAKEN', { kind, name })
  }
}

/** A request at fault, with a sentence for each fault. It arrives like the validator's own. */
export class InvalidError extends MoleculerClientError {
  constructor(faults: string[]) {
    const data = faults.map((message) => ({ message }))
    super('There was a problem with your request.', 400, 'VALIDATION_ERROR', data)
  }
}

/** What is asked for is refused as things stand: a wrong state, something in use. */
export class RefusedError extends MoleculerClientError {
  constructor(message: string) {
    super(message, 400, 'REFUSED')
  }
}

/** What has come from another space cannot be taken. `reason` says why for programs: 'BadSignature'. */
export class BundleRefusedError extends MoleculerClientError {
  constructor(message: string, reason: string) {
    super(message, 400, 'BUNDLE_REFUSED', { reason })
  }
}

/** What is asked for is there already. */
export class ConflictError extends MoleculerClientError {
  constructor(message: string) {
    super(message, 409, 'CONFLICT')
  }
}

/** The node that was asked takes no new tasks: load balancers know this answer. */
export class DrainingError extends MoleculerClientError {
  constructor(node: string) {
    super(`The server node '${node}' drains: it takes no new tasks.`, 418, 'DRAINING', { node })
  }
}

/** What asks was here once, and was removed: to ask again changes nothing. */
export class RemovedError extends MoleculerClientError {
  constructor(message: string) {
    super(message, 410, 'REMOVED')
  }
}

/** Too many tries; `retryAfterSeconds` says when the next may come. */
export class TooManyError extends MoleculerClientError {
  constructor(message: string, retryAfterSeconds: number) {
    super(message, 429, 'TOO_MANY', { retryAfterSeconds })
  }
}

/** Nobody is signed in, or not any more. */
export class UnauthenticatedError extends MoleculerClientError {
  constructor() {
    super('Sign in, or send an API key that is valid.', 401, 'UNAUTHENTICATED')
  }
}

/** The caller may view the resource, and not do this to it. */
export class ForbiddenError extends MoleculerClientError {
  constructor(permission: string) {
    super(`You need the permission ${permission}.`, 403, 'FORBIDDEN', { permission })
  }
}

/** No such resource, or none that the caller may view. */
export class NotFoundError extends MoleculerClientError {
  constructor(kind: string, id: string) {
    super(`The ${wordsOf(kind)} '${id}' was not found.`, 404, 'NOT_FOUND', { kind, id })
  }
}

/** Somebody has changed the resource since the caller read it. */
export class StaleError extends MoleculerClientError {
  constructor(kind: string, id: string) {
    const text = `The ${wordsOf(kind)} '${id}' has been changed meanwhile: read it again.`
    super(text, 409, 'STALE', { kind, id })
  }
}

/** The database does not answer. Nothing is known of what was to be changed: it may be tried again. */
export class StoreAwayError extends MoleculerRetryableError {
  constructor(cause: unknown) {
    super('The database does not answer: try again in a moment.', 503, 'STORE_AWAY')
    this.cause = cause
  }
}

/** A part of the API that clients know and Tako does not have yet. */
export class NotBuiltError extends MoleculerError {
  constructor(what: string) {
    super(`Tako does not have ${what} yet.`, 501, 'NOT_BUILT', { what })
  }
}

/** Whether a client can act on this, and so is told. What may be retried is a fault of ours. */
export function isForClient(error: Error): error is Errors.MoleculerError {
  if (!('code' in error) || ('retryable' in error && error.retryable)) return false
  const code = Number(error.code)
  return (code >= 400 && code < 500) || code === 501
}

/** The kind of a resource in a sentence: 'WorkerPool' is a 'worker pool'. */
const wordsOf = (kind: string) => kind.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
