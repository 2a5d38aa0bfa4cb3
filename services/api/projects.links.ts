import { type Linker, rootOf } from './linker.ts'

export const projectGroup: Linker = (resource) => {
  const self = `${rootOf(resource)}/projectgroups/${resource.Id}`
  return { Self: self, Projects: `${self}/projects{?skip,take,partialName}` }
}

export const project: Linker = (resource) => {
  const root = rootOf(resource)
  const self = `${root}/projects/${resource.Id}`
  return {
    Self: self,
    Web: `/app#/${resource.SpaceId}/projects/${resource.Id}`,
    DeploymentProcess: `${self}/deploymentprocesses`,
    DeploymentSettings: `${self}/deploymentsettings`,
    Variables: `${root}/variables/${resource.VariableSetId}`,
    TemplateValues: `${self}/templatevalues`,
    Channels: `${self}/channels{?skip,take,partialName}`,
    OrderChannels: `${self}/channels/order`,
    Releases: `${self}/releases{/version}{?skip,take,searchByVersion}`,
    Progression: `${self}/progression{?releaseHistoryCount,aggregate}`,
    Summary: `${self}/summary`,
    Triggers: `${self}/triggers{?skip,take,partialName,triggerActionType}`,
    Runbooks: `${self}/runbooks{?skip,take,partialName}`,
    RunbookSnapshots: `${self}/runbookSnapshots{/name}{?skip,take,searchByName}`,
    RunbookTaskDashboardItemsTemplate: `${root}/progression/runbooks/taskRuns{?projectIds,runbookIds,environmentIds,tenantIds,tags,states,skip,take}`,
    Metadata: `${self}/metadata`,
    Logo: `${self}/logo{?cb}`,
  }
}

export const channel: Linker = (resource) => {
  const root = rootOf(resource)
  const self = `${root}/channels/${resource.Id}`
  return {
    Self: self,
    Project: `${root}/projects/${resource.ProjectId}`,
    Releases: `${self}/releases{?skip,take,searchByVersion}`,
  }
}

export const deploymentProcess: Linker = (resource) => {
  const root = rootOf(resource)
  const self = `${root}/deploymentprocesses/${resource.Id}`
  return {
    Self: self,
    Project: `${root}/projects/${resource.ProjectId}`,
    Template: `${self}/template{?channel,releaseId}`,
  }
}

export const variableSet: Linker = (resource) => {
  const root = rootOf(resource)
  return {
    Self: `${root}/variables/${resource.Id}`,
    Project: `${root}/projects/${resource.OwnerId}`,
  }
}

export const templateValues: Linker = (resource) => {
  const project = `${rootOf(resource)}/projects/${resource.ProjectId}`
  return { Self: `${project}/templatevalues`, Project: project, Variables: `${project}/variables` }
}

export const deploymentSettings: Linker = (resource) => {
  const project = `${rootOf(resource)}/projects/${resource.ProjectId ?? resource.Id}`
  return { Self: `${project}/deploymentsettings`, Project: project }
}
