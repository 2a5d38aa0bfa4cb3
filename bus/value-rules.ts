/** The validator's rule for values of templates by environment: those of a project, and those that an import brings. */
const maybe = { optional: true, nullable: true } as const

export const valuesByEnvironment = {
  type: 'array',
  max: 1_000,
  items: {
    type: 'object',
    strict: 'remove',
    props: {
      EnvironmentId: 'string',
      Values: {
        type: 'array',
        max: 1_000,
        items: {
          type: 'object',
          strict: 'remove',
          props: {
            Name: { type: 'string', min: 1, max: 1_000 },
            Value: { type: 'string', ...maybe, max: 100_000 },
            HasValue: { type: 'boolean', ...maybe },
          },
        },
      },
    },
  },
} as const
