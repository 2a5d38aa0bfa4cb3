import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context } from 'moleculer'
import type { Bus } from '#bus'
import type { Caller } from '#bus/caller.ts'
import type { Authority } from './authority.ts'
import type { Door } from './door.ts'
import type { Route } from './route.ts'

export type Values = Record<string, unknown>

/** A context of the api service: calls made with it are made in the name of who asks. */
export type DoorContext = Omit<Context<object, { caller: Caller }>, keyof Bus> & Bus

/** One request with what is known of it, and the answer in the making. */
export interface Exchange {
  door: Door
  request: IncomingMessage
  response: ServerResponse
  ctx: DoorContext
  route: Route
  /** The address within its space, as written: 'environments'. */
  rest: string
  /** The parameters in the path, decoded. */
  path: Values
  query: Values
  /** Who asks, and by what. */
  authority: Authority
  /** The space that the address names or implies. */
  spaceId: string | undefined
}
