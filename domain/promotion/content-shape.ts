import type { DocumentName } from '#domain/bundle/content-digest.ts'
import { BundleError } from '#domain/bundle/errors.ts'
import { exactly, orNull, shapeCheck, shapes } from '#domain/bundle/shape.ts'
import { foldName } from '#domain/name.ts'
import {
  actionConditions,
  packageRequirements,
  startTriggers,
  stepConditions,
} from '#domain/process.ts'
import type { BundleContent } from './content.ts'
import { templateTypes } from './variable-templates.ts'

const short = { type: 'string', maxLength: 1_000 }
const name = { type: 'string', minLength: 1, maxLength: 1_000 }
/** Its bound is that of the document it stands in. */
const long = { type: 'string' }
const flag = { type: 'boolean' }
const id = { type: 'string', minLength: 1, maxLength: 10_000 }
const oneOf = (values: readonly string[]) => ({ type: 'string', enum: values })
const listOf = (items: object, maxItems = 10_000) => ({ type: 'array', items, maxItems })
const dictionary = (additionalProperties: object) => ({
  type: 'object',
  additionalProperties,
  maxProperties: 10_000,
})
const names = listOf(short)
const properties = { properties: dictionary(long), secretProperties: names }

const build = exactly({
  ...{ packageId: long, version: long, buildEnvironment: long, buildNumber: long },
  ...{ buildUrl: long, branch: long, vcsType: long, vcsRoot: long, vcsCommitNumber: long },
  ...{ vcsCommitUrl: long, issueTrackerName: long, incompleteDataWarning: long },
  commits: listOf(exactly({ id: long, linkUrl: long, comment: long }), 100_000),
  workItems: listOf(exactly({ id: long, linkUrl: long, source: long, description: long })),
})

const release = exactly({
  ...{ id, version: name, notes: long, channel: name },
  assembled: shapes.time,
  customFields: dictionary(long),
  buildInformation: listOf(build),
})

const project = exactly({
  ...{ id, name, slug: short, description: long },
  settings: exactly({
    guidedFailureMode: oneOf(['EnvironmentDefault', 'Off', 'On']),
    connectivityPolicy: exactly({
      skipMachineBehavior: oneOf(['None', 'SkipUnavailableMachines']),
      targetRoles: names,
      ...{ allowDeploymentsToNoTargets: flag, excludeUnhealthyTargets: flag },
    }),
    ...{ skipIfAlreadyInstalled: flag, forcePackageDownload: flag },
    ...{ releaseNotesTemplate: long, deploymentChangesTemplate: long },
  }),
})

const packageReference = exactly({
  ...{ id, name: short, packageId: name, acquisitionLocation: name, version: orNull(short) },
  feed: exactly({ kind: name, name }),
  properties: dictionary(long),
})

const action = exactly({
  ...{ id, name, slug: short, type: name, notes: orNull(long) },
  ...{ isDisabled: flag, isRequired: flag, condition: oneOf(actionConditions) },
  ...{ workerPool: orNull(name), workerPoolVariable: orNull(short) },
  ...{ environments: names, excludedEnvironments: names, tenantTags: names },
  teams: dictionary(names),
  packages: listOf(packageReference, 1_000),
  ...properties,
})

const process = exactly({
  steps: listOf(
    exactly({
      ...{ id, name, slug: short, packageRequirement: oneOf(packageRequirements) },
      ...{ condition: oneOf(stepConditions), startTrigger: oneOf(startTriggers) },
      actions: { ...listOf(action, 1_000), minItems: 1 },
      ...properties,
    }),
    500,
  ),
})

const variables = exactly({
  variables: listOf(
    exactly({
      ...{ id, name, kind: oneOf(['text', 'secret', 'workerPool']), type: name },
      ...{ value: orNull(long), description: orNull(long), isEditable: flag },
      prompt: orNull(
        exactly({
          ...{ label: orNull(long), description: orNull(long), isRequired: flag },
          displaySettings: dictionary(long),
        }),
      ),
      scope: exactly({ environments: names, roles: names, actions: names, tenantTags: names }),
    }),
  ),
})

const templates = exactly({
  templates: listOf(
    exactly({
      ...{ id, name, label: long, helpText: long, type: oneOf(templateTypes) },
      ...{ defaultValue: orNull(long), isRequired: flag },
    }),
    1_000,
  ),
})

const packages = exactly({
  packages: listOf(
    exactly({
      ...{ packageId: name, version: name, feedKind: name, feedName: name },
      ...{ actionSlug: short, referenceName: short, fileName: short },
      ...{ size: shapes.bytes, sha256: orNull(shapes.digest) },
    }),
  ),
})

const history = exactly({
  deployments: listOf(
    exactly({
      ...{ space: short, environment: short, state: name },
      ...{ startedAt: orNull(shapes.time), endedAt: orNull(shapes.time), by: orNull(short) },
    }),
  ),
})

const schemas = { release, project, process, variables, templates, packages, history }

const checks = Object.fromEntries(
  Object.entries(schemas).map(([document, schema]) => [
    document,
    shapeCheck(`${document}.json`, schema),
  ]),
) as { [K in DocumentName]: (value: unknown) => BundleContent[K] } // The schemas say these types.

/**
 * Parsed JSON as a document of a bundle; refuses it as InvalidContent, naming the entry and the fault.
 * What a newer writer has added stays in it, and is not looked at.
 */
export const documentOf = <K extends DocumentName>(document: K, value: unknown): BundleContent[K] =>
  checks[document](value)

/** Refuses, as InvalidContent, documents that are well-formed each and do not fit together. */
export function checkContent({ process, variables, templates }: BundleContent): void {
  const steps = process.steps
  const actions = steps.flatMap((step) => step.actions)
  const unique: [string, string, readonly string[]][] = [
    ['process', 'id', [...steps, ...actions].map((one) => one.id)],
    ['process', 'step', steps.map((step) => foldName(step.name))],
    ['process', 'action', actions.map((one) => foldName(one.name))],
    ...actions.map(({ name, packages }): [string, string, string[]] => [
      'process',
      `package of '${name}'`,
      packages.map((one) => foldName(one.name)),
    ]),
    ['variables', 'id', variables.variables.map((one) => one.id)],
    ['templates', 'id', templates.templates.map((one) => one.id)],
    ['templates', 'name', templates.templates.map((one) => foldName(one.name))],
  ]
  for (const [entry, what, texts] of unique) {
    const seen = new Set<string>()
    const twice = texts.find((text) => seen.has(text) || !seen.add(text))
    if (twice !== undefined) throw invalid(`${entry}.json`, `has the ${what} '${twice}' twice`)
  }
  for (const one of [...steps, ...actions]) {
    const both = one.secretProperties.find((property) => Object.hasOwn(one.properties, property))
    if (both !== undefined)
      throw invalid(
        'process.json',
        `has the secret property '${both}' of '${one.name}' in the clear`,
      )
  }
  const clear = variables.variables.find(({ kind, value }) => kind === 'secret' && value !== null)
  if (clear) throw invalid('variables.json', `has the secret '${clear.name}' in the clear`)
  const known = templates.templates.find(
    ({ type, defaultValue }) => type !== 'String' && defaultValue !== null,
  )
  if (known) throw invalid('templates.json', `has a default value for '${known.name}'`)
}

const invalid = (entry: string, fault: string) =>
  new BundleError('InvalidContent', `${entry} ${fault}.`, { data: { entry, faults: [fault] } })
