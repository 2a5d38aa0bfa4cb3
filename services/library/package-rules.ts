/** The validator's rules for what is asked of the feed. */
import { countRule } from '#bus/page.ts'

export const of = { spaceId: 'string', id: 'string' } as const
export const optional = { type: 'string', optional: true, max: 500 } as const
export const flag = { type: 'boolean', convert: true, optional: true } as const
export const window = { skip: countRule, take: countRule } as const
export const packageIdRule = { type: 'string', min: 1, max: 500 } as const

export const push = {
  spaceId: 'string',
  fileName: { type: 'string', min: 1, max: 1000 },
  overwriteMode: { type: 'enum', values: ['FailIfExists', 'OverwriteExisting', 'IgnoreIfExists'] },
} as const

export const writtenBlob = {
  type: 'object',
  props: {
    BlobName: 'string',
    Size: { type: 'number', integer: true, min: 0 },
    Sha1: 'string',
    Sha256: 'string',
  },
} as const

/** Exact versions, as many as a release can have. */
export const identities = {
  type: 'array',
  max: 10_000,
  items: {
    type: 'object',
    props: { PackageId: packageIdRule, Version: { type: 'string', min: 1, max: 500 } },
  },
} as const

export const wishes = {
  type: 'array',
  max: 10_000,
  items: {
    type: 'object',
    props: {
      PackageId: 'string',
      Version: { type: 'string', optional: true, nullable: true },
      VersionRange: { type: 'string', optional: true },
      Tag: { type: 'string', optional: true },
      IncludePreRelease: { type: 'boolean', optional: true },
    },
  },
} as const
