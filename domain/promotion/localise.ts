import type { Secret } from '#domain/bundle/secrets.ts'
import { foldName } from '#domain/name.ts'
import type { SelectedPackage } from '#domain/package-selection.ts'
import type { Step } from '#domain/process.ts'
import type { BundleContent } from './content.ts'
import type { FrozenVariable } from './frozen.ts'
import { localId } from './local-ids.ts'
import { type LocalNames, localNames } from './local-names.ts'
import { localSteps } from './local-steps.ts'
import { localVariables } from './local-variables.ts'
import { isOpenMapping, type Mapping, type NeededMapping, neededMappings } from './mappings.ts'
import { secretsByPath } from './secret-paths.ts'
import type { TargetState } from './target-state.ts'
import type { VariableTemplate } from './variable-templates.ts'

/** A package of an imported release: what the target must use, to the byte. */
export interface LocalPackage extends SelectedPackage {
  PackageId: string
  FeedId: string
  FileName: string
  /** In bytes. */
  Size: number
  /** null for a package that no step fetches. */
  Sha256: string | null
}

/** A bundle in the terms of the target: its ids, its environments, its pools. */
export interface Localised {
  steps: Step[]
  variables: FrozenVariable[]
  templates: VariableTemplate[]
  packages: LocalPackage[]
  /** Sentences: steps and values that are for environments left out. */
  leftOut: string[]
  /** Undecided names. They stand in the rest as they are: nothing of it may be used. */
  open: NeededMapping[]
}

export interface LocaliseOptions {
  secrets: readonly Secret[]
  /** Names of environments that the sender wants the release in. */
  wanted: readonly string[]
  mappings: readonly Mapping[]
  target: TargetState
  /** Seals a secret for the store. */
  seal: (text: string) => string
}

/** The release that a bundle comes to in the target. The same bundle and decisions give the same ids. */
export function localise(
  content: BundleContent,
  { secrets, wanted, mappings, target, seal }: LocaliseOptions,
): Localised {
  const needed = neededMappings(content, { wanted, mappings, target })
  const names = localNames(needed, target)
  const texts = secretsByPath(content, secrets)
  const sealed = (path: string) => {
    const text = texts.get(path)
    return text === undefined ? null : seal(text)
  }
  const projectId = content.project.id
  const around = { projectId, names, sealed, target }
  const { steps, leftOut } = localSteps(content.process.steps, around)
  const ids = new Map(
    steps.flatMap((step) => step.Actions.map(({ Id, Name }) => [foldName(Name), Id])),
  )
  const values = localVariables(content.variables.variables, { ...around, actions: ids })
  return {
    steps,
    variables: values.variables,
    templates: content.templates.templates.map((template) => ({
      Id: localId('template', projectId, template.id),
      ...{ Name: template.name, Label: template.label, HelpText: template.helpText },
      ...{ Type: template.type, DefaultValue: template.defaultValue },
      IsRequired: template.isRequired,
    })),
    packages: localPackages(content, steps, names),
    leftOut: [...leftOut, ...values.leftOut],
    open: needed.filter(isOpenMapping),
  }
}

function localPackages(
  { packages }: Pick<BundleContent, 'packages'>,
  steps: readonly Step[],
  names: LocalNames,
): LocalPackage[] {
  const actions = steps.flatMap((step) => step.Actions.map((action) => ({ step, action })))
  return packages.packages.flatMap((one) => {
    const owner = actions.find(
      ({ action }) =>
        action.Slug === one.actionSlug &&
        action.Packages.some(({ Name }) => foldName(Name) === foldName(one.referenceName)),
    )
    // Its step is left out.
    if (!owner) return []
    return [
      {
        ActionName: owner.action.Name,
        StepName: owner.step.Name,
        PackageReferenceName: one.referenceName,
        ...{ Version: one.version, PackageId: one.packageId },
        FeedId: names.feed({ kind: one.feedKind, name: one.feedName }),
        ...{ FileName: one.fileName, Size: one.size, Sha256: one.sha256 },
      },
    ]
  })
}
