import { patternsOf } from './file-patterns.ts'
import { featuresOf } from './package-stages.ts'

/** The syntaxes of scripts as the API spells them. */
const syntaxes = ['Bash', 'Python', 'PowerShell', 'CSharp', 'FSharp'] as const
type Syntax = (typeof syntaxes)[number]

const stages = ['PreDeploy', 'Deploy', 'PostDeploy'] as const

/** By the extensions of a step's own scripts, as their properties are named. */
const custom: [extension: string, Syntax][] = [
  ['sh', 'Bash'],
  ['py', 'Python'],
  ['ps1', 'PowerShell'],
  ['csx', 'CSharp'],
  ['fsx', 'FSharp'],
]

/** What an action does: a script, or the deployment of its primary package. */
export interface Work {
  syntax: Syntax
  body: string
  /** The script is this file of an unpacked package instead of `body`. */
  scriptFile: { package: string; path: string } | null
  parameters: string
  deployment: {
    substituteIn: string[]
    structuredIn: string[]
    runScripts: boolean
    scripts: { stage: (typeof stages)[number]; syntax: Syntax; body: string }[]
    customDirectory: string | null
    purge: boolean
  } | null
}

/** The properties of an action without their prefix 'Octopus.Action.', evaluated; '' where there is none. */
type Property = (name: string) => string

const isTrue = (text: string) => text.trim().toLowerCase() === 'true'

/** The kinds of steps that can be run, as the API spells them. */
export const actionTypes = ['Octopus.Script', 'Octopus.TentaclePackage'] as const

/** What an action of this type does by its properties, or why Tako cannot do it. */
export function workOf(type: string, property: Property): Work | { fault: string } {
  if (type === 'Octopus.Script') return scriptOf(property)
  if (type === 'Octopus.TentaclePackage') return deploymentOf(property)
  return { fault: `Tako cannot run steps of the kind '${type}' yet.` }
}

function scriptOf(property: Property): Work | { fault: string } {
  const source = property('Script.ScriptSource') || 'Inline'
  const wish = property('Script.Syntax') || 'PowerShell'
  const syntax = syntaxes.find((one) => one === wish)
  if (!syntax) return { fault: `There is no script syntax '${wish}'.` }
  const work = { syntax, parameters: property('Script.ScriptParameters'), deployment: null }
  if (source === 'Inline') return { ...work, body: property('Script.ScriptBody'), scriptFile: null }
  if (source !== 'Package')
    return { fault: `Tako cannot take scripts from a source of the kind '${source}' yet.` }
  const path = property('Script.ScriptFileName').trim()
  if (path === '')
    return { fault: 'The step does not say which file of its package the script is.' }
  return { ...work, body: '', scriptFile: { package: '', path } }
}

function deploymentOf(property: Property): Work | { fault: string } {
  const { has } = featuresOf(property('EnabledFeatures'))
  const substituteIn = patternsIf(
    has('SubstituteInFiles') || isTrue(property('SubstituteInFiles.Enabled')),
    property('SubstituteInFiles.TargetFiles'),
  )
  if ('fault' in substituteIn) return substituteIn
  const structuredIn = patternsIf(
    has('JsonConfigurationVariables') ||
      isTrue(property('Package.JsonConfigurationVariablesEnabled')),
    property('Package.JsonConfigurationVariablesTargets'),
  )
  if ('fault' in structuredIn) return structuredIn
  const directory = property('Package.CustomInstallationDirectory').trim()
  const isElsewhere = has('CustomDirectory') && directory !== ''
  return {
    ...{ syntax: 'Bash', body: '', scriptFile: null, parameters: '' },
    deployment: {
      substituteIn: substituteIn.patterns,
      structuredIn: structuredIn.patterns,
      runScripts: property('Package.RunScripts').trim().toLowerCase() !== 'false',
      scripts: has('CustomScripts') ? customScripts(property) : [],
      customDirectory: isElsewhere ? directory : null,
      purge:
        isElsewhere &&
        isTrue(property('Package.CustomInstallationDirectoryShouldBePurgedBeforeDeployment')),
    },
  }
}

const patternsIf = (isOn: boolean, text: string) => (isOn ? patternsOf(text) : { patterns: [] })

const customScripts = (property: Property) =>
  stages.flatMap((stage) =>
    custom.flatMap(([extension, syntax]) => {
      const body = property(`CustomScripts.${stage}.${extension}`)
      return body.trim() === '' ? [] : [{ stage, syntax, body }]
    }),
  )
