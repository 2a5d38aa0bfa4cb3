import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** So much of a file passes between two collections, in bytes. */
const EACH = 8 * 1024 * 1024

type Collect = (options: { type: 'minor' }) => void
let collect: Collect | undefined

/** V8 gives its collector to a context that is made while this flag is set. */
function collector(): Collect {
  setFlagsFromString('--expose-gc')
  const found: Collect = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  return found
}

/**
 * Passes a file on, and has what is spent of it collected on the way. Node reads each piece into a
 * new buffer; V8 sees the small object that holds it, and by itself lets 64 MB of them gather.
 */
export async function* sparingly<T extends Uint8Array>(
  pieces: AsyncIterable<T>,
): AsyncGenerator<T> {
  let passed = 0
  for await (const piece of pieces) {
    yield piece
    passed += piece.length
    if (passed < EACH) continue
    passed = 0
    collect ??= collector()
    collect({ type: 'minor' })
  }
}
