import { type ActionRoute, type Method, resourceRoutes } from './route.ts'

/** What is deployed and how: groups, projects, channels, processes, variables. */
export const projectRoutes: ActionRoute[] = [
  ...resourceRoutes('projectgroups', 'ProjectGroup', 'projectgroups'),
  {
    method: 'GET',
    path: 'projectgroups/:projectGroupId/projects',
    scope: 'space',
    action: 'projects.list',
    answer: 'page',
    kind: 'Project',
  },
  ...resourceRoutes('projects', 'Project', 'projects').map((route) =>
    route.method === 'POST'
      ? { ...route, unless: { query: 'clone', action: 'projects.clone' as const } }
      : route,
  ),
  {
    method: 'GET',
    path: 'projects/:id/summary',
    scope: 'space',
    action: 'projects.summary',
    answer: 'plain',
    kind: 'Plain',
  },
  {
    method: 'GET',
    path: 'projects/:id/deploymentsettings',
    scope: 'space',
    action: 'projects.deploymentSettings',
    answer: 'resource',
    kind: 'DeploymentSettings',
  },
  {
    method: 'PUT',
    path: 'projects/:id/deploymentsettings',
    scope: 'space',
    action: 'projects.changeDeploymentSettings',
    answer: 'resource',
    kind: 'DeploymentSettings',
  },
  {
    method: 'GET',
    path: 'projects/:projectId/deploymentprocesses',
    scope: 'space',
    action: 'processes.get',
    answer: 'resource',
    kind: 'DeploymentProcess',
    given: processOf,
  },
  {
    method: 'PUT',
    path: 'projects/:projectId/deploymentprocesses',
    scope: 'space',
    action: 'processes.modify',
    answer: 'resource',
    kind: 'DeploymentProcess',
    given: processOf,
  },
  {
    method: 'GET',
    path: 'projects/:projectId/variables',
    scope: 'space',
    action: 'variables.get',
    answer: 'resource',
    kind: 'VariableSet',
    given: variablesOf,
  },
  {
    method: 'PUT',
    path: 'projects/:projectId/variables',
    scope: 'space',
    action: 'variables.modify',
    answer: 'resource',
    kind: 'VariableSet',
    given: variablesOf,
  },
  templateValues('GET', 'templatevalues.get'),
  templateValues('PUT', 'templatevalues.modify'),
  {
    method: 'GET',
    path: 'projects/:projectId/progression',
    scope: 'space',
    action: 'deployments.progressionOfProject',
    answer: 'plain',
    kind: 'ProjectProgression',
  },
  ruleTest('GET'),
  ruleTest('POST'),
  ...resourceRoutes('channels', 'Channel', 'channels'),
  ...resourceRoutes('projects/:projectId/channels', 'Channel', 'channels'),
  ...resourceRoutes('deploymentprocesses', 'DeploymentProcess', 'processes', {
    only: ['list', 'get', 'modify'],
  }),
  template('deploymentprocesses/:id/template'),
  { ...template('projects/:projectId/deploymentprocesses/template'), given: processOf },
  {
    method: 'GET',
    path: 'variables/all',
    scope: 'space',
    action: 'variables.all',
    answer: 'list',
    kind: 'VariableSet',
  },
  {
    method: 'GET',
    path: 'variables/names',
    scope: 'space',
    action: 'variables.names',
    answer: 'plain',
  },
  {
    method: 'GET',
    path: 'variables/preview',
    scope: 'space',
    action: 'variables.preview',
    answer: 'plain',
  },
  ...resourceRoutes('variables', 'VariableSet', 'variables', { only: ['get', 'modify'] }),
]

/** The ids of what a project has one of follow from its own. */
function processOf({ projectId }: Record<string, unknown>) {
  return { id: `deploymentprocess-${projectId}` }
}

function variablesOf({ projectId }: Record<string, unknown>) {
  return { id: `variableset-${projectId}` }
}

function templateValues(method: Method, action: ActionRoute['action']): ActionRoute {
  return {
    method,
    path: 'projects/:projectId/templatevalues',
    scope: 'space',
    action,
    answer: 'resource',
    kind: 'TemplateValues',
  }
}

function ruleTest(method: Method): ActionRoute {
  return {
    method,
    path: 'channels/rule-test',
    scope: 'space',
    action: 'channels.testRule',
    answer: 'plain',
  }
}

function template(path: string): ActionRoute {
  return {
    method: 'GET',
    path,
    scope: 'space',
    action: 'processes.template',
    answer: 'plain',
    kind: 'Plain',
  }
}
