import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { parse } from 'node:querystring'
import type { Bus } from '#bus'
import { NotBuiltError, UnauthenticatedError } from '#bus/errors.ts'
import { answerByAction } from './action.ts'
import { addressBook, type Found } from './address.ts'
import { sendJson } from './answers.ts'
import { type Authorities, type Authority, authorities } from './authority.ts'
import { type Changes, recentChanges } from './changes.ts'
import { NoRouteError, VerbError } from './errors.ts'
import type { DoorContext, Exchange } from './exchange.ts'
import { installationId } from './installation.ts'
import { type LogReaders, logReaders } from './log-readers.ts'
import type { Method } from './route.ts'
import { routes } from './routes.ts'
import { type SpaceBook, spaceBook } from './space-book.ts'

/** What the gateway keeps between requests. */
export interface Door {
  installationId: string
  /** The names of the two cookies of a session. */
  cookies: { session: string; csrf: string }
  authorities: Authorities
  spaces: SpaceBook
  changes: Changes
  logReaders: LogReaders
  /** Ends each answer that lasts. */
  streams: Set<() => void>
}

/** What a gateway begins with. */
export function openDoor(bus: Pick<Bus, 'call'>): Door {
  const id = installationId()
  const cookies = {
    session: `OctopusIdentificationToken_${id}`,
    csrf: `Octopus-Csrf-Token_${id}`,
  }
  return {
    installationId: id,
    cookies,
    authorities: authorities(bus, cookies.session),
    spaces: spaceBook(bus),
    changes: recentChanges(randomUUID().slice(0, 8)),
    logReaders: logReaders(),
    streams: new Set(),
  }
}

const addresses = addressBook(routes)

/** Takes a request to its route, in the name of who sends it. */
export async function answer(
  door: Door,
  ctx: DoorContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { url = '', method = '' } = request
  const at = url.indexOf('?')
  const [pathname, search] = at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)]
  const path = pathname.slice('/api/'.length)
  const found = addresses.find(verbOf(method), path)
  if (!found || method === 'OPTIONS') return tellVerbs(request, response, pathname, path)

  const query = search === '' ? {} : parse(search)
  const { route, params } = found
  // Nothing of a space is for everybody, not even its root document.
  const isPublic = route.isPublic === true && found.space === undefined
  const authority = route.hasOwnToken
    ? door.authorities.nobody(request)
    : await door.authorities.of(request, query, isPublic)
  if (authority.isAnonymous && !isPublic && !route.hasOwnToken) throw new UnauthenticatedError()
  ctx.meta.caller = authority.caller
  const spaceId = await spaceOf(door, ctx, authority, found)
  if ('unbuilt' in route) throw new NotBuiltError(route.unbuilt)

  const exchange: Exchange = {
    door,
    request,
    response,
    ctx,
    route,
    rest: found.rest,
    path: params,
    query,
    authority,
    spaceId,
  }
  if ('handle' in route) await route.handle(exchange)
  else await answerByAction(exchange, route)
}

/** A verb that no route has finds none. */
function verbOf(method: string): Method {
  return (method === 'HEAD' || method === 'OPTIONS' ? 'GET' : method) as Method
}

/** The space of the address; the default one where a route of a space names none. */
async function spaceOf(
  { spaces }: Door,
  ctx: DoorContext,
  authority: Authority,
  { space, route }: Found,
): Promise<string | undefined> {
  const isMeant = space !== undefined || (route.scope === 'space' && !('unbuilt' in route))
  return isMeant ? spaces.idOf(space, ctx, authority) : undefined
}

/** The address is not known, or not with this verb; or that is what was asked. */
async function tellVerbs(
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  path: string,
) {
  const allowed = addresses.verbs(path)
  if (allowed.length === 0) throw new NoRouteError(pathname)
  if (request.method !== 'OPTIONS') throw new VerbError(String(request.method), allowed)
  const headers = { Allow: [...allowed, 'HEAD', 'OPTIONS'].join(', ') }
  await sendJson(request, response, { value: null, headers })
}
