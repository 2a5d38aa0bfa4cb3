import { checkEntries } from './entries.ts'
import { BundleError } from './errors.ts'
import type { Signer } from './jws.ts'
import type { ReceiptsManifest } from './manifest.ts'
import { type Receipt, type ReceiptContext, readReceipt } from './receipt.ts'
import type { SenderTrust } from './sender.ts'
import { checkManifest, openSigned } from './signed.ts'
import type { ByteSource } from './source.ts'
import { type Written, writeSigned } from './write.ts'

const FILE = 'receipts.jsonl'

interface ReceiptsParts {
  facts: Omit<ReceiptsManifest, 'schema' | 'minReader' | 'entries' | 'receipts'>
  /** With their sequences, in the order of these. */
  receipts: { jws: string; sequence: number }[]
  signer: Signer
}

/** Makes a `.takoreceipts` file of receipts that were signed before. */
export function writeReceiptsFile({
  facts,
  receipts,
  signer,
}: ReceiptsParts): Promise<Written<'receipts'>> {
  const lines = receipts.map(({ jws }) => `${JSON.stringify(jws)}\n`)
  const highest = Math.max(0, ...receipts.map(({ sequence }) => sequence))
  return writeSigned('receipts', {
    facts: { ...facts, receipts: { count: receipts.length, highest } },
    files: [{ name: FILE, bytes: Buffer.from(lines.join('')) }],
    packages: [],
    signer,
  })
}

export interface ReceiptsFile<T extends SenderTrust> {
  manifest: ReceiptsManifest
  trust: T
  receipts: Receipt[]
  /** Those about bundles that were not sent there, or are forgotten: they may be dropped. */
  unknown: number
}

/** Checks a file of receipts and each receipt in it. One that is wrong ends all, with its BundleError. */
export async function readReceiptsFile<T extends SenderTrust>(
  source: ByteSource,
  context: ReceiptContext<T>,
): Promise<ReceiptsFile<T>> {
  const { container, signed } = await openSigned(source, { kind: 'receipts', ...context })
  const { manifest, trust } = await checkManifest(signed, 'receipts', context)
  const files = await checkEntries(container, manifest.entries)
  const bytes = files.get(FILE)
  if (!bytes) throw new BundleError('MissingEntry', `The file ${FILE} is not there.`)
  const receipts: Receipt[] = []
  const lines = linesOf(bytes)
  for (const line of lines) {
    const receipt = await known(line, context)
    if (receipt?.target !== undefined && receipt.target !== trust.Fingerprint)
      throw new BundleError('InvalidContent', 'The file has a receipt of another space.')
    if (receipt) receipts.push(receipt)
  }
  return { manifest, trust, receipts, unknown: lines.length - receipts.length }
}

/** null for one about a bundle that is not known. */
async function known(line: string, context: ReceiptContext): Promise<Receipt | null> {
  try {
    return (await readReceipt(line, context)).receipt
  } catch (error) {
    if (error instanceof BundleError && error.code === 'UnknownBundle') return null
    throw error
  }
}

function linesOf(bytes: Uint8Array): string[] {
  const lines = Buffer.from(bytes).toString().split('\n')
  if (lines.pop() !== '') throw notLines()
  return lines.map(textOf)
}

function textOf(line: string): string {
  try {
    const text: unknown = JSON.parse(line)
    if (typeof text === 'string') return text
  } catch (cause) {
    throw notLines(cause)
  }
  throw notLines()
}

const notLines = (cause?: unknown) =>
  new BundleError('InvalidContent', `${FILE} is not a JSON text in each line.`, { cause })
