import type { ServiceBroker } from 'moleculer'
import type { Bus, PromotionBus } from './index.ts'
import { type WorkerBrokerOptions, workerBroker } from './worker-broker.ts'

/** Moleculer's own broker, whose calls are typed by what promoters of different servers offer. */
export type PromotionBroker = Omit<ServiceBroker, keyof Bus> & Bus<PromotionBus>

/**
 * A broker on the promotions bus: with the same bounds as on the workers' bus. It has no internal
 * services, and nothing but checked parameters crosses.
 */
export const promotionBroker = (
  options: Required<Pick<WorkerBrokerOptions, 'namespace' | 'guarding'>> & WorkerBrokerOptions,
): PromotionBroker => workerBroker(options) as unknown as PromotionBroker // The same broker: only the list of what is called differs.
