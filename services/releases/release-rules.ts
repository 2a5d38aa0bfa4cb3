import { mappingKinds } from '#domain/promotion/mappings.ts'

const text = { type: 'string', optional: true, max: 1000 } as const
const optional = { type: 'string', optional: true } as const
const notes = { type: 'string', default: '', max: 200_000 } as const
const fields = { type: 'record', key: 'string', value: 'string', default: {} } as const
const name = { type: 'string', max: 1000 } as const
const selected = {
  ActionName: { ...name, default: '' },
  PackageReferenceName: { ...name, default: '' },
  StepName: { ...name, default: '' },
  Version: { type: 'string', min: 1, max: 1000 },
} as const
const packages = {
  type: 'array',
  default: [],
  max: 1000,
  items: { type: 'object', strict: 'remove', props: selected },
} as const

/** The validator's rules for `ReleaseBody`. */
export const bodyRules = {
  ProjectId: 'string',
  Version: text,
  ChannelId: optional,
  ReleaseNotes: notes,
  SelectedPackages: packages,
  CustomFields: fields,
  IgnoreChannelRules: { type: 'boolean', optional: true },
  $$strict: 'remove',
} as const

const known = { type: 'string', nullable: true } as const

/** The validator's rules for `ReleaseToImport`. */
export const importRules = {
  ...{ spaceId: 'string', Id: 'string', ProjectId: 'string' },
  Version: { type: 'string', min: 1, max: 1000 },
  ReleaseNotes: notes,
  Assembled: 'string',
  SelectedPackages: {
    ...packages,
    items: {
      type: 'object',
      strict: 'remove',
      props: {
        ...selected,
        Sha256: { type: 'string', pattern: /^[0-9a-f]{64}$/, optional: true, nullable: true },
      },
    },
  },
  BuildInformation: { type: 'array', items: 'object', max: 1000 },
  CustomFields: fields,
  ...{ ProcessSnapshotId: 'string', VariablesSnapshotId: 'string' },
  Remote: {
    type: 'object',
    strict: 'remove',
    props: {
      ...{ TrustId: 'string', RemoteSpace: 'string', SourceReleaseId: 'string' },
      ...{ SourceVersion: 'string', BundleId: 'string', ContentDigest: 'string' },
      Revision: { type: 'number', integer: true, min: 1 },
      Mappings: {
        type: 'array',
        default: [],
        max: 10_000,
        items: {
          type: 'object',
          strict: 'remove',
          props: {
            Kind: { type: 'enum', values: [...mappingKinds] },
            ...{ Name: 'string', TargetId: known },
          },
        },
      },
      History: {
        type: 'array',
        items: {
          type: 'object',
          strict: 'remove',
          props: {
            ...{ Space: 'string', Environment: 'string', State: 'string' },
            ...{ StartedAt: known, EndedAt: known, By: known },
          },
        },
      },
    },
  },
} as const
