import { followChanges } from './change-stream.ts'
import { sendRoot } from './root.ts'
import { type ActionRoute, type Route, resourceRoutes } from './route.ts'

/** The server itself: root documents, status, what it can do, and what has happened. */
export const serverRoutes: Route[] = [
  { method: 'GET', path: '', scope: 'both', handle: sendRoot, isPublic: true },
  ...resourceRoutes('spaces', 'Space', 'spaces', { scope: 'system' }),
  of('capabilities', 'serverstatus.capabilities'),
  of('serverstatus', 'serverstatus.get'),
  { ...of('serverstatus/health', 'serverstatus.health'), isPublic: true },
  of('serverstatus/timezones', 'serverstatus.timezones'),
  of('serverstatus/counts', 'serverstatus.counts'),
  of('serverstatus/system-info', 'serverstatus.info'),
  of('serverstatus/logs', 'serverstatus.logs'),
  of('serverstatus/extensions', 'serverstatus.extensions'),
  of('configuration/feature-toggles', 'serverstatus.toggles'),
  ...resourceRoutes('events', 'Event', 'events', { scope: 'both', only: ['list', 'get'] }),
  about('categories', 'EventCategory'),
  about('groups', 'EventGroup'),
  about('documenttypes', 'EventDocumentType'),
  about('agents', 'EventAgent'),
  { method: 'GET', path: 'events/stream', scope: 'space', handle: followChanges },
]

function of(path: string, action: ActionRoute['action']): ActionRoute {
  return { method: 'GET', path, scope: 'system', action, answer: 'plain' }
}

function about(
  name: 'categories' | 'groups' | 'documenttypes' | 'agents',
  kind: ActionRoute['kind'] & string,
): ActionRoute {
  return {
    method: 'GET',
    path: `events/${name}`,
    scope: 'both',
    action: `events.${name}`,
    answer: 'list',
    kind,
  }
}
