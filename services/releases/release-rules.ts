const text = { type: 'string', optional: true, max: 1000 } as const
const optional = { type: 'string', optional: true } as const
const notes = { type: 'string', default: '', max: 200_000 } as const
const fields = { type: 'record', key: 'string', value: 'string', default: {} } as const
const packages = {
  type: 'array',
  default: [],
  max: 1000,
  items: {
    type: 'object',
    props: {
      ActionName: { type: 'string', default: '' },
      PackageReferenceName: { type: 'string', default: '' },
      StepName: { type: 'string', default: '' },
      Version: 'string',
    },
  },
} as const

/** The validator's rules for `ReleaseBody`. */
export const bodyRules = {
  ProjectId: 'string',
  Version: text,
  ChannelId: optional,
  ReleaseNotes: notes,
  SelectedPackages: packages,
  CustomFields: fields,
  $$strict: 'remove',
} as const
