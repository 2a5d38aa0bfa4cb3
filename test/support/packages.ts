import { config } from '#config'
import type { TestServer } from './server.ts'

type Server = Pick<TestServer, 'url'>

/** Sends a file as clients push a package: in a form, to `packages/raw` of a space. */
export function pushFile(
  server: Server,
  {
    spaceId,
    fileName,
    content,
    query = '',
    key = config.adminApiKey ?? '',
    path = 'packages/raw',
  }: {
    spaceId: string
    fileName: string
    content: string | Uint8Array<ArrayBuffer>
    /** With its question mark. */
    query?: string
    key?: string
    path?: string
  },
): Promise<Response> {
  const form = new FormData()
  form.append('fileToUpload', new Blob([content]), fileName)
  return fetch(`${server.url}/${spaceId}/${path}${query}`, {
    method: 'POST',
    headers: { 'X-Octopus-ApiKey': key },
    body: form,
  })
}

/** Pushes a package that must be new, and gives it. */
export async function pushPackage(
  server: Server,
  spaceId: string,
  fileName: string,
  content = `The content of ${fileName}`,
): Promise<{ Id: string; [field: string]: unknown }> {
  const response = await pushFile(server, { spaceId, fileName, content })
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`)
  return response.json() as Promise<{ Id: string }>
}
