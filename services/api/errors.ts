/** Errors of HTTP itself: the request never reached a service. */
import { Errors } from 'moleculer'
import type { Method } from './route.ts'

const { MoleculerClientError } = Errors

/** No route has this address. */
export class NoRouteError extends MoleculerClientError {
  constructor(pathname: string) {
    super(`The address '${pathname}' was not found.`, 404, 'NO_ROUTE')
  }
}

/** The address is known, the verb is not. */
export class VerbError extends MoleculerClientError {
  constructor(verb: string, allowed: Method[]) {
    const text = `${verb} is not possible here. It takes ${allowed.join(', ')}.`
    super(text, 405, 'VERB', { allowed })
  }
}

/** The body is no JSON, or of the wrong shape. */
export class BodyError extends MoleculerClientError {
  constructor(message: string) {
    super(message, 400, 'BODY')
  }
}

/** The body is longer than the API takes. */
export class TooLargeError extends MoleculerClientError {
  constructor(bytes: number) {
    super(`The body may have ${bytes} bytes at most.`, 413, 'TOO_LARGE')
  }
}

/** The body is in a form that the API does not read. */
export class MediaTypeError extends MoleculerClientError {
  constructor(type: string) {
    super(`Send JSON: the API does not read '${type}'.`, 415, 'MEDIA_TYPE')
  }
}

/** A cookie came without the proof that a page of ours has sent it. */
export class ForgeryError extends MoleculerClientError {
  constructor() {
    super(
      'Send the value of the cookie Octopus-Csrf-Token in the header X-Octopus-Csrf-Token.',
      403,
      'FORGERY',
    )
  }
}

/** The key was made for reading. */
export class ReadOnlyKeyError extends MoleculerClientError {
  constructor() {
    super('This API key may only read.', 403, 'READ_ONLY_KEY')
  }
}
