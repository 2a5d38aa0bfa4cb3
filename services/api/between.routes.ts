import { sendBlob, takeMessage } from './between.handlers.ts'
import type { Route } from './route.ts'

/** Between servers: they have no users here. */
export const betweenRoutes: Route[] = [
  {
    method: 'POST',
    path: 'promotion/v1/messages',
    scope: 'system',
    handle: takeMessage,
    hasOwnToken: true,
  },
  {
    method: 'GET',
    path: 'promotion/v1/blobs/:sha256',
    scope: 'system',
    handle: sendBlob,
    hasOwnToken: true,
  },
]
