import { defineMixin } from '#bus'
import { asSystem, type Caller } from '#bus/caller.ts'
import { type Difference, differencesOf } from '#domain/differences.ts'

/** A change as its service tells of it, after it is stored. */
export interface AuditedChange {
  /** 'Created', 'Modified', 'Deleted', 'TaskCanceled', … */
  category: string
  /** What was changed: 'Environment'. */
  kind: string
  /** null: it is the server's. */
  spaceId: string | null
  before?: object
  after?: object
  /** Its id, when neither state of it is given. */
  id?: string
  /** In place of 'Environment Production was created'. */
  message?: string
  /** Ids of what the change is about besides. */
  related?: readonly (string | null | undefined)[]
}

/** What the mixin gives to a service. */
export interface Audit {
  /** Writes the change into the audit trail and tells who follows changes: await it, then answer. */
  audited(ctx: { meta: { caller: Caller } }, change: AuditedChange): Promise<void>
}

type Fields = Record<string, unknown>

/** Fields that say what a resource belongs to. */
const owners = [
  ...['ProjectId', 'EnvironmentId', 'ReleaseId', 'ChannelId', 'DeploymentId', 'TaskId', 'TenantId'],
  ...['OwnerId', 'UserId', 'TeamId', 'ProjectGroupId', 'LifecycleId'],
]

/** More than this is not kept of the values of one change, in characters. */
const MOST_DETAILS = 400_000

const endings: Record<string, string> = {
  Created: 'was created',
  Modified: 'was changed',
  Deleted: 'was deleted',
}

/** Records what a service changes, and who did. */
export const audited = defineMixin<Audit>({
  methods: {
    async audited({ meta }, change) {
      const before = change.before as Fields | undefined // A resource: an object with named fields.
      const after = change.after as Fields | undefined
      const resource = after ?? before ?? {}
      const id = change.id ?? textOf(resource.Id) ?? ''
      const name = nameOf(resource) ?? id
      const related = relatedTo(id, resource, change.related)
      const record = {
        SpaceId: change.spaceId,
        Category: change.category,
        Message: change.message ?? messageOf(change, name),
        References: name === '' || id === '' ? [] : [{ id, text: name }],
        RelatedDocumentIds: related,
        DocumentType: change.kind,
        Differences: before || after ? shortened(differencesOf(before ?? null, after ?? null)) : [],
        By: meta.caller,
      }
      // By the broker, and without a limit: what has been changed is recorded, whoever has lost his patience.
      const system = asSystem(this.broker, 'the audit trail')
      await system.call('events.record', record, { timeout: 0 })
      await this.broker.broadcast('changes.made', {
        spaceId: change.spaceId,
        Kind: change.kind,
        Id: id,
        ...partOf('ProjectId', resource, related, 'Projects-'),
        ...partOf('EnvironmentId', resource, related, 'Environments-'),
        ...partOf('TaskId', resource, related, 'ServerTasks-'),
      })
    },
  },
})

function messageOf({ category, kind }: AuditedChange, name: string): string {
  const words = kind.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
  const subject = words.charAt(0).toUpperCase() + words.slice(1)
  return `${subject} ${name} ${endings[category] ?? `: ${category}`}`
}

/** Releases go by their version, users by their username, keys by their purpose. */
const nameOf = ({ Name, Version, Username, Purpose }: Fields) =>
  textOf(Name) ?? textOf(Version) ?? textOf(Username) ?? textOf(Purpose)

function relatedTo(id: string, resource: Fields, more: AuditedChange['related'] = []): string[] {
  const ids = [id, ...owners.map((field) => textOf(resource[field])), ...more]
  return [...new Set(ids.filter((one): one is string => typeof one === 'string' && one !== ''))]
}

function partOf(
  field: 'ProjectId' | 'EnvironmentId' | 'TaskId',
  resource: Fields,
  related: string[],
  prefix: string,
): { [Name in typeof field]?: string } {
  const id = textOf(resource[field]) ?? related.find((one) => one.startsWith(prefix))
  return id === undefined ? {} : { [field]: id }
}

/** The trail must be able to hold every change: of one that is too big, it says where it was. */
function shortened(differences: Difference[]): Difference[] {
  if (JSON.stringify(differences).length <= MOST_DETAILS) return differences
  return differences.slice(0, 1_000).map(({ op, path }) => ({ op, path }))
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
