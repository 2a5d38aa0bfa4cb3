/**
 * The three buses, typed. A service lists what it offers in its contract file, by
 * adding to the interfaces below. Every definition, call and listener in the code
 * base is then checked against those lists.
 */
import type { ActionSchema, CallingOptions, Context, Service, ServiceSchema } from 'moleculer'
import type { Caller } from './caller.ts'

/** Every action of the server bus, by full name: one object of parameters in, one result out. */
// biome-ignore lint/suspicious/noEmptyInterface: the contracts fill it in
export interface Actions {}

/** Every event of the server bus, by full name, with its payload. The other buses have none. */
// biome-ignore lint/suspicious/noEmptyInterface: the contracts fill it in
export interface Events {}

/** What schedulers and workers ask of each other. */
// biome-ignore lint/suspicious/noEmptyInterface: the contracts fill it in
export interface WorkerActions {}

/** What the promoters of different servers ask of each other. */
// biome-ignore lint/suspicious/noEmptyInterface: the contracts fill it in
export interface PromotionActions {}

export type ServerBus = { actions: Actions; events: Events }
export type WorkerBus = { actions: WorkerActions; events: unknown }
export type PromotionBus = { actions: PromotionActions; events: unknown }
type AnyBus = { actions: object; events: unknown }

export type ActionName<B extends AnyBus = ServerBus> = keyof B['actions'] & string
export type EventName<B extends AnyBus = ServerBus> = keyof B['events'] & string
type ServiceName<B extends AnyBus> =
  ActionName<B> extends `${infer Service}.${string}` ? Service : never

type Params<B extends AnyBus, Name extends ActionName<B>> = Signature<B['actions'][Name]>[0]
type Result<B extends AnyBus, Name extends ActionName<B>> = Signature<B['actions'][Name]>[1]
type Signature<Action> = Action extends (params: infer P) => infer R ? [P, R] : never

/** What reaches other services: a broker, a context. */
export interface Bus<B extends AnyBus = ServerBus> {
  call<Name extends ActionName<B>>(
    action: Name,
    params: Params<B, Name>,
    options?: CallingOptions,
  ): Promise<Result<B, Name>>
  emit<Name extends EventName<B>>(event: Name, payload: B['events'][Name]): Promise<void>
  broadcast<Name extends EventName<B>>(event: Name, payload: B['events'][Name]): Promise<void>
}

/** Defines the service `name`: the actions its contract lists, all of them and no other. */
export const defineService = definerOn<ServerBus>()
export const defineWorkerService = definerOn<WorkerBus>()
export const definePromotionService = definerOn<PromotionBus>()

function definerOn<B extends AnyBus>() {
  return <Name extends ServiceName<B>, const Mixins extends Mixin[] = []>(
    name: Name,
    definition: { mixins?: Mixins } & NoInfer<ServiceDefinition<B, Name, MembersOf<Mixins>>>,
  ): ServiceSchema =>
    ({ name, ...definition, actions: apart(definition.actions) }) as unknown as ServiceSchema
}

/**
 * The same with no part in two places. What a node tells others of its actions would otherwise
 * lack a rule that stands for two parameters: Moleculer takes the second one for a circle.
 */
function apart(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(apart)
  if (typeof value !== 'object' || value?.constructor !== Object) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, apart(inner)]))
}

/** Defines a mixin: behaviour for any service, which finds its `Members` on `this`. */
export function defineMixin<Members>(
  definition: MixinDefinition<Members> & ThisType<Self<ServerBus, Members>>,
): Mixin<Members> {
  return definition as Mixin<Members>
}

export type Mixin<Members = unknown> = Partial<ServiceSchema> & { readonly [members]?: Members }
declare const members: unique symbol

type MembersOf<Mixins> = Mixins extends [Mixin<infer First>, ...infer Rest]
  ? First & MembersOf<Rest>
  : unknown

type ServiceDefinition<B extends AnyBus, Service extends string, Members> = Common<B, Members> & {
  actions: {
    [Name in ActionName<B> as Name extends `${Service}.${infer Short}` ? Short : never]: Omit<
      ActionSchema,
      'params' | 'handler'
    > & {
      /** In one sentence, for who looks at the list of actions. */
      description?: string
      /** Who may: see `permitted.ts`. Without it, Tako alone. */
      permission?: string
      /** How long it may take, in ms; 0 is without end. */
      timeout?: number
      params: Rules<Params<B, Name>>
      handler(
        this: Self<B, Members>,
        ctx: BusContext<B, Params<B, Name>, { caller: Caller }>,
      ): Async<Result<B, Name>>
    }
  }
}

type MixinDefinition<Members> = Common<ServerBus, Members> & { methods?: Partial<Members> }

/** A rule for every parameter: to list one in the contract and not check it is an error. */
type Rules<P> = { [Name in keyof P]-?: Rule } & { $$strict?: boolean | 'remove' }
type Rule = NonNullable<ActionSchema['params']>[string]

/** The parts of moleculer's schema that are typed here, and those that are as they were. */
type Common<B extends AnyBus, Members> = Omit<
  ServiceSchema,
  'name' | 'mixins' | 'actions' | 'methods' | 'events' | 'created' | 'started' | 'stopped'
> & {
  events?: {
    [Name in EventName<B>]?: (
      this: Self<B, Members>,
      ctx: BusContext<B, B['events'][Name]>,
    ) => Async<void>
  }
  created?(this: Self<B, Members>): void
  started?(this: Self<B, Members>): Async<void>
  stopped?(this: Self<B, Members>): Async<void>
}

type Self<B extends AnyBus, Members> = Omit<Service, 'broker'> & {
  broker: On<B, Service['broker']>
} & Members
type BusContext<B extends AnyBus, P, Meta extends object = object> = On<B, Context<P, Meta>>
type On<B extends AnyBus, Untyped> = Omit<Untyped, keyof Bus> & Bus<B>
type Async<T> = T | Promise<T>
