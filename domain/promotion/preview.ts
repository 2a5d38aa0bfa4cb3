/** What the target's people see of a bundle before they decide about it. It is a function of what is given, no more. */

import type { Secret } from '#domain/bundle/secrets.ts'
import { foldName } from '#domain/name.ts'
import { actionNumber } from '#domain/process.ts'
import { digestOfJson } from './canonical.ts'
import { type Comparison, comparable, compareContents, type Frozen } from './compare.ts'
import { scopeText } from './compare-variables.ts'
import type { BundleContent } from './content.ts'
import { localHistory } from './local-release.ts'
import { type Localised, localise } from './localise.ts'
import { type Mapping, type NeededMapping, neededMappings } from './mappings.ts'
import { type Block, blocksOf } from './preview-blocks.ts'
import { type PackagesHere, type PreviewedPackage, previewPackages } from './preview-packages.ts'
import { previewWarnings } from './preview-warnings.ts'
import type { TargetState } from './target-state.ts'
import { type ValueMatrix, valueMatrix } from './value-matrix.ts'
import type { ValuesByEnvironment } from './variable-templates.ts'

interface Named {
  Id: string
  Name: string
}

/** What the signed part of the bundle says, once it was checked. */
export interface BundleFacts {
  bundleId: string
  /** Of the exact bytes. */
  manifestSha256: string
  sequence: number
  revision: number
  source: { space: string; server: string; fingerprint: string }
  issuedAt: string
  notAfter: string
  wantedEnvironments: readonly string[]
  /** Bundles of the same sender that should have come before, and have not. */
  missing: number
  /** Whether the sender counts again what it has counted. */
  wentBack: boolean
  /** Whether the sender's Tako knows more than this one, of a kind that may be left aside. */
  isNewer: boolean
}

export interface PreviewInput {
  content: BundleContent
  secrets: readonly Secret[]
  facts: BundleFacts
  target: TargetState
  mappings: readonly Mapping[]
  /** With the environments of its phases, in order; null while none is chosen. */
  lifecycle: (Named & { environments: readonly Named[] }) | null
  /** Of the project, sealed where they are secrets. */
  values: ValuesByEnvironment
  packages: PackagesHere
  /** The release of the project that was imported last; null before the first one. */
  last: { ReleaseId: string; Version: string; Revision: number; frozen: Frozen } | null
  /** A digest of a secret text, with a key of the server's own. */
  digestOf: (text: string) => string
  open: (sealed: string) => string
}

export interface PreviewedStep {
  /** '2', or '3.1'. */
  Number: string
  StepName: string
  Name: string
  ActionType: string
  IsDisabled: boolean
  IsRequired: boolean
  /** By the names of this space; empty for all. */
  Environments: string[]
  /** null: the default one. */
  WorkerPool: string | null
}

export interface Preview {
  /** Names what was seen: approval is of this and nothing else. */
  Digest: string
  BundleId: string
  Sequence: number
  Revision: number
  Sender: { Space: string; Server: string; Fingerprint: string }
  IssuedAt: string
  NotAfter: string
  Project: { Name: string; Description: string }
  Release: { Version: string; ReleaseNotes: string; Channel: string; Assembled: string }
  WantedEnvironments: string[]
  /** What the sender claims. */
  History: ReturnType<typeof localHistory>
  Steps: PreviewedStep[]
  Variables: { Name: string; IsSecret: boolean; IsPrompted: boolean; Scope: string }[]
  LastImported: { ReleaseId: string; Version: string; Revision: number } | null
  /** With the last imported release; before the first import, with nothing. */
  Differences: Comparison
  Packages: PreviewedPackage[]
  Mappings: NeededMapping[]
  Lifecycle: Named | null
  Values: ValueMatrix
  Warnings: string[]
  /** None: it may be approved. */
  Blocks: Block[]
}

const nothing: Frozen = { steps: [], variables: [], packages: [] }

