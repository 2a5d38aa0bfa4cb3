import { type Middleware, type ServiceBroker, Validators } from 'moleculer'

/**
 * Checks an action's parameters, by Moleculer's own validator. It is ours to place: what is wrong
 * with a request is nobody's business who may not make it, so permissions come before.
 */
export const validated = ((broker: ServiceBroker): Middleware => {
  const validator = new Validators.Fastest()
  validator.init(broker)
  const compile = validator.compile.bind(validator)
  // By an action's first call: to do it for all of them would be a tenth of the server's start. What
  // is known only then is whether a check waits for something; no rule of ours does.
  validator.compile = (rules) => {
    let check: ReturnType<typeof compile> | undefined
    return (params, options) => {
      check ??= compile(rules)
      return check(params, options)
    }
  }
  return validator.middleware(broker)
  // A middleware may be a function of its broker, which Moleculer's type does not say.
}) as unknown as Middleware
