import { BundleRefusedError } from '#bus/errors.ts'
import { BundleError } from '#domain/bundle/errors.ts'

/** What comes of the work, or why what came from another space is refused, as clients are told it. */
export async function orRefused<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof BundleError) throw new BundleRefusedError(error.message, error.code)
    throw error
  }
}
