import { sendIdentityDocument, sendRotations } from './promotions.handlers.ts'
import { type ActionRoute, type Route, resourceRoutes } from './route.ts'

/** Spaces that trust each other, and what goes from one to another. */
export const promotionRoutes: Route[] = [
  {
    method: 'GET',
    path: 'identity',
    scope: 'space',
    action: 'spaceidentities.get',
    answer: 'resource',
    kind: 'SpaceIdentity',
  },
  { method: 'GET', path: 'identity/document', scope: 'space', handle: sendIdentityDocument },
  { method: 'GET', path: 'identity/rotations', scope: 'space', handle: sendRotations },
  {
    method: 'POST',
    path: 'identity/rotate',
    scope: 'space',
    action: 'spaceidentities.rotate',
    answer: 'resource',
    kind: 'SpaceIdentity',
  },
  ...resourceRoutes('trusts', 'Trust', 'trusts'),
  { method: 'POST', path: 'trusts/read', scope: 'space', action: 'trusts.read', answer: 'plain' },
  ofTrust('POST', 'confirm', { action: 'trusts.confirm', answer: 'resource', kind: 'Trust' }),
  ofTrust('POST', 'suspend', { action: 'trusts.suspend', answer: 'resource', kind: 'Trust' }),
  ofTrust('POST', 'resume', { action: 'trusts.resume', answer: 'resource', kind: 'Trust' }),
  ofTrust('POST', 'revoke', { action: 'trusts.revoke', answer: 'resource', kind: 'Trust' }),
  ofTrust('POST', 'renew', { action: 'trusts.renew', answer: 'resource', kind: 'Trust' }),
  ofTrust('POST', 'test', { action: 'trusts.test', answer: 'plain' }),
  ofTrust('GET', 'directory', { action: 'trusts.directory', answer: 'plain' }),
]

function ofTrust(
  method: 'GET' | 'POST',
  path: string,
  rest: Pick<ActionRoute, 'action' | 'answer' | 'kind'>,
): ActionRoute {
  return { method, path: `trusts/:id/${path}`, scope: 'space', ...rest }
}
