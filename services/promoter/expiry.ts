/** Warnings before certificates end: 30, 20 and 10 days, and when they have ended. */
import { daysUntil, warningDue } from '#domain/promotion/trust-state.ts'
import type { AuditedChange } from '#mixins/audited.mixin.ts'
import type { Asked } from '#mixins/crud.ts'
import type { AnyModel } from '#mixins/listing.ts'

interface Ending {
  _id: string
  SpaceId: string
  NotAfter: string
  EncryptionNotAfter: string
  _warned: number | null
}

interface Warning {
  kind: 'Trust' | 'SpaceIdentity'
  /** Whose certificates these are, in a sentence: 'of Prod Space'. */
  whose: string
  now: Date
}

/** Says once in the audit trail that the certificates of a document end, or have ended. */
export async function warnOf(
  service: { audited(ctx: Asked, change: AuditedChange): Promise<void> },
  ctx: Asked,
  model: AnyModel,
  ending: Ending,
  { kind, whose, now }: Warning,
): Promise<void> {
  const first = firstOf(ending)
  const due = warningDue(first.end, ending._warned, now)
  if (due === null) return
  const days = daysUntil(first.end, now)
  const text = days === 1 ? '1 day' : `${days} days`
  await service.audited(ctx, {
    category: due === 0 ? 'TrustExpired' : 'TrustExpiring',
    kind,
    id: ending._id,
    spaceId: ending.SpaceId,
    message:
      due === 0
        ? `The ${first.name} certificate ${whose} has expired`
        : `The ${first.name} certificate ${whose} expires in ${text}`,
  })
  // After the record: a crash between the two says it twice rather than never.
  const { _id, NotAfter, EncryptionNotAfter } = ending
  // Newer certificates have warnings of their own.
  await model.updateOne({ _id, NotAfter, EncryptionNotAfter }, { $set: { _warned: due } })
}

/** The certificate that ends first. */
function firstOf({ NotAfter, EncryptionNotAfter }: Ending) {
  return EncryptionNotAfter < NotAfter
    ? { name: 'encryption', end: EncryptionNotAfter }
    : { name: 'identity', end: NotAfter }
}
