import { type Caller, SYSTEM_USER } from '#bus/caller.ts'
import { newId } from '#store/ids.ts'
import type { StoredEvent } from './event.model.ts'
import type { EventRecord } from './events.contract.ts'

const PER_MILLISECOND = 1_000

/** Numbers that rise with time, also within a millisecond. Those of two processes may be the same. */
export function rising(): (now: number) => number {
  let last = 0
  return (now) => {
    last = Math.max(last + 1, now * PER_MILLISECOND)
    return last
  }
}

/** A record as it is stored. */
export function eventOf(
  record: EventRecord,
  { caller, now, number }: { caller: Caller; now: number; number: number },
): StoredEvent {
  const isService = caller.userId === SYSTEM_USER
  return {
    _id: record.Id ?? newId('Events'),
    AutoId: number,
    SpaceId: record.SpaceId,
    Category: record.Category,
    UserId: caller.userId,
    Username: caller.username,
    IsService: isService,
    IdentityEstablishedWith: isService ? '' : caller.established,
    UserAgent: caller.userAgent ?? (isService ? 'Server' : ''),
    Occurred: new Date(now).toISOString(),
    Message: record.Message,
    MessageHtml: escaped(record.Message),
    MessageReferences: referencesIn(record),
    RelatedDocumentIds: record.RelatedDocumentIds,
    Comments: null,
    Details: record.Details ?? (isService ? caller.origin : null),
    ChangeDetails: { DocumentContext: null, Differences: record.Differences ?? [] },
    IpAddress: isService ? null : caller.origin,
    _kind: record.DocumentType ?? null,
  }
}

/** Where the message names which document; what it does not name is left out. */
function referencesIn({ Message, References = [] }: EventRecord): StoredEvent['MessageReferences'] {
  return References.map(({ id, text }) => ({
    ReferencedDocumentId: id,
    StartIndex: Message.indexOf(text),
    Length: text.length,
  })).filter(({ StartIndex }) => StartIndex >= 0)
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)
