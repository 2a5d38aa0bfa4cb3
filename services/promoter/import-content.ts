/** What was in a bundle, kept sealed between its arrival and its end: its keys may be gone by then. */
import type { ReadContent } from '#domain/promotion/read-content.ts'
import { blobs } from '#store/blobs.ts'
import { seal, unseal } from '#store/encryption.ts'

export const writeContent = async (name: string, content: ReadContent): Promise<void> => {
  await blobs.write(name, seal(JSON.stringify(content)))
}

/** With its secrets in the clear: for this process alone. Fails when it is gone. */
export async function loadContent(name: string): Promise<ReadContent> {
  const pieces: Uint8Array[] = []
  for await (const piece of blobs.read(name)) pieces.push(piece as Uint8Array)
  return JSON.parse(unseal(Buffer.concat(pieces).toString('latin1'))) // Written by `writeContent`.
}
