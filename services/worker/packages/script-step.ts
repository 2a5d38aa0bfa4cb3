import { realpathSync, statSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { patternsOf } from '#domain/file-patterns.ts'
import { isOn, literalEvaluator, valueIn } from '#domain/literal-values.ts'
import { featuresOf, syntaxOfFile } from '#domain/package-stages.ts'
import { packagePlaces } from '#domain/package-variables.ts'
import { type Acquired, type Placed, place } from './acquire.ts'
import type { Job } from './job.ts'
import type { Scripts } from './scripts.ts'
import { substituteInFiles } from './substitution.ts'

const SUBSTITUTE = 'Octopus.Action.SubstituteInFiles'

/** Runs a script that has packages beside it, or is a file of one. */
export async function runScriptStep(job: Job, acquired: Acquired[], scripts: Scripts) {
  const { spec, workFolder } = job
  const placed = await place(acquired, workFolder)
  const withPlaces = placesIn(spec.variables, placed)
  scripts.set(withPlaces.variables)
  const primary = placed.find(({ name }) => name === '')?.folder ?? null
  await substitute(scripts.variables(), primary ?? workFolder)
  const what = 'The script'
  const parameters = withPlaces.replaced(spec.parameters)
  if (spec.scriptFile === null) {
    const body = withPlaces.replaced(spec.body)
    return scripts.run({ syntax: spec.syntax, body, parameters, folder: workFolder, what })
  }
  const { package: name, path } = spec.scriptFile
  const folder = placed.find((one) => one.name === name)?.folder
  if (!folder) throw new Error(`The package of the script '${path}' is not unpacked.`)
  const script = await scriptFileIn(folder, path)
  return scripts.run({
    ...script,
    parameters,
    folder: dirname(script.file),
    what,
    syntax: script.syntax ?? spec.syntax,
  })
}

/**
 * The places of packages as variables, and what they change: texts that the server could not finish,
 * since it does not know where the worker puts things.
 */
export function placesIn(variables: Record<string, string>, placed: Placed[]) {
  const places = packagePlaces(placed)
  const { substitute } = literalEvaluator(places)
  const replaced = (text: string) => (text.includes('#{') ? substitute(text) : text)
  const texts = Object.entries(variables).map(([name, value]) => [name, replaced(value)])
  return { variables: { ...Object.fromEntries(texts), ...places }, replaced }
}

async function substitute(variables: Record<string, string>, folder: string) {
  const { has } = featuresOf(valueIn(variables, 'Octopus.Action.EnabledFeatures'))
  if (!has('SubstituteInFiles') && !isOn(variables, `${SUBSTITUTE}.Enabled`)) return
  const given = patternsOf(valueIn(variables, `${SUBSTITUTE}.TargetFiles`))
  if ('fault' in given) throw new Error(given.fault)
  await substituteInFiles({ folder, patterns: given.patterns, variables })
}

/** A script below a folder, ready to be run where it is. `syntax` is null where its name does not say it. */
export async function scriptFileIn(folder: string, path: string) {
  const file = join(folder, path.replaceAll('\\', '/'))
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found?.isFile()) throw new Error(`The package has no file '${path}'.`)
  if (!realpathSync(file).startsWith(`${realpathSync(folder)}${sep}`))
    throw new Error(`The script '${path}' is outside of its package.`)
  const syntax = syntaxOfFile(file)
  const written = await readFile(file, 'utf8')
  const body = written.replace(/^\ufeff/, '')
  // Lines as Windows ends them would have a carriage return in each last word.
  const unix = syntax === 'Bash' ? body.replaceAll('\r\n', '\n') : body
  if (syntax === 'Bash' && unix !== written) await writeFile(file, unix)
  return { file, body: unix, syntax }
}
