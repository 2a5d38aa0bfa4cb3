import { downloadReceipts, uploadBundle } from './incoming.handlers.ts'
import { type ActionRoute, type Route, resourceRoutes } from './route.ts'

/** Releases that come from other spaces. */
export const incomingRoutes: Route[] = [
  { method: 'POST', path: 'bundles/import', scope: 'space', handle: uploadBundle },
  ...resourceRoutes('imports', 'Import', 'imports', { only: ['list', 'get'] }),
  ofImport('GET', 'preview', { action: 'imports.preview', answer: 'plain' }),
  ofImport('PUT', 'mappings', { action: 'imports.map', answer: 'resource', kind: 'Import' }),
  ofImport('PUT', 'values', { action: 'imports.fill', answer: 'resource', kind: 'Import' }),
  ofImport('POST', 'approve', { action: 'imports.approve', answer: 'resource', kind: 'Import' }),
  ofImport('POST', 'reject', { action: 'imports.reject', answer: 'resource', kind: 'Import' }),
  ofImport('POST', 'import', { action: 'imports.import', answer: 'resource', kind: 'Import' }),
  { method: 'GET', path: 'receipts/export', scope: 'space', handle: downloadReceipts },
  {
    method: 'GET',
    path: 'receipts/summary',
    scope: 'space',
    action: 'receiptsout.summary',
    answer: 'list',
    kind: 'Plain',
  },
]

function ofImport(
  method: ActionRoute['method'],
  path: string,
  rest: Pick<ActionRoute, 'action' | 'answer' | 'kind'>,
): ActionRoute {
  return { method, path: `imports/:id/${path}`, scope: 'space', ...rest }
}
