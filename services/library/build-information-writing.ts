import type { Model } from 'mongoose'
import { ConflictError, InvalidError } from '#bus/errors.ts'
import { commitLink } from '#domain/commit-link.ts'
import { foldName } from '#domain/name.ts'
import { faultOfPackage } from '#domain/package-file.ts'
import { preReleaseOf, versionKey, versionOrder } from '#domain/version.ts'
import { newId } from '#store/ids.ts'
import type { StoredBuildInformation } from './build-information.model.ts'
import type { BuildInformationBody } from './buildinformation.contract.ts'
import type { OverwriteMode, PushOutcome } from './packages.contract.ts'
import type { VersionHead } from './version-head.model.ts'
import { changeVersions } from './version-heads.ts'

export interface BuildModels {
  BuildInformation: Model<StoredBuildInformation>
  BuildInformationHead: Model<VersionHead>
}

interface Wish {
  spaceId: string
  PackageId: string
  Version: string
  overwriteMode: OverwriteMode
  body: BuildInformationBody
  /** Refuses who may not replace what is there. */
  mayReplace(): Promise<void>
}

interface Written {
  outcome: PushOutcome
  stored: StoredBuildInformation
  before: StoredBuildInformation | null
}

/** Stores what a build tells, unless it is there and the mode keeps or refuses it. */
export async function writeBuildInformation(models: BuildModels, wish: Wish): Promise<Written> {
  const fault = faultOfPackage(wish)
  if (fault !== null) throw new InvalidError([fault])
  // Two builds may tell of one version at once: the index decides who was first.
  for (;;) {
    const before = await findBuild(models, wish)
    if (before && wish.overwriteMode === 'IgnoreIfExists') {
      return { outcome: 'kept', stored: before, before }
    }
    if (before && wish.overwriteMode === 'FailIfExists') {
      throw new ConflictError(
        'Metadata for the specified Package ID and version already exists. Push it for another version, or replace what is there.',
      )
    }
    if (before) await wish.mayReplace()
    const stored = before ? await replace(models, before, wish.body) : await insert(models, wish)
    if (stored) return { outcome: before ? 'replaced' : 'new', stored, before }
  }
}

const findBuild = ({ BuildInformation }: BuildModels, { spaceId, PackageId, Version }: Wish) =>
  BuildInformation.findOne({
    SpaceId: spaceId,
    _packageId: foldName(PackageId),
    _version: versionKey(Version),
  }).lean<StoredBuildInformation | null>()

/** Null when it has gone meanwhile. */
const replace = (
  { BuildInformation }: BuildModels,
  { _id }: StoredBuildInformation,
  body: BuildInformationBody,
) =>
  BuildInformation.findOneAndUpdate(
    { _id },
    { $set: told(body) },
    { returnDocument: 'after' },
  ).lean<StoredBuildInformation | null>()

/** Null when somebody else was first. */
function insert(
  { BuildInformation, BuildInformationHead }: BuildModels,
  { spaceId: SpaceId, PackageId, Version, body }: Wish,
): Promise<StoredBuildInformation | null> {
  const stored: StoredBuildInformation = {
    _id: newId('BuildInformation'),
    SpaceId,
    PackageId,
    Version,
    ...told(body),
    _packageId: foldName(PackageId),
    _version: versionKey(Version),
    _order: versionOrder(Version),
    _isRelease: preReleaseOf(Version) === '',
  }
  const of = { versions: BuildInformation, heads: BuildInformationHead }
  return changeVersions(of, stored, () =>
    BuildInformation.create(stored).then(
      () => stored,
      (error) => {
        if (error.code === 11000) return null
        throw error
      },
    ),
  )
}

const told = ({ Commits, ...body }: BuildInformationBody) => ({
  ...body,
  VcsCommitUrl: commitLink(body.VcsRoot, body.VcsCommitNumber),
  // Which texts are numbers of work items, only the tracker of a project's own knows.
  IssueTrackerName: '',
  WorkItems: [],
  IncompleteDataWarning: '',
  Created: new Date().toISOString(),
  Commits: Commits.map(({ Id, Comment }) => ({
    Id,
    LinkUrl: commitLink(body.VcsRoot, Id),
    Comment,
  })),
})
