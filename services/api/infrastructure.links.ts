import { type Linker, rootOf, selfUnder } from './linker.ts'

export const space: Linker = ({ Id }) => ({
  Self: `/api/spaces/${Id}`,
  SpaceHome: `/api/${Id}`,
  Web: `/app#/${Id}`,
  Search: `/api/spaces/${Id}/search{?keyword}`,
  Logo: `/api/spaces/${Id}/logo{?cb}`,
})

export const environment: Linker = (resource) => {
  const self = `${rootOf(resource)}/environments/${resource.Id}`
  return {
    Self: self,
    Machines: `${self}/machines{?skip,take,partialName,roles,isDisabled,healthStatuses,commStyles,tenantIds,tenantTags,shellNames,deploymentTargetTypes}`,
    SinglyScopedVariableDetails: `${self}/singlyScopedVariableDetails`,
  }
}

export const workerPool: Linker = (resource) => {
  const self = `${rootOf(resource)}/workerpools/${resource.Id}`
  return {
    Self: self,
    Workers: `${self}/workers{?skip,take,partialName,isDisabled,healthStatuses,commStyles,shellNames}`,
  }
}

export const machinePolicy: Linker = (resource) => {
  const self = `${rootOf(resource)}/machinepolicies/${resource.Id}`
  return {
    Self: self,
    Machines: `${self}/machines`,
    Template: `${rootOf(resource)}/machinepolicies/template`,
  }
}

export const machine = selfUnder('machines')

export const worker: Linker = (resource) => {
  const self = `${rootOf(resource)}/workers/${resource.Id}`
  return { Self: self, Connection: `${self}/connection` }
}

export const workerToken = selfUnder('workertokens')

export const lifecycle: Linker = (resource) => {
  const self = `${rootOf(resource)}/lifecycles/${resource.Id}`
  return { Self: self, Projects: `${self}/projects`, Preview: `${self}/preview` }
}

export const feed: Linker = (resource) => {
  const self = `${rootOf(resource)}/feeds/${resource.Id}`
  return {
    Self: self,
    SearchTemplate: `${self}/packages{?packageId,partialMatch,includeMultipleVersions,includeNotes,includePreRelease,take,skip}`,
    SearchPackagesTemplate: `${self}/packages/search{?term,take,skip}`,
    SearchPackageVersionsTemplate: `${self}/packages/versions{?packageId,take,skip,includePreRelease,versionRange,preReleaseTag,filter,includeReleaseNotes}`,
    NotesTemplate: `${self}/packages/notes{?packageId,version}`,
  }
}

export const retentionPolicy = selfUnder('retentionpolicies')

export const actionTemplateCategory: Linker = (resource) => ({
  Self: `${rootOf(resource)}/actiontemplates/categories`,
})

export const actionTemplateSearch: Linker = (resource) => ({
  Self: `${rootOf(resource)}/actiontemplates/search`,
  Logo: `${rootOf(resource)}/actiontemplates/${resource.Type}/logo`,
})

export const serverNode: Linker = ({ Id, Name }) => ({
  Self: `/api/octopusservernodes/${Id}`,
  Node: `/api/octopusservernodes/${Id}`,
  RunningTasks: `/api/tasks?node=${encodeURIComponent(String(Name))}&running=true`,
})
