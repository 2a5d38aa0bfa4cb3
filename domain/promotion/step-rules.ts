import type { Action } from '#domain/process.ts'
import { textOf } from '#domain/process.ts'
import type { Unsupported } from './unsupported.ts'

/** The kinds of steps of which it is known what in them is the source's own. */
const knownTypes = ['Script', 'TentaclePackage', 'Manual', 'Email'].map((type) => `Octopus.${type}`)

export const isKnownType = (type: string): boolean => knownTypes.includes(type)

/** The properties that list the ids of teams, separated by commas. */
export const teamProperties = [
  'Octopus.Action.Manual.ResponsibleTeamIds',
  'Octopus.Action.Email.ToTeamIds',
  'Octopus.Action.Email.CCTeamIds',
  'Octopus.Action.Email.BccTeamIds',
] as const

/** The property in which older clients name the feed of the primary package. */
export const feedProperty = 'Octopus.Action.Package.FeedId'

/** What of an action cannot be carried to another space. */
export function whatIsUnsupported(action: Action): Unsupported[] {
  const { Name: name, ActionType } = action
  const found = (kind: Unsupported['kind'], what: string): Unsupported => ({
    ...{ kind, name },
    reason: `The step '${name}' ${what}.`,
  })
  const text = (property: string) => textOf(action.Properties, `Octopus.Action.${property}`)
  const { Image, GitUrl, Dockerfile } = action.Container
  const isFromGit = text('Script.ScriptSource') === 'GitRepository'
  return [
    ...(ActionType === 'Octopus.DeployRelease'
      ? [found('DeployRelease', 'deploys a release of another project')]
      : isKnownType(ActionType)
        ? []
        : [found('StepType', `is of the kind '${ActionType}', which Tako does not know`)]),
    ...(text('Template.Id') ? [found('StepTemplate', 'is made from a step template')] : []),
    ...(Image || GitUrl || Dockerfile ? [found('Container', 'runs in a container')] : []),
    ...(action.GitDependencies.length > 0 || isFromGit
      ? [found('Git', 'takes files from a Git repository')]
      : []),
    ...(Object.keys(action.Inputs ?? {}).length > 0 || action.StepPackageVersion
      ? [found('StepPackage', 'is made by a step package')]
      : []),
  ]
}
