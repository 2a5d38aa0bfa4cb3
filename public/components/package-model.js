/**
 * @typedef {import('./process-model.js').Action} Action
 * @typedef {{ Id?: string, Name: string, PackageId: string, FeedId: string, AcquisitionLocation: string,
 *   Properties: Record<string, string> }} Reference to a package, as the API has it; its name '' is the step's own package
 */

export const SCRIPT = 'Octopus.Action.Script'
export const SOURCE = `${SCRIPT}.ScriptSource`
export const FILE_NAME = `${SCRIPT}.ScriptFileName`
export const PARAMETERS = `${SCRIPT}.ScriptParameters`

const PACKAGE = 'Octopus.Action.Package'
const FEATURES = 'Octopus.Action.EnabledFeatures'

/** What may be done with the files of a package: the feature's name, its switch, and what it is set by. */
export const features = /** @type {const} */ ({
  substitute: {
    name: 'Octopus.Features.SubstituteInFiles',
    on: 'Octopus.Action.SubstituteInFiles.Enabled',
    value: 'Octopus.Action.SubstituteInFiles.TargetFiles',
  },
  structured: {
    name: 'Octopus.Features.JsonConfigurationVariables',
    on: `${PACKAGE}.JsonConfigurationVariablesEnabled`,
    value: `${PACKAGE}.JsonConfigurationVariablesTargets`,
  },
  directory: {
    name: 'Octopus.Features.CustomDirectory',
    on: '',
    value: `${PACKAGE}.CustomInstallationDirectory`,
  },
})
export const PURGE = `${PACKAGE}.CustomInstallationDirectoryShouldBePurgedBeforeDeployment`
/** Whether the scripts in the package itself are run: they are, unless it says 'False'. */
export const RUN_SCRIPTS = `${PACKAGE}.RunScripts`
const SCRIPTS = 'Octopus.Features.CustomScripts'

/** The scripts that a step may bring, in the order in which they run. */
export const STAGES = /** @type {const} */ (['PreDeploy', 'Deploy', 'PostDeploy'])

/** @type {Record<string, string>} */
const ENDINGS = { Bash: 'sh', Python: 'py', PowerShell: 'ps1', CSharp: 'csx' }

/** @param {string} stage @param {string} syntax */
const scriptName = (stage, syntax) => `Octopus.Action.CustomScripts.${stage}.${ENDINGS[syntax]}`

/** Whether a property of an action is a script. @param {string} name */
export const isScript = (name) =>
  name === `${SCRIPT}.ScriptBody` || name.startsWith('Octopus.Action.CustomScripts.')

/** The script of a stage, in the language that it is written in. @param {Action} action @param {string} stage */
export function scriptOf(action, stage) {
  const syntax = Object.keys(ENDINGS).find(
    (one) => action.Properties[scriptName(stage, one)] !== undefined,
  )
  if (!syntax) return undefined
  return { syntax, body: String(action.Properties[scriptName(stage, syntax)]) }
}

/**
 * The properties with another script for a stage; none when `script` is undefined.
 * @param {Action} action
 * @param {string} stage
 * @param {{ syntax: string, body: string } | undefined} script
 */
export function withScript(action, stage, script) {
  const properties = { ...action.Properties }
  for (const syntax of Object.keys(ENDINGS)) delete properties[scriptName(stage, syntax)]
  if (script) properties[scriptName(stage, script.syntax)] = script.body
  const isAny = Object.keys(properties).some((name) => name.includes('.CustomScripts.'))
  return withFeature(properties, SCRIPTS, isAny)
}

/**
 * The properties with another value for what is done with the files; '' switches it off.
 * @param {Action} action
 * @param {keyof typeof features} key
 * @param {string} value
 */
export function withFiles(action, key, value) {
  const { name, on, value: property } = features[key]
  const { [property]: _old, [on]: _on, ...others } = action.Properties
  const properties = value ? { ...others, [property]: value, ...(on && { [on]: 'True' }) } : others
  if (key === 'directory' && !value) delete properties[PURGE]
  return withFeature(properties, name, Boolean(value))
}

/** @param {Record<string, any>} properties @param {string} feature @param {boolean} isOn */
function withFeature(properties, feature, isOn) {
  const others = String(properties[FEATURES] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name && name !== feature)
  const all = isOn ? [...others, feature] : others
  const { [FEATURES]: _old, ...rest } = properties
  return all.length > 0 ? { ...rest, [FEATURES]: all.join(',') } : rest
}

/** The package that the step itself is about. @param {Action} action @returns {Reference | undefined} */
export const primaryOf = (action) =>
  /** @type {Reference[]} */ (action.Packages ?? []).find(({ Name }) => !Name)

/** The packages that are there beside the step's own. @param {Action} action @returns {Reference[]} */
export const othersOf = (action) =>
  /** @type {Reference[]} */ (action.Packages ?? []).filter(({ Name }) => Name)

/** @param {string} Name @param {string} FeedId @returns {Reference} */
export const newReference = (Name, FeedId) => ({
  Name,
  PackageId: '',
  FeedId,
  AcquisitionLocation: 'Server',
  Properties: { Extract: 'True', SelectionMode: 'immediate', Purpose: '' },
})

/**
 * The action with changes of its own package, which clients look for in two places.
 * @param {Action} action
 * @param {Partial<Reference>} changes
 * @param {string} feedId for when there is none yet
 */
export function withPrimary(action, changes, feedId) {
  const primary = { ...(primaryOf(action) ?? newReference('', feedId)), ...changes }
  return {
    Packages: [primary, ...othersOf(action)],
    Properties: {
      ...action.Properties,
      [`${PACKAGE}.PackageId`]: primary.PackageId,
      [`${PACKAGE}.FeedId`]: primary.FeedId,
    },
  }
}

/**
 * The action as one whose script stands in it, or in a file of a package.
 * @param {Action} action
 * @param {'Inline' | 'Package'} source
 * @param {string} feedId
 */
export function withSource(action, source, feedId) {
  if (source === 'Package') {
    const changed = withPrimary(action, {}, feedId)
    return { ...changed, Properties: { ...changed.Properties, [SOURCE]: source } }
  }
  const {
    [`${PACKAGE}.PackageId`]: _package,
    [`${PACKAGE}.FeedId`]: _feed,
    [FILE_NAME]: _file,
    ...others
  } = action.Properties
  return { Packages: othersOf(action), Properties: { ...others, [SOURCE]: source } }
}

/**
 * What the packages of an action lack, in a sentence; '' when nothing.
 * @param {Action} action
 */
export function packageFault(action) {
  const isDeployed = action.ActionType === 'Octopus.TentaclePackage'
  const isFile = action.Properties[SOURCE] === 'Package'
  if ((isDeployed || isFile) && !primaryOf(action)?.PackageId) return 'It needs a package.'
  if (isFile && !action.Properties[FILE_NAME]) return 'It needs the file of its script.'
  const others = othersOf(action)
  if (others.some(({ PackageId }) => !PackageId)) return 'One of its packages has no id.'
  const names = others.map(({ Name }) => Name.toLowerCase())
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  return twice ? `Two of its packages are called ${twice}.` : ''
}
