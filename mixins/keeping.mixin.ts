import { defineMixin } from '#bus'

/**
 * Gives a service fields of its own: what it opens when it starts and closes when it stops. Until it
 * has set them they are undefined, so the type says which may be.
 */
export const keeping = <Fields extends object>() => defineMixin<Partial<Fields>>({})
