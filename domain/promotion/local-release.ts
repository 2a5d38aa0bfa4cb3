import { foldName } from '#domain/name.ts'
import type { BuildDoc, HistoryDoc, ProjectDoc, ReleaseDoc } from './content.ts'
import type { SourceBuild, SourceState } from './source-state.ts'

type Project = SourceState['project']

/** What of a project comes with its releases: how they are deployed. People of the target may change it there. */
export const localSettings = ({
  settings,
}: ProjectDoc): Pick<
  Project,
  | 'DefaultGuidedFailureMode'
  | 'ProjectConnectivityPolicy'
  | 'DefaultToSkipIfAlreadyInstalled'
  | 'ForcePackageDownload'
  | 'ReleaseNotesTemplate'
  | 'DeploymentChangesTemplate'
> => ({
  DefaultGuidedFailureMode: settings.guidedFailureMode,
  ProjectConnectivityPolicy: {
    SkipMachineBehavior: settings.connectivityPolicy.skipMachineBehavior,
    TargetRoles: settings.connectivityPolicy.targetRoles,
    AllowDeploymentsToNoTargets: settings.connectivityPolicy.allowDeploymentsToNoTargets,
    ExcludeUnhealthyTargets: settings.connectivityPolicy.excludeUnhealthyTargets,
  },
  DefaultToSkipIfAlreadyInstalled: settings.skipIfAlreadyInstalled,
  ForcePackageDownload: settings.forcePackageDownload,
  ReleaseNotesTemplate: settings.releaseNotesTemplate,
  DeploymentChangesTemplate: settings.deploymentChangesTemplate,
})

/** What a release says of itself, as the target keeps it. */
export const localRelease = (release: ReleaseDoc) => ({
  ...{ Version: release.version, ReleaseNotes: release.notes, Assembled: release.assembled },
  CustomFields: release.customFields,
  BuildInformation: release.buildInformation.map(localBuild),
})

const localBuild = (build: BuildDoc) =>
  ({
    ...{ PackageId: build.packageId, Version: build.version, Branch: build.branch },
    ...{ BuildEnvironment: build.buildEnvironment, BuildNumber: build.buildNumber },
    ...{ BuildUrl: build.buildUrl, VcsType: build.vcsType, VcsRoot: build.vcsRoot },
    ...{ VcsCommitNumber: build.vcsCommitNumber, VcsCommitUrl: build.vcsCommitUrl },
    IssueTrackerName: build.issueTrackerName,
    Commits: build.commits.map(({ id, linkUrl, comment }) => ({
      ...{ Id: id, LinkUrl: linkUrl, Comment: comment },
    })),
    WorkItems: build.workItems.map(({ id, linkUrl, source, description }) => ({
      ...{ Id: id, LinkUrl: linkUrl, Source: source, Description: description },
    })),
    IncompleteDataWarning: build.incompleteDataWarning,
  }) satisfies SourceBuild

/** The name of the remote project of another space: 'DevTest Space: My Project'. A name that is taken gets a number. */
export function remoteProjectName(
  space: string,
  project: string,
  taken: readonly string[],
  longest = 50,
): string {
  const names = new Set(taken.map(foldName))
  for (let number = 1; ; number++) {
    const end = number === 1 ? '' : ` ${number}`
    const name = `${shortened(`${space}: ${project}`, longest - end.length)}${end}`
    if (!names.has(foldName(name))) return name
  }
}

/** Not cut within a character. */
const shortened = (text: string, length: number) =>
  text.length <= length
    ? text
    : `${text
        .slice(0, length - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, '')
        .trimEnd()}…`

/** What the sender says of deployments so far: claims, not facts of this server. */
export const localHistory = ({ deployments }: HistoryDoc) =>
  deployments.map(({ space, environment, state, startedAt, endedAt, by }) => ({
    ...{ Space: space, Environment: environment, State: state },
    ...{ StartedAt: startedAt, EndedAt: endedAt, By: by },
  }))
