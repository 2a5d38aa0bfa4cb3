const text = { type: 'string', optional: true, max: 1000 } as const
const optional = { type: 'string', optional: true } as const
const notes = { type: 'string', default: '', max: 200_000 } as const
const fields = { type: 'record', key: 'string', value: 'string', default: {} } as const
const name = { type: 'string', max: 1000 } as const
const packages = {
  type: 'array',
  default: [],
  max: 1000,
  items: {
    type: 'object',
    strict: 'remove',
    props: {
      ActionName: { ...name, default: '' },
      PackageReferenceName: { ...name, default: '' },
      StepName: { ...name, default: '' },
      Version: { type: 'string', min: 1, max: 1000 },
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
  IgnoreChannelRules: { type: 'boolean', optional: true },
  $$strict: 'remove',
} as const
