/** What a target says to the source of a release about its deployments: from their facts, what its receipts tell. */
import type { ReceiptFacts, ReceiptState } from '#domain/bundle/receipt.ts'

/** What of a receipt does not depend on who signs it, and when. */
export type Statement = Omit<
  ReceiptFacts,
  'receiptId' | 'sequence' | 'source' | 'target' | 'issuedAt'
>

/** A deployment's task, as far as it is told of. Times are ISO texts. */
export interface ToldTask {
  State: string
  StartTime: string | null
  CompletedTime: string | null
  ErrorMessage: string
  HasWarningsOrErrors: boolean
}

export interface ToldDeployment {
  Id: string
  Created: string
  DeployedBy: string
}

interface RevisionFacts {
  Revision: number
  BundleId: string
  ImportedAt: string
}

/** An imported release, as far as it is told of. */
export interface ToldRelease extends RevisionFacts {
  SourceReleaseId: string
  SourceVersion: string
  /** What it was before, the oldest first. */
  Revisions: RevisionFacts[]
}

const ends: Record<string, ReceiptState> = {
  Success: 'Success',
  Failed: 'Failed',
  Canceled: 'Canceled',
  // It was to start before a time that has passed: the reason says so.
  TimedOut: 'Failed',
}

/** Every state that a deployment has been in, in their order: there is a receipt of each. */
export function statesOf({
  State,
  StartTime,
}: Pick<ToldTask, 'State' | 'StartTime'>): ReceiptState[] {
  const end = ends[State]
  return ['Queued', ...(StartTime === null ? [] : (['Executing'] as const)), ...(end ? [end] : [])]
}

/** The bundle of which a deployment is: the release may have got a later revision since. */
export function revisionAt(
  release: Pick<ToldRelease, keyof RevisionFacts | 'Revisions'>,
  created: string,
): Pick<RevisionFacts, 'Revision' | 'BundleId'> {
  const all = [...release.Revisions, release]
  return all.findLast(({ ImportedAt }) => ImportedAt <= created) ?? all[0] ?? release
}

interface About {
  task: ToldTask
  deployment: ToldDeployment
  release: ToldRelease
  /** By the name that the source calls it. */
  environment: { id: string; name: string }
  /** null where they are not known yet. */
  steps: { name: string; status: string }[] | null
  /** Whether who deploys is told. */
  sharesNames: boolean
}

/** What is said of a deployment when it has come to a state. */
export function statementOf(state: ReceiptState, about: About): Statement {
  const { task, deployment, release, environment, steps, sharesNames } = about
  const { Revision: revision, BundleId: bundleId } = revisionAt(release, deployment.Created)
  const isEnd = state !== 'Queued' && state !== 'Executing'
  return {
    ...{ bundleId, revision, release: sourcesOwn(release), environment },
    ...{ deploymentId: deployment.Id, state, queuedAt: deployment.Created },
    startedAt: state === 'Queued' ? null : task.StartTime,
    endedAt: isEnd ? task.CompletedTime : null,
    warnings: isEnd && task.HasWarningsOrErrors,
    steps: isEnd ? steps : null,
    error: isEnd ? task.ErrorMessage : '',
    tenants: null,
    by: sharesNames && deployment.DeployedBy !== '' ? deployment.DeployedBy : null,
  }
}

/** What is said of a defect of the release as a whole. */
export function defectStatement(
  { Description, Status }: { Description: string; Status: 'Unresolved' | 'Resolved' },
  release: ToldRelease,
): Statement {
  const { Revision: revision, BundleId: bundleId } = release
  return {
    ...{ bundleId, revision, release: sourcesOwn(release), environment: null, deploymentId: null },
    state: Status === 'Unresolved' ? 'DefectReported' : 'DefectResolved',
    ...{ queuedAt: null, startedAt: null, endedAt: null, warnings: false, steps: null },
    ...{ error: Description, tenants: null, by: null },
  }
}

const sourcesOwn = ({ SourceReleaseId: id, SourceVersion: version }: ToldRelease) => ({
  id,
  version,
})
