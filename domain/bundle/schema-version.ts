import { BundleError } from './errors.ts'

/** The version of the formats that this Tako writes, and the newest that it reads. */
export const READER_VERSION = 1

/**
 * Refuses what only a newer Tako can read.
 * @param schema - 'tako/bundle@1', 'tako/receipt@1.2': kind, major and perhaps minor version
 * @returns whether the writer knows more than this reader, of a kind that may be left aside
 */
export function checkSchema(
  facts: unknown,
  { kind, reader = READER_VERSION }: { kind: string; reader?: number | undefined },
): { newerMinor: boolean } {
  const { schema, minReader = 1 } = (facts ?? {}) as Record<string, unknown>
  const found =
    typeof schema === 'string' ? /^tako\/([a-z]+)@(\d{1,6})(?:\.(\d{1,6}))?$/.exec(schema) : null
  if (!found || found[1] !== kind)
    throw new BundleError('UnsupportedSchema', `This is no tako/${kind}.`, { data: { kind } })
  const needed = Math.max(Number(found[2]), typeof minReader === 'number' ? minReader : 1)
  if (needed > reader)
    throw new BundleError(
      'UnsupportedSchema',
      `Version ${needed} of tako/${kind} is needed to read this, and here is version ${reader}: use a newer Tako.`,
      { data: { kind, needed, reader } },
    )
  return { newerMinor: Number(found[3] ?? 0) > 0 }
}
