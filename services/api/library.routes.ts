import { downloadArtifact, uploadArtifact } from './artifacts.handlers.ts'
import { downloadPackage, sendSignature, uploadDelta, uploadPackage } from './packages.handlers.ts'
import { type Route, resourceRoutes } from './route.ts'

const parts = ['list', 'get', 'remove'] as const

/** The built-in feed, what builds tell of its packages, and the files that deployments leave. */
export const libraryRoutes: Route[] = [
  ...resourceRoutes('packages', 'Package', 'packages', { only: parts }),
  {
    method: 'DELETE',
    path: 'packages/bulk',
    scope: 'space',
    action: 'packages.removeMany',
    answer: 'plain',
  },
  {
    method: 'GET',
    path: 'packages/notes',
    scope: 'space',
    action: 'packages.notes',
    answer: 'plain',
  },
  { method: 'POST', path: 'packages/raw', scope: 'space', handle: uploadPackage },
  { method: 'GET', path: 'packages/:id/raw', scope: 'space', handle: downloadPackage },
  {
    method: 'GET',
    path: 'packages/:packageId/:version/delta-signature',
    scope: 'space',
    handle: sendSignature,
  },
  {
    method: 'POST',
    path: 'packages/:packageId/:baseVersion/delta',
    scope: 'space',
    handle: uploadDelta,
  },
  {
    method: 'GET',
    path: 'feeds/stats',
    scope: 'space',
    action: 'packages.stats',
    answer: 'plain',
    kind: 'Plain',
  },
  {
    method: 'GET',
    path: 'feeds/:feedId/packages/search',
    scope: 'space',
    action: 'packages.search',
    answer: 'page',
    kind: 'PackageDescription',
  },
  {
    method: 'GET',
    path: 'feeds/:feedId/packages/versions',
    scope: 'space',
    action: 'packages.versions',
    answer: 'page',
    kind: 'PackageVersion',
  },
  {
    method: 'GET',
    path: 'feeds/:feedId/packages/notes',
    scope: 'space',
    action: 'packages.notesOf',
    answer: 'plain',
  },
  ...resourceRoutes('build-information', 'BuildInformation', 'buildinformation', {
    only: [...parts, 'create'],
  }),
  {
    method: 'DELETE',
    path: 'build-information/bulk',
    scope: 'space',
    action: 'buildinformation.removeMany',
    answer: 'plain',
  },
  ...resourceRoutes('artifacts', 'Artifact', 'artifacts', {
    only: [...parts, 'create', 'modify'],
  }),
  { method: 'GET', path: 'artifacts/:id/content', scope: 'space', handle: downloadArtifact },
  { method: 'PUT', path: 'artifacts/:id/content', scope: 'space', handle: uploadArtifact },
]
