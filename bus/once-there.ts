import type { Service } from 'moleculer'

/** How long services wait for each other at a start, and how often they look, in ms. */
const PATIENCE_MS = 60_000
const LOOK_EACH_MS = 10

/**
 * Does `work` as soon as other services are there, without holding up the start: they may wait for
 * this one. By `dependencies` Moleculer would look for them once a second.
 */
export function onceThere(
  service: { broker: Pick<Service['broker'], 'waitForServices'>; logger: Service['logger'] },
  names: string[],
  work: () => Promise<unknown>,
): void {
  service.broker
    .waitForServices(names, PATIENCE_MS, LOOK_EACH_MS)
    .then(work)
    .catch((error) => service.logger.error('What a crash may have left was not looked at', error))
}
