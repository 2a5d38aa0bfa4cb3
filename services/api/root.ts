import { sendJson } from './answers.ts'
import type { Exchange } from './exchange.ts'
import { mixedLinks, serverLinks, spaceLinks } from './root-links.ts'
import { takoVersion } from './version.ts'

/** What clients take for the version of the API: they compare it with the least they need. */
const API = { Version: '2026.3.1000', ApiVersion: '3.0.0' }

type Links = Record<string, string>

/** The document from which clients learn all addresses: that of the server, or of a space. */
export async function sendRoot(exchange: Exchange): Promise<void> {
  const { request, response, spaceId } = exchange
  const value = spaceId === undefined ? await serverRoot(exchange) : spaceRoot(spaceId)
  await sendJson(request, response, { value })
}

async function serverRoot({ door }: Exchange) {
  const defaultSpace = await door.spaces.defaultId()
  return {
    Application: 'Tako',
    ...API,
    TakoVersion: takoVersion,
    InstallationId: door.installationId,
    IsEarlyAccessProgram: false,
    HasLongTermSupport: false,
    Links: {
      ...(defaultSpace === undefined ? {} : linksOfSpace(defaultSpace)),
      ...serverLinks,
    },
  }
}

/** Without a version: clients tell by that which of the two documents they have. */
function spaceRoot(spaceId: string) {
  const mixed = mixedLinks.map((name) => [
    name,
    (serverLinks[name] ?? '').replace('/api/', `/api/${spaceId}/`),
  ])
  return {
    Application: 'Tako',
    Links: {
      ...linksOfSpace(spaceId),
      ...(Object.fromEntries(mixed) as Links),
      Self: `/api/${spaceId}`,
      Web: `/app#/${spaceId}`,
    },
  }
}

function linksOfSpace(spaceId: string): Links {
  const entries = Object.entries(spaceLinks)
  return Object.fromEntries(entries.map(([name, link]) => [name, `/api/${spaceId}/${link}`]))
}
