import { stringifySetCookie } from 'cookie'
import { paramsOf } from '#domain/params.ts'
import { sendJson } from './answers.ts'
import { bodyOf } from './body.ts'
import { clientAddress, isEncrypted } from './client-address.ts'
import type { Exchange, Values } from './exchange.ts'
import { linked } from './links.ts'

const rules = { Username: 'string', Password: 'string', RememberMe: 'boolean' }

/** Opens a session: its token goes into a cookie that scripts cannot read, its proof into one that they can. */
export async function signIn(exchange: Exchange): Promise<void> {
  const { request, response, ctx, door } = exchange
  // An array has none of the keys that are looked for.
  const body = (await bodyOf(request)) as Values
  const {
    Username = '',
    Password = '',
    RememberMe = false,
  } = paramsOf(rules, { path: {}, query: {}, body })
  const session = await ctx.call('sessions.create', {
    // Whether these are texts, the action checks.
    Username: Username as string,
    Password: Password as string,
    RememberMe: RememberMe === true,
    address: clientAddress(request),
  })
  const until = RememberMe === true ? { expires: new Date(session.expiresAt) } : {}
  const cookie = { path: '/', sameSite: 'strict', secure: isEncrypted(request), ...until } as const
  response.setHeader('Set-Cookie', [
    stringifySetCookie(door.cookies.session, session.token, { ...cookie, httpOnly: true }),
    stringifySetCookie(door.cookies.csrf, session.csrfToken, cookie),
  ])
  await sendJson(request, response, { value: linked('User', session.user) })
}

/** Ends the session of the cookie, here and in the browser. */
export async function signOut(exchange: Exchange): Promise<void> {
  const { request, response, ctx, door, authority } = exchange
  const { credentials } = authority
  if (credentials.type === 'session') {
    await ctx.call('sessions.end', { token: credentials.token })
    door.authorities.forget()
  }
  const gone = { path: '/', maxAge: 0 }
  const names = [door.cookies.session, door.cookies.csrf]
  response.setHeader(
    'Set-Cookie',
    names.map((name) => stringifySetCookie(name, '', gone)),
  )
  await sendJson(request, response, { value: {} })
}
