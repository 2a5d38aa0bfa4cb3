import { downloadBundle, downloadPackagePack, uploadReceipts } from './outgoing.handlers.ts'
import { type ActionRoute, type Route, resourceRoutes } from './route.ts'

/** What this space promotes to others, and what they tell of it. */
export const outgoingRoutes: Route[] = [
  ...resourceRoutes('promotions', 'Promotion', 'promotions', { only: ['list', 'get', 'create'] }),
  {
    method: 'GET',
    path: 'promotions/:id/report',
    scope: 'space',
    action: 'promotions.report',
    answer: 'plain',
  },
  { method: 'GET', path: 'promotions/:id/bundle', scope: 'space', handle: downloadBundle },
  {
    method: 'GET',
    path: 'promotions/:id/packagepack',
    scope: 'space',
    handle: downloadPackagePack,
  },
  change('withdraw', 'promotions.withdraw'),
  change('resend', 'promotions.resend'),
  change('recall', 'promotions.recall'),
  { method: 'POST', path: 'receipts/import', scope: 'space', handle: uploadReceipts },
  {
    method: 'GET',
    path: 'releases/:releaseId/receipts',
    scope: 'space',
    action: 'receipts.ofRelease',
    answer: 'list',
    kind: 'Plain',
  },
]

function change(verb: string, action: ActionRoute['action']): ActionRoute {
  return {
    method: 'POST',
    path: `promotions/:id/${verb}`,
    scope: 'space',
    action,
    answer: 'resource',
    kind: 'Promotion',
  }
}
