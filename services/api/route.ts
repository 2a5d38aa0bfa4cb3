import type { ActionName } from '#bus'
import type { Exchange } from './exchange.ts'
import type { Kind } from './links.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** Where a route stands: in a space (the default one when none is named), on the server, or on both. */
export type Scope = 'space' | 'system' | 'both'

interface Address {
  method: Method
  /** Such as 'environments/:id', without the space. */
  path: string
  scope: Scope
  /** Answers also who is not signed in. */
  isPublic?: boolean
  /** Has a token that only it can read: no key, cookie or session counts. */
  hasOwnToken?: boolean
}

/** What an action answers: one resource, a page, all items of a page bare, a bare array, anything, a text. */
export type Answer = 'resource' | 'page' | 'all' | 'list' | 'plain' | 'text'

/** A route that an action of the bus answers. */
export interface ActionRoute extends Address {
  action: ActionName
  answer: Answer
  /** What is answered, which says its links. */
  kind?: Kind
  /** Answers 201 and says where the resource is. */
  creates?: boolean
  /** The parameter that takes a body which is an array. */
  array?: string
  /** Parameters that follow from those in the path, or from who asks and how. */
  given?(path: Record<string, unknown>, exchange: Exchange): Record<string, unknown>
  /** Another action answers when the query has this name. */
  unless?: { query: string; action: ActionName }
}

/** A route that the gateway answers itself: root documents, sign-in, streams. */
export interface OwnRoute extends Address {
  handle(exchange: Exchange): Promise<void>
}

/** A route that clients know and Tako does not have yet. */
export interface UnbuiltRoute extends Address {
  unbuilt: string
}

export type Route = ActionRoute | OwnRoute | UnbuiltRoute

type Verb = 'list' | 'all' | 'get' | 'create' | 'modify' | 'remove'

/** The six routes of a plain resource, or some of them: a page, all, one, and its changes. */
export function resourceRoutes(
  path: string,
  kind: Kind,
  service: string,
  { scope = 'space', only = verbs }: { scope?: Scope; only?: readonly Verb[] } = {},
): ActionRoute[] {
  // The compiler cannot see which names the template makes; a test asks the broker for each.
  const action = (verb: string) => `${service}.${verb}` as ActionName
  const all: Record<Verb, ActionRoute> = {
    list: { method: 'GET', path, scope, action: action('list'), answer: 'page', kind },
    all: { method: 'GET', path: `${path}/all`, scope, action: action('list'), answer: 'all', kind },
    get: {
      method: 'GET',
      path: `${path}/:id`,
      scope,
      action: action('get'),
      answer: 'resource',
      kind,
    },
    create: {
      method: 'POST',
      path,
      scope,
      action: action('create'),
      answer: 'resource',
      kind,
      creates: true,
    },
    modify: {
      method: 'PUT',
      path: `${path}/:id`,
      scope,
      action: action('modify'),
      answer: 'resource',
      kind,
    },
    remove: {
      method: 'DELETE',
      path: `${path}/:id`,
      scope,
      action: action('remove'),
      answer: 'plain',
    },
  }
  return only.map((verb) => all[verb])
}

const verbs = ['list', 'all', 'get', 'create', 'modify', 'remove'] as const

/** The verbs of a resource that Tako itself keeps. */
export const readOnly = ['list', 'all', 'get'] as const
