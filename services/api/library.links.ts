import { type Linker, rootOf, selfUnder } from './linker.ts'

/** A version of a package in the built-in feed. */
export const feedPackage: Linker = (resource) => {
  const self = `${rootOf(resource)}/packages/${encodeURIComponent(resource.Id)}`
  return { Self: self, Raw: `${self}/raw`, Feed: feedOf(resource) }
}

export const packageDescription: Linker = (resource) => {
  const feed = feedOf(resource)
  const id = encodeURIComponent(resource.Id)
  return {
    Self: `${feed}/packages/search?term=${id}`,
    Feed: feed,
    SearchPackageVersionsTemplate: `${feed}/packages/versions?packageId=${id}{&take,skip,includePreRelease,versionRange,preReleaseTag,filter,includeReleaseNotes}`,
  }
}

export const packageVersion: Linker = (resource) => {
  const { PackageId, Version } = resource
  const query = new URLSearchParams({ packageId: String(PackageId), version: String(Version) })
  return {
    Self: `${rootOf(resource)}/packages/${encodeURIComponent(resource.Id)}`,
    Feed: feedOf(resource),
    Notes: `${feedOf(resource)}/packages/notes?${query}`,
  }
}

export const buildInformation = selfUnder('build-information')

export const artifact: Linker = (resource) => {
  const self = `${rootOf(resource)}/artifacts/${resource.Id}`
  return { Self: self, Content: `${self}/content` }
}

const feedOf: (resource: Parameters<Linker>[0]) => string = (resource) =>
  `${rootOf(resource)}/feeds/${resource.FeedId}`
