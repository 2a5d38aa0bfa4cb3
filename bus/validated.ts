import { type Middleware, type ServiceBroker, Validators } from 'moleculer'

/**
 * Checks an action's parameters, by Moleculer's own validator. It is ours to place: what is wrong
 * with a request is nobody's business who may not make it, so permissions come before.
 */
export const validated = ((broker: ServiceBroker): Middleware => {
  const validator = new Validators.Fastest()
  validator.init(broker)
  return validator.middleware(broker)
  // A middleware may be a function of its broker, which Moleculer's type does not say.
}) as unknown as Middleware
