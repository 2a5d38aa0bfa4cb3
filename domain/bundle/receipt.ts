import { SKEW_MS } from './certificates.ts'
import { BundleError } from './errors.ts'
import { jsonBytes, parseJson } from './json.ts'
import { readJws, type Signer, sign } from './jws.ts'
import { bundleLimits } from './limits.ts'
import { checkSchema, READER_VERSION } from './schema-version.ts'
import type { SenderTrust } from './sender.ts'
import { exactly, orNull, shapeCheck, shapes } from './shape.ts'
import { checkSigner, type ReaderContext } from './signed.ts'

const states = [
  ...(['Queued', 'Executing', 'Success', 'Failed', 'Canceled'] as const),
  // Of the release as a whole: no deployment and no environment then.
  ...(['DefectReported', 'DefectResolved'] as const),
]

export type ReceiptState = (typeof states)[number]

/** What the target says of one deployment of a release that it has imported. */
export interface ReceiptFacts {
  receiptId: string
  /** Counts the receipts from one target to one source, from 1. */
  sequence: number
  bundleId: string
  revision: number
  /** For whom it is: the fingerprint of the release's sender. */
  source: string
  /** Whose statement it is. */
  target: string
  /** As the source calls it. */
  release: { id: string; version: string }
  /** As the target calls it; null for a defect of the release. */
  environment: { id: string; name: string } | null
  deploymentId: string | null
  state: ReceiptState
  /** ISO times by the target's clock. */
  queuedAt: string | null
  startedAt: string | null
  endedAt: string | null
  warnings: boolean
  /** null where the target does not tell. */
  steps: { name: string; status: string }[] | null
  /** At most 500 characters, masked; '' where there is none. */
  error: string
  /** For several tenants at once, without their names. */
  tenants: { total: number; succeeded: number; failed: number } | null
  /** null where the target does not tell. */
  by: string | null
  issuedAt: string
}

export type Receipt = ReceiptFacts & { schema: string }

export const RECEIPT_ERROR_CHARACTERS = 500

const TYPE = 'tako-receipt+jws'

/** Makes a receipt: a compact JWS. A longer error is cut. */
export const writeReceipt = (facts: ReceiptFacts, signer: Signer): Promise<string> => {
  const error = facts.error.slice(0, RECEIPT_ERROR_CHARACTERS)
  const receipt: Receipt = { schema: `tako/receipt@${READER_VERSION}`, ...facts, error }
  return sign(jsonBytes(receipt), { typ: TYPE, signer })
}

export interface ReceiptContext<T extends SenderTrust = SenderTrust> extends ReaderContext<T> {
  /** Whether this bundle was sent to the space with this fingerprint. */
  hasSent(bundle: { bundleId: string; target: string }): Promise<boolean>
}

/**
 * Checks a receipt: its sender, for whom it is, and that it is about a bundle of ours. It may have come
 * before: see isNews. Throws a BundleError, `UnknownBundle` when all is well but the bundle.
 */
export async function readReceipt<T extends SenderTrust>(
  jws: string,
  context: ReceiptContext<T>,
): Promise<{ receipt: Receipt; trust: T }> {
  const { limits = bundleLimits, reader, now, ownFingerprints } = context
  if (jws.length > limits.messageBytes)
    throw new BundleError('MessageTooLarge', 'The receipt is too large.')
  const trust = await checkSigner({ jws, typ: TYPE }, 'ReceiveReceipts', context)
  const facts = parseJson(readJws(jws).payload, 'receipt', limits.jsonDepth)
  checkSchema(facts, { kind: 'receipt', reader })
  const receipt = receiptOf(facts)
  if (receipt.target !== trust.Fingerprint)
    throw new BundleError('InvalidContent', 'The receipt names another space than its signature.')
  if (!ownFingerprints.includes(receipt.source))
    throw new BundleError('WrongTarget', 'The receipt is for another space.')
  checkIssued(receipt, now)
  const { bundleId, target } = receipt
  if (!(await context.hasSent({ bundleId, target })))
    throw new BundleError(
      'UnknownBundle',
      'The receipt is about a bundle that was not sent there.',
      {
        data: { bundleId },
      },
    )
  return { receipt, trust }
}

/**
 * Whether a receipt says more than those before it: of each deployment the highest sequence counts.
 * @param highest - of the same deployment (of the release, for a defect), as known; 0 for none
 */
export const isNews = (receipt: Pick<Receipt, 'sequence'>, highest: number): boolean =>
  receipt.sequence > highest

function checkIssued({ issuedAt }: Receipt, now: Date) {
  if (Date.parse(issuedAt) <= now.getTime() + SKEW_MS) return
  const message = `The receipt was issued at ${issuedAt}, and here it is ${now.toISOString()}. One of the two clocks is wrong.`
  throw new BundleError('IssuedInFuture', message, { data: { issuedAt, now: now.toISOString() } })
}

const { digest, uuid, count, bytes, time, text } = shapes

const receiptOf = shapeCheck<Receipt>(
  'The receipt',
  exactly({
    schema: text,
    ...{ receiptId: uuid, sequence: count, bundleId: uuid, revision: count },
    ...{ source: digest, target: digest },
    release: exactly({ id: text, version: text }),
    environment: orNull(exactly({ id: text, name: text })),
    deploymentId: orNull(text),
    state: { enum: states },
    ...{ queuedAt: orNull(time), startedAt: orNull(time), endedAt: orNull(time) },
    warnings: { type: 'boolean' },
    steps: orNull({ type: 'array', items: exactly({ name: text, status: text }) }),
    error: { type: 'string', maxLength: RECEIPT_ERROR_CHARACTERS },
    tenants: orNull(exactly({ total: bytes, succeeded: bytes, failed: bytes })),
    by: orNull(text),
    issuedAt: time,
  }),
)
