import { bundleLimits } from '#domain/bundle/limits.ts'
import { exactly, shapeCheck, shapes } from '#domain/bundle/shape.ts'
import { bundleStatuses, type MessageBodies } from './messages.ts'

const { uuid, digest, bytes, time, text } = shapes
const long = (maxLength: number) => ({ type: 'string', maxLength })
const many = (items: object, maxItems: number) => ({ type: 'array', items, maxItems })

const bodies = {
  hello: exactly({}),
  'hello.reply': exactly({
    reader: shapes.count,
    allow: { type: 'object', additionalProperties: { type: 'boolean' }, maxProperties: 100 },
  }),
  'trust.rotate': exactly({ rotations: long(600_000) }),
  'trust.revoked': exactly({ reason: text }),
  'directory.query': exactly({}),
  'directory.reply': exactly({ environments: many(exactly({ name: text }), 10_000) }),
  'bundle.offer': exactly({
    ...{ manifest: long(bundleLimits.messageBytes), jws: long(100_000) },
    ...{ size: bytes, sha256: digest },
  }),
  'bundle.need': exactly({
    bundleId: uuid,
    ticket: { type: 'string', pattern: '^[A-Za-z0-9_-]{43}$' },
    blobs: many(exactly({ sha256: digest, offset: bytes }), 10_000),
  }),
  'bundle.commit': exactly({ bundleId: uuid }),
  'bundle.status': exactly({
    ...{ bundleId: uuid, status: { enum: bundleStatuses }, at: time },
    ...{ code: text, reason: long(10_000) },
  }),
  'bundle.withdraw': exactly({ bundleId: uuid }),
  'release.recall': exactly({ bundleId: uuid, reason: text }),
  'receipt.publish': exactly({ receipts: many(long(100_000), 1_000) }),
  'receipt.ack': exactly({ highest: bytes }),
  received: exactly({}),
  refused: exactly({ code: text, reason: long(10_000) }),
} satisfies Record<keyof MessageBodies, object>

export type KnownType = keyof MessageBodies

type Checks = { [T in KnownType]: (body: unknown) => MessageBodies[T] }

/** A check for each body that a message of a type may have. Each throws a BundleError. */
export const bodyOf = Object.fromEntries(
  Object.entries(bodies).map(([type, schema]) => [type, shapeCheck(`The message ${type}`, schema)]),
) as unknown as Checks // By its type, each entry checks what the table says.

export const isKnown = (type: string): type is KnownType => Object.hasOwn(bodies, type)
