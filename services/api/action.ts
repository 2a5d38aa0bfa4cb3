import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ActionName } from '#bus'
import type { Page } from '#bus/page.ts'
import { pageOf, takeAll } from '#domain/page.ts'
import { paramsOf } from '#domain/params.ts'
import { sendJson, streamHeaders } from './answers.ts'
import { bodyOf } from './body.ts'
import { BodyError } from './errors.ts'
import type { Exchange, Values } from './exchange.ts'
import { itemTypeOf, type Kind, linked } from './links.ts'
import type { ActionRoute } from './route.ts'
import { within } from './within.ts'

/** Calls the action of a route, and sends its result as the route says. */
export async function answerByAction(given: Exchange, route: ActionRoute): Promise<void> {
  const exchange = await within(given, route)
  const { request, response, ctx } = exchange
  const action = actionOf(exchange, route)
  const rules = rulesOf(exchange, action)
  const params = await paramsFor(exchange, route, rules)
  // Which rules belong to which action, the bus has checked: here the name is data.
  const result: unknown = await ctx.call(action, params as never)
  if (route.answer === 'text') return sendText(exchange, result)
  const value = shaped(exchange, route, rules, result)
  const created = route.creates ? { status: 201, headers: locationOf(value) } : {}
  await sendJson(request, response, { value, ...created })
}

function actionOf({ query }: Exchange, { action, unless }: ActionRoute): ActionName {
  if (!unless) return action
  const isSaid = Object.keys(query).some((name) => name.toLowerCase() === unless.query)
  return isSaid ? unless.action : action
}

/** The rules of the action, which also say how its parameters are spelled. */
function rulesOf({ ctx }: Exchange, action: ActionName): Values {
  const endpoint = ctx.broker.findNextActionEndpoint(action)
  if (endpoint instanceof Error) throw endpoint
  return endpoint.action.params ?? {}
}

async function paramsFor(exchange: Exchange, route: ActionRoute, rules: Values): Promise<Values> {
  const { request, path, query, spaceId } = exchange
  const takesBody = route.method === 'POST' || route.method === 'PUT'
  const body = takesBody ? await bodyOf(request) : {}
  if (Array.isArray(body) !== (route.array !== undefined)) {
    throw new BodyError(`The body must be a JSON ${route.array ? 'array' : 'object'}.`)
  }
  const params = paramsOf(rules, {
    path: spaceId === undefined ? path : { ...path, spaceId },
    query: query,
    body: route.array ? {} : (body as Values),
  })
  if (route.array) params[route.array] = body
  if (route.answer === 'all') Object.assign(params, { skip: 0, take: takeAll })
  return route.given ? Object.assign(params, route.given(path, exchange)) : params
}

function shaped(exchange: Exchange, route: ActionRoute, rules: Values, result: unknown): unknown {
  const { answer, kind } = route
  const { spaceId } = exchange
  if (result === null || result === undefined || kind === undefined) return result
  // Each answer has its own form of result; the compiler sees one type for all actions.
  if (answer === 'page') return envelope(exchange, kind, rules, result as Page<Values>)
  if (answer === 'all')
    return (result as Page<Values>).Items.map((item) => linked(kind, item, spaceId))
  if (answer === 'list') return (result as Values[]).map((item) => linked(kind, item, spaceId))
  return linked(kind, result as Values, spaceId)
}

function envelope(exchange: Exchange, kind: Kind, rules: Values, page: Page<Values>) {
  const { rest, path, query, spaceId } = exchange
  const filters = Object.keys(rules).filter(
    (name) => /^[a-z]/.test(name) && name !== 'spaceId' && !(name in path),
  )
  const known = new Set(filters.map((name) => name.toLowerCase()))
  // What is no filter does not come back: a key in a query would stand in every link.
  const kept = Object.entries(query).filter(([name]) => known.has(name.toLowerCase()))
  return pageOf({
    itemType: itemTypeOf(kind),
    path: `/api/${spaceId === undefined ? '' : `${spaceId}/`}${rest.replace(/\/$/, '')}`,
    query: Object.fromEntries(kept),
    filters,
    skip: page.Skip,
    take: page.ItemsPerPage,
    total: page.TotalResults,
    items: page.Items.map((item) => linked(kind, item, spaceId)),
  })
}

function locationOf(value: unknown): { Location?: string } {
  const { Links } = value as { Links?: { Self?: string } }
  return Links?.Self === undefined ? {} : { Location: Links.Self }
}

/** A text, or a stream of it, which may be longer than memory. */
async function sendText({ request, response }: Exchange, text: unknown): Promise<void> {
  const source = text instanceof Readable ? text : Readable.from([String(text ?? '')])
  response.writeHead(200, streamHeaders(request, 'text/plain; charset=utf-8'))
  if (request.method === 'HEAD') {
    source.destroy()
    response.end()
    return
  }
  await pipeline(source, response)
}
