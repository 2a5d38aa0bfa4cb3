import type { ScriptSyntax } from './script.ts'

export type Stage = 'PreDeploy' | 'Deploy' | 'PostDeploy' | 'DeployFailed'

/** One thing that is done with a package after it is unpacked. */
export type Convention =
  | { do: 'run'; stage: Exclude<Stage, 'DeployFailed'> }
  | { do: 'substitute'; patterns: string[] }
  | { do: 'replaceStructured'; patterns: string[] }
  | { do: 'copy'; to: string; purge: boolean }

interface Deployment {
  substituteIn: string[]
  structuredIn: string[]
  customDirectory: string | null
  purge: boolean
}

/** What is done with a package, in this order: PreDeploy sees the files as they were packed, Deploy as they will be. */
export function conventionsOf(deployment: Deployment): Convention[] {
  const { substituteIn, structuredIn, customDirectory, purge } = deployment
  return [
    { do: 'run', stage: 'PreDeploy' },
    ...(substituteIn.length > 0
      ? [{ do: 'substitute', patterns: substituteIn } satisfies Convention]
      : []),
    ...(structuredIn.length > 0
      ? [{ do: 'replaceStructured', patterns: structuredIn } satisfies Convention]
      : []),
    ...(customDirectory === null
      ? []
      : [{ do: 'copy', to: customDirectory, purge } satisfies Convention]),
    { do: 'run', stage: 'Deploy' },
    { do: 'run', stage: 'PostDeploy' },
  ]
}

/** By the extensions that scripts of a package have; of several for one stage, the first here is run. */
const syntaxes: [extension: string, ScriptSyntax][] = [
  ['.sh', 'Bash'],
  ['.py', 'Python'],
  ['.csx', 'CSharp'],
  ['.ps1', 'PowerShell'],
]

/** The syntax of a script file by its extension; null when Tako has no way to run it. */
export function syntaxOfFile(path: string): ScriptSyntax | null {
  const folded = path.toLowerCase()
  return syntaxes.find(([extension]) => folded.endsWith(extension))?.[1] ?? null
}

/** The package's own script of a stage among the names in its folder, in any case; null when there is none. */
export function packageScriptOf(
  stage: Stage,
  names: readonly string[],
): { name: string; syntax: ScriptSyntax } | null {
  for (const [extension, syntax] of syntaxes) {
    const wanted = `${stage}${extension}`.toLowerCase()
    const name = names.toSorted().find((one) => one.toLowerCase() === wanted)
    if (name !== undefined) return { name, syntax }
  }
  return null
}

/** Features of package steps as `Octopus.Action.EnabledFeatures` names them, that Tako has. */
const features = new Set([
  'Octopus.Features.CustomDirectory',
  'Octopus.Features.CustomScripts',
  'Octopus.Features.JsonConfigurationVariables',
  'Octopus.Features.SubstituteInFiles',
])

/** Which features of a list ('A,B') are on, and which of them Tako does not have. */
export function featuresOf(text: string): { has(name: string): boolean; unknown: string[] } {
  const names = text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))
  return {
    has: (name) => names.includes(`Octopus.Features.${name}`),
    unknown: names.filter((name) => !features.has(name)),
  }
}
