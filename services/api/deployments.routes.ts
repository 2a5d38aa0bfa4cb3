import { type ActionRoute, type Method, resourceRoutes } from './route.ts'

/** A route under one release. */
const ofRelease = (path: string) => `releases/:releaseId/${path}`

/** Releases, their deployments and the dashboard. */
export const deploymentRoutes: ActionRoute[] = [
  ...resourceRoutes('releases', 'Release', 'releases', {
    only: ['list', 'get', 'create', 'modify', 'remove'],
  }),
  {
    method: 'POST',
    path: 'releases/create/v1',
    scope: 'space',
    action: 'releases.createByName',
    answer: 'plain',
    creates: true,
  },
  releasesUnder('projects/:projectId/releases'),
  releasesUnder('channels/:channelId/releases'),
  releasesUnder('projects/:projectId/channels/:channelId/releases'),
  {
    method: 'GET',
    path: 'projects/:projectId/releases/:version',
    scope: 'space',
    action: 'releases.byVersion',
    answer: 'resource',
    kind: 'Release',
  },
  {
    method: 'GET',
    path: ofRelease('deployments'),
    scope: 'space',
    action: 'deployments.list',
    answer: 'page',
    kind: 'Deployment',
  },
  {
    method: 'GET',
    path: ofRelease('progression'),
    scope: 'space',
    action: 'deployments.progressionOfRelease',
    answer: 'plain',
    kind: 'ReleaseProgression',
  },
  {
    method: 'GET',
    path: ofRelease('deployments/template'),
    scope: 'space',
    action: 'deployments.template',
    answer: 'plain',
    kind: 'DeploymentTemplate',
  },
  {
    method: 'GET',
    path: ofRelease('deployments/preview/:environmentId'),
    scope: 'space',
    action: 'deployments.preview',
    answer: 'plain',
    kind: 'Plain',
  },
  {
    method: 'POST',
    path: ofRelease('deployments/previews'),
    scope: 'space',
    action: 'deployments.previews',
    answer: 'list',
    kind: 'Plain',
    array: 'items',
  },
  {
    method: 'GET',
    path: ofRelease('missingpackages'),
    scope: 'space',
    action: 'releases.missingPackages',
    answer: 'plain',
  },
  {
    method: 'GET',
    path: ofRelease('process-snapshot'),
    scope: 'space',
    action: 'releases.processSnapshot',
    answer: 'resource',
    kind: 'DeploymentProcess',
  },
  {
    method: 'GET',
    path: ofRelease('compare/:otherId'),
    scope: 'space',
    action: 'releases.compare',
    answer: 'plain',
    kind: 'Plain',
  },
  snapshotBy('snapshot-variables'),
  snapshotBy('snapshot-variables-by-name'),
  {
    method: 'GET',
    path: ofRelease('defects'),
    scope: 'space',
    action: 'releases.defects',
    answer: 'page',
    kind: 'ReleaseDefect',
  },
  defect('POST', 'defects', 'releases.reportDefect'),
  defect('POST', 'defects/resolve', 'releases.resolveDefect'),
  ...resourceRoutes('deployments', 'Deployment', 'deployments', {
    only: ['list', 'get', 'create', 'remove'],
  }),
  {
    method: 'POST',
    path: 'deployments/create/untenanted/v1',
    scope: 'space',
    action: 'deployments.createByName',
    answer: 'plain',
    creates: true,
  },
  {
    method: 'GET',
    path: 'dashboard',
    scope: 'space',
    action: 'dashboard.get',
    answer: 'plain',
    kind: 'Dashboard',
  },
  {
    method: 'GET',
    path: 'dashboard/dynamic',
    scope: 'space',
    action: 'dashboard.dynamic',
    answer: 'plain',
    kind: 'Dashboard',
  },
  {
    method: 'GET',
    path: 'dashboard/remote',
    scope: 'space',
    action: 'dashboard.remote',
    answer: 'plain',
  },
]

function releasesUnder(path: string): ActionRoute {
  return {
    method: 'GET',
    path,
    scope: 'space',
    action: 'releases.list',
    answer: 'page',
    kind: 'Release',
  }
}

function snapshotBy(path: string): ActionRoute {
  return {
    method: 'POST',
    path: `releases/:id/${path}`,
    scope: 'space',
    action: 'releases.snapshotVariables',
    answer: 'resource',
    kind: 'Release',
  }
}

function defect(method: Method, path: string, action: ActionRoute['action']): ActionRoute {
  return {
    method,
    path: ofRelease(path),
    scope: 'space',
    action,
    answer: 'resource',
    kind: 'ReleaseDefect',
  }
}
