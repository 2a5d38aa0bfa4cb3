/** What two releases of a space have frozen, side by side. */
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { ensureMay } from '#bus/permitted.ts'
import {
  type Comparison,
  comparable,
  compareContents,
  type Frozen,
} from '#domain/promotion/compare.ts'
import type { Asked } from '#mixins/crud.ts'
import { keyedHash, unseal } from '#store/encryption.ts'
import type { Release, ReleaseComparison } from './releases.contract.ts'

/** Compares a release with what another was. Who asks may view both, their processes and variables. */
export async function compareReleases(
  ctx: Asked,
  { spaceId, releaseId, otherId }: { spaceId: string; releaseId: string; otherId: string },
): Promise<ReleaseComparison> {
  const [after, before] = await Promise.all([
    ctx.call('releases.get', { spaceId, id: releaseId }),
    ctx.call('releases.get', { spaceId, id: otherId }),
  ])
  await ensureMay(ctx, 'ProcessView', spaceId)
  await ensureMay(ctx, 'VariableView', spaceId)
  const system = asSystem(ctx.broker, 'releases are compared')
  const [was, is, nameOf] = await Promise.all([
    frozenOf(system, before),
    frozenOf(system, after),
    namesIn(system, spaceId),
  ])
  const comparison: Comparison = compareContents(was, is, nameOf)
  return { Before: referenceTo(before), After: referenceTo(after), ...comparison }
}

const referenceTo = ({ Id, Version, ProjectId }: Release) => ({ Id, Version, ProjectId })

async function frozenOf(system: Pick<Bus, 'call'>, release: Release): Promise<Frozen> {
  const spaceId = release.SpaceId
  const [process, variables] = await Promise.all([
    system.call('processes.ofSnapshot', {
      spaceId,
      id: release.ProjectDeploymentProcessSnapshotId,
    }),
    system.call('variables.ofSnapshot', { spaceId, id: release.ProjectVariableSetSnapshotId }),
  ])
  const frozen = {
    steps: process.Steps,
    variables: variables.Variables,
    packages: release.SelectedPackages,
  }
  return comparable(frozen, (sealed) => keyedHash(`release secret ${unseal(sealed)}`))
}

/** The name of whatever a release names by its id; what is gone has its id. */
async function namesIn(system: Pick<Bus, 'call'>, spaceId: string) {
  const all = await Promise.all([
    system.call('environments.names', { spaceId }),
    system.call('workerpools.names', { spaceId }),
    system.call('feeds.list', { spaceId, take: 10_000 }).then(({ Items }) => Items),
    system.call('channels.names', { spaceId }),
    system.call('projects.names', { spaceId }),
  ])
  const names = new Map(all.flat().map(({ Id, Name }) => [Id, Name]))
  return (id: string) => names.get(id) ?? id
}