/** All that is to be seen before a bundle is imported. It holds no secret. */
export function previewOf(input: PreviewInput): Preview {
  const { content, facts, target, mappings, last, lifecycle } = input
  const { digestOf, open } = input
  const wanted = facts.wantedEnvironments
  const Mappings = neededMappings(content, { wanted, mappings, target })
  // Sealed by their digests: nothing of it leaves but what is compared.
  const local = localise(content, {
    secrets: input.secrets,
    wanted,
    mappings,
    target,
    seal: digestOf,
  })
  const before = last ? comparable(last.frozen, (sealed) => digestOf(open(sealed))) : nothing
  const nameOf = namesOf(target, Mappings)
  const Packages = previewPackages(content.packages.packages, input.packages)
  return {
    Digest: digestOfPreview(input, Mappings),
    ...{ BundleId: facts.bundleId, Sequence: facts.sequence, Revision: facts.revision },
    Sender: {
      ...{ Space: facts.source.space, Server: facts.source.server },
      Fingerprint: facts.source.fingerprint,
    },
    ...{ IssuedAt: facts.issuedAt, NotAfter: facts.notAfter },
    Project: { Name: content.project.name, Description: content.project.description },
    Release: {
      ...{ Version: content.release.version, ReleaseNotes: content.release.notes },
      ...{ Channel: content.release.channel, Assembled: content.release.assembled },
    },
    WantedEnvironments: [...wanted],
    History: localHistory(content.history),
    Steps: stepsOf(local, nameOf),
    Variables: local.variables.map(({ Name, IsSensitive, Prompt, Scope }) => ({
      ...{ Name, IsSecret: IsSensitive, IsPrompted: Prompt !== null },
      Scope: scopeText(Scope, nameOf),
    })),
    LastImported: last && {
      ...{ ReleaseId: last.ReleaseId, Version: last.Version, Revision: last.Revision },
    },
    Differences: compareContents(before, local, nameOf),
    ...{ Packages, Mappings },
    Lifecycle: lifecycle && { Id: lifecycle.Id, Name: lifecycle.Name },
    Values: valueMatrix(local.templates, {
      environments: lifecycle?.environments ?? [],
      values: input.values,
    }),
    Warnings: previewWarnings({ local, facts, target }),
    Blocks: blocksOf({ Mappings, Packages, lifecycle }),
  }
}

/** Of what decides what is imported and what it will do: not of what merely happens to be here meanwhile. */
function digestOfPreview(
  { content, secrets, facts, lifecycle, values, last, digestOf, open }: PreviewInput,
  needed: readonly NeededMapping[],
): string {
  const environments = lifecycle?.environments.map(({ Id }) => Id) ?? []
  return digestOfJson({
    content,
    bundle: [facts.bundleId, facts.manifestSha256],
    secrets: secrets.map(({ path, value }) => [path, digestOf(value)]).sort(),
    mappings: needed.map(({ Kind, Name, State, TargetId }) => [Kind, Name, State, TargetId]),
    lifecycle: lifecycle && [lifecycle.Id, environments],
    values: environments.map((id) =>
      content.templates.templates.map(({ name }) => {
        const given = values[id]?.[foldName(name)]
        return given?._sealed ? digestOf(open(given._sealed)) : (given?.Value ?? null)
      }),
    ),
    last: last && [last.ReleaseId, last.Revision],
  })
}

function namesOf(target: TargetState, needed: readonly NeededMapping[]) {
  const { environments, workerPools, feeds, teams } = target
  const names = new Map(
    [...environments, ...workerPools, ...feeds, ...teams].map(({ Id, Name }) => [Id, Name]),
  )
  for (const { TargetId, Name, State } of needed)
    if (TargetId !== null && State === 'Gone') names.set(TargetId, Name)
  return (id: string) => names.get(id) ?? id
}

const stepsOf = ({ steps }: Localised, nameOf: (id: string) => string): PreviewedStep[] =>
  steps.flatMap((step, at) =>
    step.Actions.map((action, index) => ({
      Number: actionNumber(at, index, step.Actions.length),
      ...{ StepName: step.Name, Name: action.Name, ActionType: action.ActionType },
      ...{ IsDisabled: action.IsDisabled, IsRequired: action.IsRequired },
      Environments: action.Environments.map(nameOf),
      WorkerPool: action.WorkerPoolId && nameOf(action.WorkerPoolId),
    })),
  )
