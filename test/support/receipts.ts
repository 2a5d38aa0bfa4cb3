/** What a space says of its deployments of another's releases, read as that other would read it. */
import type { Actions, Bus } from '#bus'
import type { Receipt } from '#domain/bundle/receipt.ts'
import { type ReceiptsFile, readReceiptsFile } from '#domain/bundle/receipts-file.ts'
import type { TestServer } from './server.ts'
import { until } from './until.ts'

type Trust = NonNullable<ReturnType<Actions['trusts.byFingerprint']>>
type Place = { bus: Pick<Bus, 'call'>; spaceId: string }

/** Takes the file of receipts, and checks it with what its reader knows; he has sent every bundle. */
export async function takenReceipts(
  server: TestServer,
  { from, trustId, reader, since }: { from: Place; trustId: string; reader: Place; since?: string },
): Promise<ReceiptsFile<Trust>> {
  const query = new URLSearchParams({ trustId, ...(since !== undefined && { since }) })
  const answer = await server.send('GET', `/${from.spaceId}/receipts/export?${query}`)
  if (!answer.ok) throw new Error(`No receipts: ${answer.status} ${await answer.text()}`)
  const bytes = Buffer.from(await answer.arrayBuffer())
  const { spaceId } = reader
  const { Fingerprint } = await reader.bus.call('spaceidentities.get', { spaceId })
  return readReceiptsFile(
    { size: bytes.length, read: async (at, length) => bytes.subarray(at, at + length) },
    {
      now: new Date(),
      ownFingerprints: [Fingerprint],
      hasSent: async () => true,
      trustByKid: (fingerprint) =>
        reader.bus.call('trusts.byFingerprint', { spaceId, fingerprint }),
    },
  )
}

/** What is said, as soon as so much is: 'Production: Success'. */
export const statesSaid = (
  server: TestServer,
  about: Parameters<typeof takenReceipts>[1],
  count: number,
): Promise<string[]> =>
  until(async () => {
    const { receipts } = await takenReceipts(server, about)
    return receipts.length >= count && receipts.map(sentence)
  }, `there are ${count} receipts`)

const sentence = ({ environment, state }: Receipt) => `${environment?.name ?? 'Release'}: ${state}`
