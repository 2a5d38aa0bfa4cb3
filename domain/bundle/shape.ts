import { Ajv, type ErrorObject } from 'ajv'
import { BundleError } from './errors.ts'

const FAULTS_SHOWN = 10

/** Checks parsed JSON against a JSON Schema; refuses it as InvalidContent, naming each fault. */
export function shapeCheck<T>(name: string, schema: object): (value: unknown) => T {
  // Compiled when first used: a server that promotes nothing compiles nothing.
  let validate: ReturnType<Ajv['compile']> | undefined
  return (value) => {
    validate ??= new Ajv({ allErrors: false, strict: true }).compile(schema)
    if (validate(value)) return value as T
    const faults = (validate.errors ?? []).slice(0, FAULTS_SHOWN).map(faultText)
    throw new BundleError(
      'InvalidContent',
      `${name} is not as it should be: ${faults.join('; ')}.`,
      {
        data: { entry: name, faults },
      },
    )
  }
}

const faultText = ({ instancePath, message, params }: ErrorObject) =>
  `${instancePath.slice(1).replaceAll('/', '.') || 'it'} ${message ?? 'is wrong'}${
    'allowedValues' in params ? ` (${params.allowedValues.join(', ')})` : ''
  }`

/** Parts that several schemas have. */
export const shapes = {
  digest: { type: 'string', pattern: '^[0-9a-f]{64}$' },
  /** Of version 7. */
  uuid: {
    type: 'string',
    pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
  },
  /** From 1. */
  count: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
  bytes: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  /** '2026-11-24T19:00:00.000Z' */
  time: {
    type: 'string',
    pattern: '^\\d{4}-[01]\\d-[0-3]\\dT[0-2]\\d:[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?Z$',
  },
  text: { type: 'string', maxLength: 1_000 },
} as const

/** An object that must have all of these; more is kept and not looked at. */
export const exactly = <T extends Record<string, object>>(properties: T) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
})

export const orNull = (schema: object) => ({ anyOf: [{ type: 'null' }, schema] })
