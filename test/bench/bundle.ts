import { documentNames } from '#domain/bundle/content-digest.ts'
import type { OpenedContents } from '#domain/bundle/verify.ts'
import { writeBundle } from '#domain/bundle/write.ts'
import { checkContent, documentOf } from '#domain/promotion/content-shape.ts'
import { secretsByPath, variablePath } from '#domain/promotion/secret-paths.ts'
import { contentDocs, stepDoc, variableDoc } from '../domain/promotion/content-sample.ts'
import { bytesOf, contextOf, makeSpace, partsOf, trustIn, verified } from '../support/bundles.ts'
import type { Measurement } from './measurement.ts'
import { median } from './statistics.ts'

const sizes = {
  full: { steps: 200, variables: 2_000, rounds: 20 },
  smoke: { steps: 4, variables: 40, rounds: 2 },
}
/** Each so many of the variables is a secret. */
const SECRET_EVERY = 10
const SCRIPT_LINES = 40
const BOUND_MS = 300

/** What a release costs on its way to another space, without the way. */
export const bundle: Measurement = {
  name: 'bundle',
  about: `A release of 200 steps with a script of 40 lines each and 2,000 variables, of which 200 are secret:
its bundle built (checked, encrypted, signed, all its bytes made), and checked by its target from the first
byte to the last (signature, digests, decryption, content). Medians of 20, each by itself, in one process.`,

  async measure(size) {
    const { steps, variables, rounds } = sizes[size]
    const [source, target] = await Promise.all([makeSpace('Source'), makeSpace('Target')])
    const parts = { ...partsOf(source, target), ...contentsOf(steps, variables) }
    const context = contextOf(target, [trustIn(source)], { readContent: checked })
    const built: number[] = []
    const read: number[] = []
    let bytes: Buffer = Buffer.alloc(0)
    for (let round = 0; round < rounds; round++) {
      built.push(
        await msOf(async () => {
          bytes = await bytesOf(await writeBundle(parts))
        }),
      )
      read.push(await msOf(() => verified(bytes, context)))
    }
    return [
      { what: 'Bundle built', value: median(built), unit: 'ms', bound: { atMost: BOUND_MS } },
      { what: 'Bundle checked', value: median(read), unit: 'ms', bound: { atMost: BOUND_MS } },
      { what: 'Size of the bundle', value: bytes.length / 1024 ** 2, unit: 'MB' },
    ]
  },
}

function contentsOf(steps: number, variables: number) {
  const script = 'echo "One of the lines of a script, as long as they are: #{Some.Variable}"\n'
  const documents = contentDocs({
    process: {
      steps: Array.from({ length: steps }, (_, at) =>
        stepDoc(`Step ${at}`, {
          properties: { 'Octopus.Action.Script.ScriptBody': script.repeat(SCRIPT_LINES) },
        }),
      ),
    },
    variables: {
      variables: Array.from({ length: variables }, (_, at) =>
        variableDoc({
          name: `Variable ${at}`,
          ...(at % SECRET_EVERY === 0 && { kind: 'secret', type: 'Sensitive', value: null }),
        }),
      ),
    },
  })
  const secret = documents.variables.variables.filter(({ kind }) => kind === 'secret')
  const secrets = secret.map(({ id, name }) => ({ path: variablePath(id), value: `of ${name}` }))
  return { documents, secrets, modules: [] }
}

/** All that a target checks of a content. */
function checked(opened: OpenedContents): OpenedContents {
  const documents = Object.fromEntries(
    documentNames.map((name) => [name, documentOf(name, opened.documents[name])]),
  ) as unknown as Parameters<typeof checkContent>[0] // One for each name.
  checkContent(documents)
  secretsByPath(documents, opened.secrets)
  return opened
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}
