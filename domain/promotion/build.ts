import type { Secret } from '#domain/bundle/secrets.ts'
import { foldName } from '#domain/name.ts'
import { packagesOf } from '#domain/package-references.ts'
import { selectedFor } from '#domain/package-selection.ts'
import { buildSteps, feedDocOf, type StepFate } from './build-steps.ts'
import { buildVariables, type VariableFate } from './build-variables.ts'
import type { BuildDoc, BundleContent, PackageDoc, ProjectDoc, StepDoc } from './content.ts'
import { placesFor } from './remote-places.ts'
import type { SourceBuild, SourceState } from './source-state.ts'
import { refuseUnsupported, type Unsupported } from './unsupported.ts'

/** What has become of the release on its way to the target, for people. It names no value. */
export interface BuildReport {
  Steps: StepFate[]
  Variables: VariableFate[]
  Warnings: string[]
}

/**
 * What a bundle says of a release to one target. `open` gives the text of a sealed secret. Refuses
 * what cannot be promoted as UnsupportedContent, with the list of it.
 */
export function buildContent(
  source: SourceState,
  open: (sealed: string) => string,
): { content: BundleContent; secrets: Secret[]; report: BuildReport } {
  const { release, project, channel, trust } = source
  const places = placesFor(source)
  const process = buildSteps(source.steps, { ...source, places, open })
  const actions = new Map(
    process.steps.flatMap((step) => step.actions.map(({ id, name }) => [id, name])),
  )
  const values = buildVariables({ ...source, places, open, actions })
  const packages = buildPackages(process.steps, source)
  refuseUnsupported([
    ...unsupportedOf(source),
    ...process.unsupported,
    ...values.unsupported,
    ...packages.unsupported,
  ])
  const isEmpty = source.steps.length > 0 && process.steps.length === 0
  return {
    content: {
      release: {
        ...{ id: release.Id, version: release.Version, notes: release.ReleaseNotes },
        ...{ channel: channel.Name, assembled: timeOf(release.Assembled) },
        customFields: release.CustomFields,
        buildInformation: release.BuildInformation.map(buildDoc),
      },
      project: projectDoc(project),
      process: { steps: process.steps },
      variables: { variables: values.variables },
      templates: { templates: values.templates },
      packages: { packages: packages.packages },
      history: {
        deployments: source.history.map((one) => ({
          ...one,
          startedAt: one.startedAt && timeOf(one.startedAt),
          endedAt: one.endedAt && timeOf(one.endedAt),
          by: trust.ShareUserNames ? one.by : null,
        })),
      },
    },
    secrets: [...process.secrets, ...values.secrets],
    report: {
      Steps: process.fates,
      Variables: values.fates,
      Warnings: [
        ...(isEmpty ? [`No step of the process is for '${trust.Name}'.`] : []),
        ...values.warnings,
      ],
    },
  }
}

/** In the one form that documents have. */
const timeOf = (time: string) => new Date(time).toISOString()

/** What of the release and its project, apart from the process and the variables, cannot be promoted. */
function unsupportedOf({ release, project }: SourceState): Unsupported[] {
  const sets = new Set([
    ...project.IncludedLibraryVariableSetIds,
    ...release.LibraryVariableSetSnapshotIds,
  ])
  const isFromGit = release.VersionControlReference || release.SelectedGitResources.length > 0
  return [
    ...(project.TenantedDeploymentMode === 'Tenanted'
      ? [of('Tenants', project.Name, `The project '${project.Name}' is deployed to tenants alone.`)]
      : []),
    ...project.Templates.map(({ Name }) =>
      of('Tenants', Name, `The project asks tenants for '${Name}'.`),
    ),
    ...[...sets].map((id) =>
      of('LibrarySet', id, `The project includes the library set or script module '${id}'.`),
    ),
    ...(isFromGit
      ? [of('Git', release.Version, `The release ${release.Version} takes files from Git.`)]
      : []),
  ]
}

