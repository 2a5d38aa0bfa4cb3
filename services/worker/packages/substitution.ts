import { chmod, lstat, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sizeText } from '#domain/archive-rules.ts'
import { literalEvaluator } from '#domain/literal-values.ts'
import { replaceStructured } from '#domain/structured-variables.ts'
import { decodeText, encodeText } from '#domain/text-encoding.ts'
import { filesMatching } from './files-in.ts'
import { reasonOf } from './persist.ts'
import { say } from './say.ts'

interface Change {
  /** The files are below it. */
  folder: string
  patterns: string[]
  variables: Record<string, string>
}

/** Larger texts are not read whole. */
const largest = 32 * 1024 * 1024

/** Replaces `#{…}` in files. */
export async function substituteInFiles({ folder, patterns, variables }: Change): Promise<void> {
  const { substitute } = literalEvaluator(variables)
  await changeFiles(folder, patterns, 'Variables', (_path, text) => {
    const result = text.includes('#{') ? substitute(text) : text
    return { text: result, note: `Variables were replaced in` }
  })
}

/** Replaces values in JSON and YAML files. */
export async function replaceInFiles({ folder, patterns, variables }: Change): Promise<void> {
  await changeFiles(folder, patterns, 'Structured variables', (path, text) => {
    const { text: result, count, kept } = replaceStructured({ path, text }, variables)
    for (const at of kept)
      say.warning(`${path}: '${at}' stays, since its variable is no JSON object or list.`)
    return { text: result, note: `${count} structured variables were replaced in` }
  })
}

type Changing = (path: string, text: string) => { text: string; note: string }

async function changeFiles(folder: string, patterns: string[], what: string, change: Changing) {
  const { files, unused } = filesMatching(folder, patterns)
  for (const pattern of unused) say.warning(`${what}: no file fits the pattern '${pattern}'.`)
  for (const path of files) {
    try {
      await changeFile(folder, path, change)
    } catch (error) {
      throw new Error(`${what} could not be replaced in ${path}. ${reasonOf(error)}`)
    }
  }
}

async function changeFile(folder: string, path: string, change: Changing) {
  const file = join(folder, path)
  const { size, mode } = await lstat(file)
  if (size > largest) throw new Error(`It is larger than ${sizeText(largest)}.`)
  const decoded = decodeText(await readFile(file))
  if (decoded === null)
    return say.warning(`${path} stays as it is: it is no text in UTF-8 or UTF-16.`)
  const { text, note } = change(path, decoded.text)
  if (text === decoded.text) return say.verbose(`${path} has nothing to replace.`)
  const draft = `${file}.tako-draft`
  try {
    await writeFile(draft, encodeText(text, decoded.encoding), { flag: 'wx' })
    await chmod(draft, mode & 0o7777)
    await rename(draft, file)
  } finally {
    await rm(draft, { force: true })
  }
  say.verbose(`${note} ${path}.`)
}
