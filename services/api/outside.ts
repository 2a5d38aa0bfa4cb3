import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { NotBuiltError } from '#bus/errors.ts'
import { VerbError } from './errors.ts'
import { webFiles } from './web/files.ts'

/** Addresses outside of the API that are for programs all the same. */
const unbuilt: [address: RegExp, what: string][] = [
  [/^\/\.well-known\/openid-configuration\b/i, 'sign-in with OpenID'],
  [/^\/users\/authenticate\b/i, 'sign-in by other providers'],
]

const web = webFiles({ root: join(import.meta.dirname, '..', '..') })

/** Answers what is no part of the API: the files and pages of the web UI. */
export function answerOutside(request: IncomingMessage, response: ServerResponse): void {
  const { url = '', method = '' } = request
  for (const [address, what] of unbuilt) if (address.test(url)) throw new NotBuiltError(what)
  if (!web(request, response)) throw new VerbError(method, ['GET'])
}
