import { followLog } from './log-stream.ts'
import { type ActionRoute, type Route, readOnly, resourceRoutes } from './route.ts'
import { receiveRunArtifact, sendRunPackage } from './run-files.ts'

/** Server tasks and their logs, of a space or of all; and the nodes that execute them. */
export const taskRoutes: Route[] = [
  ...resourceRoutes('tasks', 'Task', 'tasks', { scope: 'both', only: ['list', 'get'] }),
  {
    method: 'POST',
    path: 'tasks',
    scope: 'both',
    action: 'tasks.request',
    answer: 'resource',
    kind: 'Task',
    creates: true,
  },
  of('GET', 'details', 'tasks.details', 'TaskDetails'),
  {
    method: 'GET',
    path: 'tasks/:id/raw',
    scope: 'both',
    action: 'tasks.raw',
    answer: 'text',
  },
  of('GET', 'log', 'tasks.log'),
  of('GET', 'log/search', 'tasks.search'),
  { method: 'GET', path: 'tasks/:id/log/stream', scope: 'both', handle: followLog },
  of('POST', 'cancel', 'tasks.cancel', 'Task'),
  of('POST', 'rerun', 'tasks.rerun', 'Task'),
  {
    method: 'GET',
    path: 'runs/:runId/packages/:sha256',
    scope: 'system',
    handle: sendRunPackage,
    hasOwnToken: true,
  },
  {
    method: 'PUT',
    path: 'runs/:runId/artifacts/:name',
    scope: 'system',
    handle: receiveRunArtifact,
    hasOwnToken: true,
  },
  {
    method: 'GET',
    path: 'tasks/:id/queued-behind',
    scope: 'both',
    action: 'tasks.queuedBehind',
    answer: 'page',
    kind: 'Task',
  },
  {
    method: 'GET',
    path: 'tasks/tasktypes',
    scope: 'system',
    action: 'tasks.types',
    answer: 'plain',
  },
  ...resourceRoutes('octopusservernodes', 'OctopusServerNode', 'nodes', {
    scope: 'system',
    only: [...readOnly, 'modify', 'remove'],
  }),
  {
    method: 'GET',
    path: 'octopusservernodes/ping',
    scope: 'system',
    action: 'nodes.ping',
    answer: 'plain',
    isPublic: true,
  },
  {
    method: 'GET',
    path: 'octopusservernodes/summary',
    scope: 'system',
    action: 'nodes.summary',
    answer: 'plain',
    kind: 'Plain',
  },
]

function of(
  method: 'GET' | 'POST',
  path: string,
  action: ActionRoute['action'],
  kind?: NonNullable<ActionRoute['kind']>,
): ActionRoute {
  return {
    method,
    path: `tasks/:id/${path}`,
    scope: 'both',
    action,
    answer: 'plain',
    ...(kind && { kind }),
  }
}
