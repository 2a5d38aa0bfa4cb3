import { type Linkable, type Linker, rootOf } from './linker.ts'

export const release: Linker = (resource) => {
  const root = rootOf(resource)
  const self = `${root}/releases/${resource.Id}`
  return {
    Self: self,
    Web: `/app#/${resource.SpaceId}/releases/${resource.Id}`,
    Project: `${root}/projects/${resource.ProjectId}`,
    Channel: `${root}/channels/${resource.ChannelId}`,
    Deployments: `${self}/deployments{?skip,take}`,
    DeploymentTemplate: `${self}/deployments/template`,
    Progression: `${self}/progression`,
    SnapshotVariables: `${self}/snapshot-variables`,
    ProcessSnapshot: `${self}/process-snapshot`,
    Compare: `${self}/compare/{otherId}`,
    Defects: `${self}/defects`,
    ReportDefect: `${self}/defects`,
    ResolveDefect: `${self}/defects/resolve`,
    Artifacts: `${root}/artifacts{?skip,take,regarding}`,
    ProjectVariableSnapshot: `${root}/variables/${resource.ProjectVariableSetSnapshotId}`,
    ProjectDeploymentProcessSnapshot: `${root}/deploymentprocesses/${resource.ProjectDeploymentProcessSnapshotId}`,
  }
}

export const defect: Linker = (resource) => ({
  Self: `${rootOf(resource)}/releases/${resource.ReleaseId}/defects`,
})

export const deployment: Linker = (resource) => {
  const root = rootOf(resource)
  return {
    Self: `${root}/deployments/${resource.Id}`,
    Web: `/app#/${resource.SpaceId}/deployments/${resource.Id}`,
    Project: `${root}/projects/${resource.ProjectId}`,
    Release: `${root}/releases/${resource.ReleaseId}`,
    Environment: `${root}/environments/${resource.EnvironmentId}`,
    Task: `/api/tasks/${resource.TaskId}`,
    Artifacts: `${root}/artifacts{?skip,take,regarding}`,
    Interruptions: `${root}/interruptions{?skip,take,regarding,pendingOnly,ids}`,
    Variables: `${root}/variables/${resource.ManifestVariableSetId}`,
  }
}

export const task: Linker = (resource) => {
  const self = `/api/tasks/${resource.Id}`
  const place = resource.SpaceId ? `${resource.SpaceId}/tasks` : 'configuration/tasks'
  return {
    Self: self,
    Web: `/app#/${place}/${resource.Id}`,
    Details: `${self}/details{?verbose,tail}`,
    Raw: `${self}/raw`,
    Rerun: `${self}/rerun`,
    Cancel: `${self}/cancel`,
    State: `${self}/state`,
    QueuedBehind: `${self}/queued-behind{?skip,take}`,
    Artifacts: `${rootOf(resource)}/artifacts{?regarding}`,
    Interruptions: `${rootOf(resource)}/interruptions{?regarding,pendingOnly}`,
  }
}

export const dashboardItem: Linker = (resource) => {
  const root = rootOf(resource)
  return {
    Self: `${root}/deployments/${resource.DeploymentId}`,
    Release: `${root}/releases/${resource.ReleaseId}`,
    Task: `/api/tasks/${resource.TaskId}`,
    ...(resource.TenantId ? { Tenant: `${root}/tenants/${resource.TenantId}` } : {}),
  }
}

/** A resource that another one only names: its links are those of its list. */
export const referenceTo =
  (collection: string, spaceId: string) =>
  <T extends { Id: string }>(reference: T) => ({
    ...reference,
    Links: { Self: `/api/${spaceId}/${collection}/${reference.Id}` },
  })

/** An item of a dashboard says its space by where it is shown. */
export const itemIn = (spaceId: string) => (item: Linkable) => ({
  ...item,
  Links: dashboardItem({ ...item, SpaceId: spaceId }),
})
