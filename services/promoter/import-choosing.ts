/** What people decide about an import before it is one: what names mean here, where it goes, which values it gets. */
import type { Bus } from '#bus'
import { InvalidError, RefusedError } from '#bus/errors.ts'
import { foldName } from '#domain/name.ts'
import type { TemplateDoc } from '#domain/promotion/content.ts'
import { isOpenImport } from '#domain/promotion/import-state.ts'
import { faultsOfMappings, type Mapping } from '#domain/promotion/mappings.ts'
import { seal } from '#store/encryption.ts'
import type { StoredImport, StoredTemplateValue } from './import.model.ts'
import type { Imports } from './import-memory.ts'
import { mergedMappings, type Reviewed, reviewOf } from './import-review.ts'
import { decided } from './import-writes.ts'
import type { ImportChoices, ImportValues } from './imports.contract.ts'

interface On {
  imports: Imports
  system: Pick<Bus, 'call'>
}

/** Keeps decisions about names and places. What was approved must be approved again. */
export async function choose(
  on: On,
  stored: StoredImport,
  choices: ImportChoices,
): Promise<StoredImport> {
  ensureOpen(stored)
  const reviewed = await reviewOf(on, stored)
  const mappings = (choices.Mappings ?? []).map(
    ({ Kind, Name, TargetId = null }): Mapping => ({ Kind, Name, TargetId }),
  )
  const faults = [
    ...faultsOfMappings(mappings, reviewed.preview.Mappings, reviewed.target).map(
      ({ Code, Message }) => `Mappings: ${Message} (${Code})`,
    ),
    ...(await faultsOfPlace(on.system, stored, choices, reviewed)),
  ]
  if (faults.length > 0) throw new InvalidError(faults)
  const { LifecycleId, ProjectGroupId, TakeAsNewVersion } = choices
  return decided(on.imports, stored, {
    Mappings: mergedMappings(stored.Mappings, mappings),
    ...(LifecycleId !== undefined && { LifecycleId }),
    ...(ProjectGroupId !== undefined && { ProjectGroupId }),
    ...(TakeAsNewVersion !== undefined && {
      AsVersion: TakeAsNewVersion ? `${stored.ReleaseVersion}+r${stored.Revision + 1}` : null,
    }),
    ...toReview(stored),
  })
}

async function faultsOfPlace(
  system: On['system'],
  { SpaceId: spaceId, HasVersionConflict }: StoredImport,
  { LifecycleId, ProjectGroupId, TakeAsNewVersion }: ImportChoices,
  { projectId }: Reviewed,
): Promise<string[]> {
  const isThere = async (list: 'lifecycles.names' | 'projectgroups.names', id: string) =>
    (await system.call(list, { spaceId, ids: [id] })).length > 0
  return [
    ...(LifecycleId && projectId
      ? ['LifecycleId: the project is here already. Its lifecycle is changed in its settings.']
      : []),
    ...(LifecycleId && !(await isThere('lifecycles.names', LifecycleId))
      ? [`LifecycleId: the lifecycle '${LifecycleId}' was not found.`]
      : []),
    ...(ProjectGroupId && !(await isThere('projectgroups.names', ProjectGroupId))
      ? [`ProjectGroupId: the project group '${ProjectGroupId}' was not found.`]
      : []),
    ...(TakeAsNewVersion && !HasVersionConflict
      ? ['TakeAsNewVersion: no other release has the version of this one.']
      : []),
  ]
}

/** Keeps values that the import brings for templates, secrets sealed. */
export async function fill(
  on: On,
  stored: StoredImport,
  { Environments }: ImportValues,
): Promise<StoredImport> {
  ensureOpen(stored)
  const { read, target } = await reviewOf(on, stored)
  const templates = new Map(
    read.content.templates.templates.map((one) => [foldName(one.name), one]),
  )
  const known = new Set(target.environments.map(({ Id }) => Id))
  const pools = new Set(target.workerPools.map(({ Id }) => Id))
  const faults: string[] = []
  const values = new Map(stored._values.map((one) => [keyOf(one), one]))
  for (const { EnvironmentId, Values } of Environments) {
    if (!known.has(EnvironmentId)) {
      faults.push(`EnvironmentId: the environment '${EnvironmentId}' was not found.`)
      continue
    }
    for (const given of Values) {
      const template = templates.get(foldName(given.Name))
      if (!template) faults.push(`Values: the release asks for no value '${given.Name}'.`)
      else if (template.type === 'WorkerPool' && given.Value && !pools.has(given.Value))
        faults.push(`Values: the worker pool '${given.Value}' for '${given.Name}' was not found.`)
      else apply(values, template, { EnvironmentId, ...given })
    }
  }
  if (faults.length > 0) throw new InvalidError(faults)
  return decided(on.imports, stored, { _values: [...values.values()], ...toReview(stored) })
}

interface Given {
  EnvironmentId: string
  Value?: string | null
  HasValue?: boolean | null
}

function apply(
  values: Map<string, StoredTemplateValue>,
  { name: Name, type }: TemplateDoc,
  { EnvironmentId, Value, HasValue }: Given,
): void {
  const key = keyOf({ EnvironmentId, Name })
  const isSecret = type === 'Sensitive'
  if (Value)
    values.set(
      key,
      isSecret
        ? { EnvironmentId, Name, Value: null, _sealed: seal(Value) }
        : { EnvironmentId, Name, Value },
    )
  // A page that shows a secret sends it back without its text.
  else if (!isSecret || HasValue === false) values.delete(key)
}

const keyOf = ({ EnvironmentId, Name }: { EnvironmentId: string; Name: string }) =>
  `${EnvironmentId}\n${foldName(Name)}`

function ensureOpen({ State }: StoredImport): void {
  if (!isOpenImport(State))
    throw new RefusedError(`This import is ${State}: there is nothing to decide about it any more.`)
}

const toReview = ({ State }: StoredImport): Partial<StoredImport> =>
  State === 'Approved'
    ? { State: 'AwaitingReview', ApprovedBy: null, ApprovedAt: null, ApprovedDigest: null }
    : {}