const of = (kind: Unsupported['kind'], name: string, reason: string) => ({ kind, name, reason })

/** The packages of the steps that cross, and those of them of which there is no file to tell the digest of. */
function buildPackages(
  docs: readonly StepDoc[],
  { steps, release, packages, feeds }: SourceState,
): { packages: PackageDoc[]; unsupported: Unsupported[] } {
  const runs = docs.flatMap((step) => step.actions).filter(({ isDisabled }) => !isDisabled)
  const ids = new Set(runs.map(({ id }) => id))
  const files = new Map(packages.map((one) => [keyOf(one.PackageId, one.Version), one]))
  const unsupported: Unsupported[] = []
  const found = packagesOf(steps)
    .filter(({ action }) => ids.has(action.Id))
    .map((used): PackageDoc => {
      const { reference, action } = used
      const version =
        reference.Version ?? selectedFor(used, release.SelectedPackages)?.Version ?? ''
      const isFetched = reference.AcquisitionLocation !== 'NotAcquired'
      const file = isFetched ? files.get(keyOf(reference.PackageId, version)) : undefined
      if ((isFetched && !file) || version === '') {
        const name = `${reference.PackageId} ${version}`.trim()
        const reason = `The package '${name}' of the step '${action.Name}' was not found on this server.`
        unsupported.push(of('Package', name, reason))
      }
      const feed = feedDocOf(reference.FeedId, feeds)
      return {
        ...{ packageId: reference.PackageId, version },
        ...{ feedKind: feed?.kind ?? '', feedName: feed?.name ?? '' },
        ...{ actionSlug: action.Slug, referenceName: reference.Name },
        ...{ fileName: file?.FileName ?? '', size: file?.Size ?? 0, sha256: file?.Sha256 ?? null },
      }
    })
  return { packages: found, unsupported }
}

const keyOf = (id: string, version: string) => `${foldName(id)}\n${foldName(version)}`

const projectDoc = (project: SourceState['project']): ProjectDoc => {
  const policy = project.ProjectConnectivityPolicy
  return {
    ...{ id: project.Id, name: project.Name, slug: project.Slug },
    description: project.Description,
    settings: {
      guidedFailureMode: project.DefaultGuidedFailureMode,
      connectivityPolicy: {
        skipMachineBehavior: policy.SkipMachineBehavior,
        targetRoles: policy.TargetRoles,
        allowDeploymentsToNoTargets: policy.AllowDeploymentsToNoTargets,
        excludeUnhealthyTargets: policy.ExcludeUnhealthyTargets,
      },
      skipIfAlreadyInstalled: project.DefaultToSkipIfAlreadyInstalled,
      forcePackageDownload: project.ForcePackageDownload,
      releaseNotesTemplate: project.ReleaseNotesTemplate,
      deploymentChangesTemplate: project.DeploymentChangesTemplate,
    },
  }
}

const buildDoc = (build: SourceBuild): BuildDoc => ({
  ...{ packageId: build.PackageId, version: build.Version, branch: build.Branch },
  ...{ buildEnvironment: build.BuildEnvironment, buildNumber: build.BuildNumber },
  ...{ buildUrl: build.BuildUrl, vcsType: build.VcsType, vcsRoot: build.VcsRoot },
  ...{ vcsCommitNumber: build.VcsCommitNumber, vcsCommitUrl: build.VcsCommitUrl },
  issueTrackerName: build.IssueTrackerName,
  commits: build.Commits.map(({ Id, LinkUrl, Comment }) => ({
    ...{ id: Id, linkUrl: LinkUrl, comment: Comment },
  })),
  workItems: build.WorkItems.map(({ Id, LinkUrl, Source, Description }) => ({
    ...{ id: Id, linkUrl: LinkUrl, source: Source, description: Description },
  })),
  incompleteDataWarning: build.IncompleteDataWarning,
})
